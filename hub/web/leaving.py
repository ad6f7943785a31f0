"""Leaving: by one's own click, or because a service sent somebody to leave."""

import flask

from hub.contract.identifiers import SessionId
from hub.contract.logout import Departure
from hub.broker import logout
from hub.broker.trail import left
from hub.web.drawing import page
from hub.web.headers import allow_form_to
from hub.web.parts import browser, hub, visitor

blueprint = flask.Blueprint("hub_leaving", __name__)


@blueprint.get("/logout")
def ask() -> flask.Response:
    """A GET changes nothing: whoever made the browser come here gets a question on screen."""
    return page("pages/leave.html", departure="", service_title="")


@blueprint.post("/logout")
def leave() -> flask.Response:
    """Ends the session, and says so. A service's registered address may follow."""
    _end()
    departure = _departure(flask.request.form.get("departure", ""))
    if departure and departure.return_url:
        answer = flask.Response(status=303, headers={"Location": departure.return_url})
    else:
        answer = flask.Response(status=303, headers={"Location": "/logout/done"})
    answer.headers.add("Set-Cookie", hub().cookies.sign_out())
    return answer


@blueprint.get("/logout/done")
def done() -> flask.Response:
    return page("pages/left.html")


@blueprint.get("/logout/<key>")
def sent(key: str) -> flask.Response:
    """A service sent the browser. It proved of which session it speaks, or the person confirms."""
    departure = logout.taken(hub().leaving, key)
    if departure is None:
        return page("pages/left.html") if not _session() else ask()
    mine = _session()
    if mine is None or departure.session == mine:
        return _gone(departure)
    return _question(departure)


def _gone(departure: Departure) -> flask.Response:
    _end()
    where = departure.return_url or "/logout/done"
    answer = flask.Response(status=303, headers={"Location": where})
    answer.headers.add("Set-Cookie", hub().cookies.sign_out())
    return answer


def _question(departure: Departure) -> flask.Response:
    # Taken once, laid again for the answer: a reload finds the plain question.
    again = logout.WebLeaving(hub().leaving).leave(departure)
    allow_form_to([departure.return_url] if departure.return_url else [])
    service = hub().rules.services.get(departure.service) if departure.service else None
    return page(
        "pages/leave.html",
        departure=again.rpartition("/")[2],
        service_title=service.tile.title if service and service.tile else "",
    )


def _departure(key: str) -> Departure | None:
    return logout.taken(hub().leaving, key) if key else None


def _session() -> SessionId | None:
    session = hub().records.session(browser().session)
    return session.id if session else None


def _end() -> None:
    session = hub().records.session(visitor().browser.session)
    if session:
        hub().records.end(session.id, left(session.account, hub().clock()))
