"""Leaving: by one's own click, or because a service sent somebody to leave."""

import secrets
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import Final

import flask

from hub.contract.identifiers import ServiceId, SessionId
from hub.contract.logout import Departure, TakesBack
from hub.broker import logout
from hub.broker.farewells import Farewell, ServiceLeft, Word
from hub.broker.records import BrowserSession
from hub.broker.trail import left, left_elsewhere, left_service
from hub.web.drawing import page
from hub.web.headers import allow_form_to
from hub.web.history import title_of
from hub.web.leaving_providers import hops_of, onward, providers_of
from hub.web.leaving_services import (
    Round,
    all_know,
    next_round,
    prepare,
    rows,
    speaking,
    way_to,
)
from hub.web.parts import browser, hub

REFRESH: Final = 2
"""Seconds between two looks at what the services answered; no script is needed."""
PATIENCE: Final = timedelta(seconds=20)
"""So long the page renews itself; whoever answers later is told all the same."""

blueprint = flask.Blueprint("hub_leaving", __name__)


@blueprint.get("/logout")
def ask() -> flask.Response:
    """A GET changes nothing: whoever made the browser come here gets a question on screen."""
    return page("pages/leave.html", departure="", service_title="", others=(), alone=False)


@blueprint.post("/logout")
def leave() -> flask.Response:
    """Ends the session, or leaves only the service that sent the browser here."""
    key = flask.request.form.get("departure", "")
    departure = logout.taken(hub().leaving, key) if key else None
    session = hub().records.session(browser().session)
    if session is None:
        return _back(departure) if departure else _once_more()
    if "only" in flask.request.form:
        return _leave_alone(session, departure)
    return _end(session, departure)


@blueprint.get("/logout/done")
def done() -> flask.Response:
    flask.g.hub_ui_locales = flask.request.args.get("ui_locales", "").split()
    return page("pages/left.html", services=(), providers=(), onward=None, again=None)


@blueprint.get("/logout/<key>")
def sent(key: str) -> flask.Response:
    """How a leaving went; or a service sent the browser, having said why."""
    flask.g.hub_ui_locales = flask.request.args.get("ui_locales", "").split()
    farewell = hub().departures.farewell(key, browser().key)
    if farewell:
        return _said(farewell)
    departure = logout.taken(hub().leaving, key)
    if departure:
        flask.g.hub_ui_locales = departure.languages
    session = hub().records.session(browser().session)
    if session is None:
        return _back(departure) if departure else done()
    if departure is None:
        return ask()
    # A service proves by its hint of which session it speaks. Of another's, or of none: ask.
    named = session.id in (departure.session, *departure.proved)
    if departure.proved and not named:
        # Another session of this browser is none of the service's business.
        return _back(departure)
    if named and not _others(session.id, departure.service):
        return _end(session, departure)
    return _question(session, departure)


def _question(session: BrowserSession, departure: Departure) -> flask.Response:
    # Taken once, laid again for the answer: a reload finds the plain question.
    again = logout.WebLeaving(hub().leaving).leave(departure)
    allow_form_to([departure.return_url] if departure.return_url else [])
    others = _others(session.id, departure.service)
    return page(
        "pages/leave.html",
        departure=again.rpartition("/")[2],
        service_title=title_of(departure.service),
        others=[title_of(each) for each in others],
        alone=bool(others) and departure.service is not None,
    )


def _end(session: BrowserSession, departure: Departure | None) -> flask.Response:
    farewell = Farewell(
        id=secrets.token_urlsafe(16),
        browser=browser().key,
        session=session.id,
        left_at=hub().clock(),
        service=departure.service if departure else None,
        return_url=departure.return_url if departure else None,
        hops=hops_of(session),
    )
    others = _others(session.id, farewell.service)
    # First: a second click at the same moment is led to this page as soon as the session is over.
    prepare(farewell)
    counts = hub().departures.end(farewell, left(session.account, hub().clock()))
    _end_proved(departure, session)
    if counts.id != farewell.id:
        return _signed_out(f"/logout/{counts.id}")
    # Nobody else is to be told: the service has its person back at once.
    how = _spoken(f"/logout/{farewell.id}", departure)
    return _signed_out(how if others or farewell.hops else farewell.return_url or how)


def _signed_out(where: str) -> flask.Response:
    answer = _see(where)
    answer.headers.add("Set-Cookie", hub().cookies.sign_out())
    return answer


def _end_proved(departure: Departure | None, here: BrowserSession | None) -> None:
    """Those of other browsers: a service may ask for all of one person (SAML Core 3.7.1)."""
    if departure is None:
        return
    entry = left_elsewhere(departure.service, hub().clock())
    for each in departure.proved:
        if here is None or here.id != each:
            hub().records.end(each, entry)


def _leave_alone(session: BrowserSession, departure: Departure | None) -> flask.Response:
    if departure is None or departure.service is None:
        return _see("/logout")  # the question waited too long: it is asked again
    for each in hub().records.participations(session.id):
        frontend = hub().endings.get(each.frontend)
        if each.service == departure.service and isinstance(frontend, TakesBack):
            frontend.take_back(each)
    entry = left_service(session.account, departure.service, hub().clock())
    hub().departures.close(session.id, departure.service, entry)
    return _see(departure.return_url or "/services")


def _said(farewell: Farewell) -> flask.Response:
    services = hub().departures.services(farewell.session)
    due = next_round(farewell, services)
    draw = partial(_how_it_went, farewell, services, due)
    if due.framed:
        again, patience = _again(), hub().leaving_patience
        shown = draw(again=again)
        shown.headers["Refresh"] = f"{patience.total_seconds():g}; url={again}"
        return shown
    if due.alone:
        return onward(draw(again=_again()), way_to(farewell, due.alone[0]))
    waits = any(
        each.word is Word.WAITING and each.service not in due.reachable for each in services
    )
    waits = waits and hub().clock() - farewell.left_at < PATIENCE
    hop = None if waits else farewell.next_hop
    if hop and hub().departures.sent(farewell):
        return onward(draw(), hop.url)
    through = farewell.sent == farewell.back == len(farewell.hops)
    if through and farewell.return_url and all_know(farewell, services):
        return _see(farewell.return_url)
    return draw(refresh=REFRESH if waits else None)


def _how_it_went(
    farewell: Farewell,
    services: Sequence[ServiceLeft],
    due: Round,
    refresh: int | None = None,
    again: str | None = None,
) -> flask.Response:
    """*again*: where the page goes on without whoever keeps it waiting."""
    return page(
        "pages/left.html",
        services=rows(farewell, services, due),
        providers=providers_of(farewell),
        onward=farewell.return_url,
        service_title=title_of(farewell.service),
        refresh=refresh,
        again=again,
        patience=f"{hub().leaving_patience.total_seconds():g}",
    )


def _again() -> str:
    return speaking(flask.request.path, flask.request.args.get("ui_locales", ""))


def _once_more() -> flask.Response:
    """A second click takes the place of the first one's answer: it leads where that one led."""
    farewell = hub().departures.last(browser().key)
    return _see(f"/logout/{farewell.id}" if farewell else "/logout/done")


def _back(departure: Departure) -> flask.Response:
    """Nobody is signed in here, or not any more: the same end as for whoever just left."""
    _end_proved(departure, None)
    return _see(departure.return_url or _spoken("/logout/done", departure))


def _spoken(path: str, departure: Departure | None) -> str:
    """The page after this one speaks as the service wished too."""
    return speaking(path, " ".join(departure.languages) if departure else "")


def _others(session: SessionId, service: ServiceId | None) -> Sequence[ServiceId]:
    opened = (each.service for each in hub().records.participations(session))
    return [each for each in dict.fromkeys(opened) if each != service]


def _see(where: str) -> flask.Response:
    return flask.Response(status=303, headers={"Location": where})
