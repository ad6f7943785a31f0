"""« Poste partagé » : a workstation of many people, and the way from one of them to the next."""

import secrets

import flask

from hub.contract.audit import AuditEntry
from hub.broker.farewells import Farewell
from hub.broker.outcomes import Vouched
from hub.broker.trail import left
from hub.web.desk import desk
from hub.web.leaving_providers import hops_of
from hub.web.leaving_services import prepare
from hub.web.parts import browser, hub
from hub.web.visits import local

blueprint = flask.Blueprint("hub_workstation", __name__)


@blueprint.post("/workstation")
def share() -> flask.Response:
    """« Poste partagé », or no longer; the network may say so for good."""
    back = local(flask.request.form.get("back")) or "/"
    # Whoever runs the workstation or its network says so: nobody in front of it takes it back.
    if browser().always_shared:
        return _see(back)
    shared = flask.request.form.get("shared") == "yes"
    session = hub().records.session(browser().session)
    if session:
        # Its browser may have forgotten who said so; the session has not.
        if not desk().sessions.share(session.id, shared):
            return _see(back)
        action = "workstation.shared" if shared else "workstation.own"
        desk().trail.note(AuditEntry(at=hub().clock(), action=action, account=session.account))
    answer = _see(back)
    answer.headers.add("Set-Cookie", hub().cookies.share(shared))
    return answer


@blueprint.post("/session/change")
def change_person() -> flask.Response:
    """« Changer d'utilisateur » : the session ends, and the next person signs in."""
    session = hub().records.session(browser().session)
    if session is None:
        return _see("/services")
    farewell = Farewell(
        id=secrets.token_urlsafe(16),
        browser=browser().key,
        session=session.id,
        left_at=hub().clock(),
        return_url="/services",
        hops=hops_of(session),
    )
    prepare(farewell)
    counts = hub().departures.end(farewell, left(session.account, hub().clock()))
    # Left open at the provider, the next person would come in as the last one.
    others = counts.hops or hub().records.participations(session.id)
    answer = _see(f"/logout/{counts.id}" if others else "/services")
    answer.headers.add("Set-Cookie", hub().cookies.sign_out())
    return answer


def shared_as_told(answer: flask.Response, visited: Vouched) -> flask.Response:
    """The session of *visited* is short from now on, and *answer* tells the browser to know."""
    desk().sessions.share_as_told(visited.session.id)
    desk().trail.note(
        AuditEntry(at=hub().clock(), action="workstation.shared", account=visited.account.id)
    )
    answer.headers.add("Set-Cookie", hub().cookies.share_as_told())
    return answer


def _see(path: str) -> flask.Response:
    return flask.Response(status=303, headers={"Location": path})
