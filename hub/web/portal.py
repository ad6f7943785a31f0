"""The padlock, the names of levels and methods, and the way out to each service."""

import unicodedata
from typing import Final

import flask
from flask.typing import ResponseReturnValue

from hub.contract.federation import BeginsLogin
from hub.contract.identifiers import MethodName, ServiceId
from hub.contract.login import Asked
from hub.contract.services import Service
from hub.contract.values import value
from hub.broker.asked_once import AskedOnce
from hub.broker.outcomes import Vouched
from hub.broker.portal import Padlock, destination, padlock, proved
from hub.broker.scene import Seen
from hub.web.drawing import page, words, words_or
from hub.web.parts import hub, language
from hub.web.words import HUB
from hub.web.visits import seen_now, visit

PORTAL: Final = ServiceId("portal")
blueprint = flask.Blueprint("hub_portal", __name__)


@value
class PadlockRow:
    """The level in words, and the next one when there is one to prove."""

    level: str
    how: str
    at: str
    next: str


@blueprint.get("/services/level")
def level() -> ResponseReturnValue:
    """What the padlock means."""
    visited = visit(PORTAL)
    if not isinstance(visited, Vouched):
        return visited
    shown = padlock_row(padlock_of(visited))
    return page("portal/level.html", person=visited.account, padlock=shown)


@blueprint.post("/services/level")
def raise_level() -> ResponseReturnValue:
    """« Renforcer »: a sign-in to the portal that asks for more."""
    visited = visit(PORTAL)
    if not isinstance(visited, Vouched):
        return visited
    higher = padlock_of(visited).next
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


def lock() -> PadlockRow | None:
    """For the header of every page of somebody signed in; it asks nobody anything."""
    seen = seen_now()
    return padlock_row(proved(hub().rules, seen, hub().clock())) if seen else None


def plain(text: str) -> str:
    """As people search: without case or accents."""
    spread = unicodedata.normalize("NFKD", text)
    return "".join(sign for sign in spread if not unicodedata.combining(sign)).casefold()


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


def method_title(name: str, spoken: str = "") -> str:
    """As its plugin calls it, else as its card does; a method no longer enabled keeps its name.

    *spoken*: in that language; empty: in the page's.
    """
    method = hub().rules.methods.get(MethodName(name))
    title, owner = method.card.title if method else name, hub().owner_of_method(name)
    return hub().words.either(spoken or language(), f"{name}.name", owner, title)


def authenticator_name(name: str) -> str:
    return words_or(f"authenticator.{name}", HUB, name)


def padlock_of(visited: Vouched, once: AskedOnce | None = None) -> Padlock:
    """*once*: where the page puts more such questions."""
    seen = Seen(session=visited.session, account=visited.account)
    return padlock(hub().rules, seen, PORTAL, hub().clock(), once)
