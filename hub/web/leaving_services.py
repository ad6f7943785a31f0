"""Leaving the services that only a browser can tell: in frames, all at once, then one by one.

Our page stays on top while each is asked in a frame: whatever a dead one shows, nobody sees it.
Browsers keep a service's cookies from it inside another site's page, so that its « closed » may
close nothing: whoever answered from another site is gone to once more, by the whole window. It
has just shown that it lives and comes back.
"""

import secrets
from collections.abc import Sequence
from itertools import chain
from typing import Any, Final
from urllib.parse import quote, urlencode

import flask

from hub.contract.identifiers import ServiceId, SessionId
from hub.contract.logout import Hop, Participation, TellsByBrowser
from hub.contract.values import Json, value
from hub.broker.contained import unless_broken
from hub.broker.farewells import Farewell, ServiceLeft, Word
from hub.web.drawing import page
from hub.web.headers import allow_form_to, allow_frames_of
from hub.web.history import title_of
from hub.web.moments import addresses
from hub.web.parts import browser, hub

HEARD: Final = "/logout/heard"
"""Where a service's answer, verified by its frontend, brings the browser or the frame."""
_KEPT: Final = 900
_SOON: Final = "soon"
_UNKNOWN: Final = "unknown"
"""What a frontend says of a service that answered that it knows of nobody signed in there."""
_ANSWERS: Final = frozenset({Word.ANSWERED, Word.REFUSED})
# Fetch Metadata 2.3: of the whole way through the service. Elsewhere its cookies stay behind.
_WITH_COOKIES: Final = frozenset({"same-origin", "same-site"})

blueprint = flask.Blueprint("hub_leaving_services", __name__)


@value
class Round:
    """What one drawing of the page does about those that a browser tells."""

    reachable: Sequence[ServiceId]
    framed: Sequence[ServiceId] = ()
    """Asked now, each in a frame."""
    alone: Sequence[ServiceId] = ()
    """They answered from their frames, and are gone to by the whole window: the first now."""

    @property
    def told_now(self) -> Sequence[ServiceId]:
        return (*self.framed, *self.alone)


def prepare(farewell: Farewell) -> None:
    """Each in one frame only: a page drawn again asks nobody a second time."""
    every = dict.fromkeys(each.service for each in _participations(farewell))
    # Whoever asked for it knows.
    others: list[Json] = [each for each in every if each != farewell.service]
    if others:
        hub().leaving.put(_frames(farewell), {"services": others}, seconds=_KEPT)


def next_round(farewell: Farewell, services: Sequence[ServiceLeft]) -> Round:
    """What is due now; each thing is due once, whoever draws the page again."""
    there = _participations(farewell)
    reachable = list(dict.fromkeys(each.service for each in there))
    due = hub().leaving.take(_frames(farewell)) or {}
    framed = [each for each in reachable if each in _listed(due.get("services"))]
    if framed:
        asked = [_addresses(each) for each in there if each.service in framed]
        allow_frames_of(chain.from_iterable(asked))
        return Round(reachable=reachable, framed=framed)
    answered = [each.service for each in services if each.word in _ANSWERS]
    alone = [each for each in reachable if each in answered and _due_alone(farewell, each)]
    for each in alone[1:]:
        hub().leaving.put(_alone(farewell.id, each), {}, seconds=_KEPT)
    return Round(reachable=reachable, alone=alone)


def rows(
    farewell: Farewell, services: Sequence[ServiceLeft], due: Round
) -> Sequence[dict[str, Any]]:
    """Each service as the page names it: how it took it, and how to leave it by hand."""
    return [_row(farewell, each, due) for each in services]


def way_to(farewell: Farewell, service: ServiceId, *, framed: bool = False) -> str:
    """Our own address that leads there with a message made for that moment."""
    path = f"/logout/{quote(farewell.id)}/to/{quote(service, safe='')}"
    return speaking(f"{path}?framed={_SOON}" if framed else path, _wished())


def speaking(path: str, wished: str) -> str:
    """*wished*: `ui_locales` of the page there; empty: as the browser says."""
    query = urlencode({"ui_locales": wished})
    return f"{path}{'&' if '?' in path else '?'}{query}" if wished else path


def all_know(farewell: Farewell, services: Sequence[ServiceLeft]) -> bool:
    return all(each.word is Word.TOLD or each.service == farewell.service for each in services)


@blueprint.get("/logout/<key>/to/<service>")
def lead(key: str, service: str) -> flask.Response:
    """On to one service, which is asked to close. Only the browser that left gets further."""
    flask.g.hub_ui_locales = _wished().split()
    farewell = hub().departures.farewell(key, browser().key)
    if farewell is None:
        return _see("/logout/done")
    flask.g.hub_framed = framed = "framed" in flask.request.args
    if flask.request.args.get("framed") == _SOON:
        return _soon(speaking(f"{flask.request.path}?framed=now", _wished()))
    found = [each for each in _participations(farewell) if each.service == service]
    hop = _hop(farewell, found[0], framed) if found else None
    if hop is None:
        # Disconnected from the hub in the meantime, or broken: whoever waits in a frame is told.
        lost = speaking(f"/logout/{key}", _wished())
        return _noted(Word.REFUSED) if framed else _see(lost)
    return _onto(hop, found[0])


@blueprint.get(HEARD)
def heard() -> flask.Response:
    """Anybody may load this: the ticket alone says whose answer it is, and it is taken once."""
    ticket = hub().leaving.take(_ticket(flask.request.args.get("ticket", "")))
    if ticket is None:
        return _see("/logout/done")
    session, service = SessionId(str(ticket["session"])), ServiceId(str(ticket["service"]))
    refused = flask.request.args.get("refused")
    wished = str(ticket.get("wished", ""))
    flask.g.hub_ui_locales = wished.split()
    if not ticket["framed"]:
        # It agreed in its frame already, and finds nobody signed in any more: that is closed too.
        closed = refused is None or (refused == _UNKNOWN and ticket["agreed"])
        hub().departures.told(session, service, Word.TOLD if closed else Word.REFUSED)
        return _see(speaking(f"/logout/{ticket['farewell']}", wished))
    with_cookies = flask.request.headers.get("Sec-Fetch-Site") in _WITH_COOKIES
    agreed = Word.TOLD if with_cookies else Word.ANSWERED
    word = agreed if refused is None else Word.REFUSED
    hub().departures.told(session, service, word)
    if not with_cookies:
        hub().leaving.put(_alone(str(ticket["farewell"]), service), {}, seconds=_KEPT)
    flask.g.hub_framed = True
    return _noted(word)


def _soon(where: str) -> flask.Response:
    """An empty frame that goes on by itself.

    A page's `Refresh` counts from when it is loaded, all its frames included (HTML 7.5.3): it
    would never go on around a frame that hangs from its first address.
    """
    shown = _noted(None)
    shown.headers["Refresh"] = f"1; url={where}"
    return shown


def _onto(hop: Hop, there: Participation) -> flask.Response:
    if not hop.fields:
        return _see(hop.url)
    allow_form_to([hop.url, *_addresses(there)])
    title = title_of(there.service)
    return page("pages/leaving_form.html", url=hop.url, fields=hop.fields, title=title)


def _noted(word: Word | None) -> flask.Response:
    """Inside the frame, for the script of the page around it. Nobody sees it."""
    return page("pages/leaving_noted.html", word=word and word.value)


def _row(farewell: Farewell, there: ServiceLeft, due: Round) -> dict[str, Any]:
    by_hand = framed = None
    word = "unsure" if there.word in _ANSWERS else there.word.value
    if there.service in due.told_now:
        word = "telling"
    elif there.service == farewell.service and there.service in due.reachable:
        word = "asked"
    elif there.service in due.reachable and there.word is not Word.TOLD:
        word = word if there.word in _ANSWERS else "silent"
        by_hand = way_to(farewell, there.service)
    if there.service in due.framed:
        framed = way_to(farewell, there.service, framed=True)
    title = title_of(there.service)
    return {"title": title, "word": word, "by_hand": by_hand, "framed": framed}


def _hop(farewell: Farewell, there: Participation, framed: bool) -> Hop | None:
    frontend = hub().endings[there.frontend]
    words = {each.service: each.word for each in hub().departures.services(farewell.session)}
    key = secrets.token_urlsafe(24)
    query = urlencode({"ticket": key})
    back = f"{hub().public_address}{HEARD}?{query}"
    way = unless_broken(there.service, lambda: frontend.end(there, back), None)
    if not isinstance(way, Hop):
        return None
    ticket: dict[str, Json] = {
        "farewell": farewell.id,
        "session": farewell.session,
        "service": there.service,
        "framed": framed,
        "agreed": words.get(there.service) is Word.ANSWERED,
        "wished": _wished(),
    }
    hub().leaving.put(_ticket(key), ticket, seconds=_KEPT)
    return way


def _participations(farewell: Farewell) -> Sequence[Participation]:
    """Those of the session that a browser can tell."""
    every = hub().records.participations(farewell.session)
    return [each for each in every if _told_at(each)]


def _told_at(there: Participation) -> Sequence[str]:
    frontend = hub().endings.get(there.frontend)
    if not isinstance(frontend, TellsByBrowser):
        return ()
    return unless_broken(there.service, lambda: frontend.told_at(there), ())


def _addresses(there: Participation) -> Sequence[str]:
    """A service may lead from its place for leaving to another host of its own."""
    service = hub().rules.services.get(there.service)
    return (*_told_at(there), *(addresses(service) if service else ()))


def _wished() -> str:
    return flask.request.args.get("ui_locales", "")


def _due_alone(farewell: Farewell, service: ServiceId) -> bool:
    return hub().leaving.take(_alone(farewell.id, service)) is not None


def _listed(services: Json) -> Sequence[Json]:
    return services if isinstance(services, list) else ()


def _frames(farewell: Farewell) -> str:
    return f"frames:{farewell.id}"


def _alone(farewell: str, service: ServiceId) -> str:
    return f"alone:{farewell}:{service}"


def _ticket(key: str) -> str:
    return f"heard:{key}"


def _see(where: str) -> flask.Response:
    return flask.Response(status=303, headers={"Location": where})
