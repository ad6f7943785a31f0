"""« Fermer » one connected service: it is told, its grants end, and the session goes on."""

import flask
from flask.typing import ResponseReturnValue

from hub.contract.identifiers import ServiceId, SessionId
from hub.contract.logout import TakesBack
from hub.broker.outcomes import Vouched
from hub.broker.trail import left_service
from hub.web.account_means import ACCOUNT
from hub.web.desk import desk
from hub.web.parts import hub
from hub.web.visits import visit

HERE = "/account/sessions"
blueprint = flask.Blueprint("hub_account_services", __name__)


@blueprint.post(f"{HERE}/close-service")
def close() -> ResponseReturnValue:
    """In one of this person's own sessions; any other id changes nothing and tells nothing."""
    visited = visit(ACCOUNT, target=HERE)
    if not isinstance(visited, Vouched):
        return visited
    session = SessionId(flask.request.form.get("session", ""))
    service = ServiceId(flask.request.form.get("service", ""))
    own = {each.id for each in desk().sessions.of(visited.account.id)}
    if session in own:
        _close(visited, session, service)
    return flask.redirect(HERE, 303)


def _close(visited: Vouched, session: SessionId, service: ServiceId) -> None:
    entry = left_service(visited.account.id, service, hub().clock())
    for each in hub().records.participations(session):
        if each.service != service:
            continue
        frontend = hub().endings.get(each.frontend)
        # First: a refresh token that outlived the notice would open the service again.
        if isinstance(frontend, TakesBack):
            frontend.take_back(each)
        hub().departures.dismiss(each, entry)
