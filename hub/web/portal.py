"""« Mes services »: tiles, the padlock, and the way out to each service."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

import flask
from flask.typing import ResponseReturnValue

from hub.contract.federation import BeginsLogin
from hub.contract.identifiers import MethodName, ServiceId
from hub.contract.login import Asked
from hub.contract.services import Service
from hub.contract.values import value
from hub.broker.outcomes import Vouched
from hub.broker.portal import Door, Padlock, TileView, destination, padlock, tiles
from hub.broker.scene import Seen
from hub.people.delegation import consoles
from hub.web.desk import desk
from hub.web.drawing import page, words, words_or
from hub.web.parts import hub, language
from hub.web.words import HUB
from hub.web.visits import visit

PORTAL: Final = ServiceId("portal")
_FIRST: Final = re.compile(r"\b\w")
blueprint = flask.Blueprint("hub_portal", __name__)


@value
class TileRow:
    """A tile in words."""

    service: ServiceId
    title: str
    summary: str
    icon: str
    logo: str
    initials: str
    has_more: bool
    opens: bool
    """Whether a click may lead on: to the service, or to the proof it still needs."""
    why: str
    """What is missing; empty when nothing is."""


@value
class PadlockRow:
    """The level in words, and the next one when there is one to prove."""

    level: str
    how: str
    at: str
    next: str


@blueprint.get("/services")
def services() -> ResponseReturnValue:
    visited = visit(PORTAL)
    if not isinstance(visited, Vouched):
        return visited
    wanted = flask.request.args.get("q", "").strip()
    every = [row(view) for view in tiles(hub().rules, _seen(visited), hub().clock())]
    return page(
        "portal/services.html",
        person=visited.account,
        tiles=found(every, wanted),
        wanted=wanted,
        any_tile=bool(every),
        padlock=padlock_row(_padlock(visited)),
        console=bool(consoles(desk().rights.granted(visited.account.id, hub().clock()))),
        ends_at=visited.session.began_at + desk().longest,
    )


@blueprint.get("/services/<name>")
def more(name: str) -> ResponseReturnValue:
    """« En savoir plus »."""
    visited = visit(PORTAL)
    if not isinstance(visited, Vouched):
        return visited
    views = tiles(hub().rules, _seen(visited), hub().clock())
    view = next((each for each in views if each.service == name), None)
    if view is None:
        flask.abort(404)
    return page(
        "portal/more.html",
        person=visited.account,
        tile=row(view),
        paragraphs=[part for part in view.tile.more.split("\n\n") if part.strip()],
        needs=level_name(view.level.name),
    )


@blueprint.get("/services/level")
def level() -> ResponseReturnValue:
    """What the padlock means."""
    visited = visit(PORTAL)
    if not isinstance(visited, Vouched):
        return visited
    lock = padlock_row(_padlock(visited))
    return page("portal/level.html", person=visited.account, padlock=lock)


@blueprint.post("/services/level")
def raise_level() -> ResponseReturnValue:
    """« Renforcer »: a sign-in to the portal that asks for more."""
    visited = visit(PORTAL)
    if not isinstance(visited, Vouched):
        return visited
    higher = _padlock(visited).next
    if higher:
        visited = visit(PORTAL, asked=Asked(acrs=(higher.acr,), essential=True))
    return flask.redirect("/services", 303) if isinstance(visited, Vouched) else visited


@blueprint.get("/open/<name>")
def open_service(name: str) -> ResponseReturnValue:
    """Decides nothing: the service's own request makes the hub ask what is missing."""
    service = hub().rules.services.get(ServiceId(name))
    if service is None or service.launch is None:
        flask.abort(404)
    address = destination(service.launch, flask.request.args.to_dict())
    repeated = any(len(given) > 1 for _, given in flask.request.args.lists())
    if address is None or repeated:
        title = service.tile.title if service.tile else service.id
        return page("portal/bad_link.html", status=400, title=title, service=name)
    return flask.redirect(_begun(service, address), 303)


def _begun(service: Service, address: str) -> str:
    """A service that wants to begin its sign-in itself is told where the person was going."""
    frontend = hub().endings.get(service.peer.frontend) if service.peer else None
    if not isinstance(frontend, BeginsLogin):
        return address
    return frontend.initiation(service.id, address) or address


def found(rows: Sequence[TileRow], wanted: str) -> Sequence[TileRow]:
    """Those whose title or summary holds every word of *wanted*, accents and case apart."""
    parts = plain(wanted).split()
    texts = [(each, plain(f"{each.title} {each.summary}")) for each in rows]
    return [each for each, text in texts if all(part in text for part in parts)]


def plain(text: str) -> str:
    """As people search: without case or accents."""
    spread = unicodedata.normalize("NFKD", text)
    return "".join(sign for sign in spread if not unicodedata.combining(sign)).casefold()


def row(view: TileView) -> TileRow:
    return TileRow(
        service=view.service,
        title=view.tile.title,
        summary=view.tile.summary,
        icon=view.tile.icon,
        logo=view.tile.logo,
        initials=initials(view.tile.title),
        has_more=bool(view.tile.more.strip()),
        opens=_has_launch(view) and view.door in (Door.OPEN, Door.STEP_UP, Door.ACTION_DUE),
        why=_why(view),
    )


def initials(title: str) -> str:
    """Of its first two words: what a tile shows that has no icon of ours."""
    return "".join(_FIRST.findall(title)[:2]).upper()


def padlock_row(lock: Padlock) -> PadlockRow:
    how = [authenticator_name(each) for each in lock.authenticators]
    return PadlockRow(
        level=level_name(lock.level.name),
        how=words("portal.and").join(how),
        at=hub().words.hour(language(), lock.at),
        next=level_name(lock.next.name) if lock.next else "",
    )


def level_name(name: str) -> str:
    """« connexion forte ». A level the policy has no words for keeps its name."""
    owner = hub().owners.get(("assurance_policies", hub().rules.policy.name), HUB)
    return words_or(f"level.{name}", owner, name)


def method_title(name: str) -> str:
    """As its plugin calls it, else as its card does; a method no longer enabled keeps its name."""
    method = hub().rules.methods.get(MethodName(name))
    title = method.card.title if method else name
    return words_or(f"{name}.name", hub().owner_of_method(name), title)


def authenticator_name(name: str) -> str:
    return words_or(f"authenticator.{name}", HUB, name)


def _seen(visited: Vouched) -> Seen:
    return Seen(session=visited.session, account=visited.account)


def _padlock(visited: Vouched) -> Padlock:
    return padlock(hub().rules, _seen(visited), PORTAL, hub().clock())


def _has_launch(view: TileView) -> bool:
    return hub().service(view.service).launch is not None


def _why(view: TileView) -> str:
    match view.door:
        case Door.OPEN:
            return "" if _has_launch(view) else words("portal.no_address")
        case Door.STEP_UP:
            return words("portal.step_up", level=level_name(view.level.name))
        case Door.ACTION_DUE:
            action = view.action or ""
            title = words_or(f"{action}.title", hub().owner_of_action(action), "")
            return words("portal.action_named", action=title) if title else words("portal.action")
        case Door.RIGHT_MISSING:
            return words("portal.right_missing")
        case Door.OUT_OF_REACH:
            return words("portal.out_of_reach", level=level_name(view.level.name))
        case Door.LOCKED:
            return words("portal.locked")
