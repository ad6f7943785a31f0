"""« Changer de situation »: another place to act for, and the services still open as the former."""

from collections.abc import Sequence

import flask
from flask.typing import ResponseReturnValue

from hub.contract.login import Demand
from hub.contract.logout import Participation, TakesBack
from hub.broker.outcomes import Vouched
from hub.broker.trail import left_for_place
from hub.web.drawing import page
from hub.web.history import title_of
from hub.web.parts import hub
from hub.web.portal import PORTAL
from hub.web.visits import signed_in, visit

OPEN = "/situation/open"
blueprint = flask.Blueprint("hub_situation", __name__)


@blueprint.get("/situation")
def change() -> ResponseReturnValue:
    """The portal asks for the choice once more; whoever is signed in proves nothing again."""
    action = next(iter(hub().rules.settling), None)
    if action is None:
        flask.abort(404)
    visited = visit(PORTAL, demands=(Demand(action=action),), target=OPEN)
    return flask.redirect(OPEN, 303) if isinstance(visited, Vouched) else visited


@blueprint.get(OPEN)
def opened() -> ResponseReturnValue:
    """For which place from now on, and what still runs for another."""
    visited = visit(PORTAL)
    if not isinstance(visited, Vouched):
        return visited
    services = [title_of(each) for each in dict.fromkeys(one.service for one in former(visited))]
    return page("portal/situation.html", person=visited.account, services=services)


@blueprint.post("/situation/close")
def close() -> ResponseReturnValue:
    """« Les fermer »: their grants end, and they are told; the session goes on."""
    visited = visit(PORTAL)
    if not isinstance(visited, Vouched):
        return visited
    for each in former(visited):
        _dismiss(visited, each)
    return flask.redirect(OPEN, 303)


def former(visited: Vouched) -> Sequence[Participation]:
    """What was opened in this session for another place than the present one."""
    present = signed_in(visited).situation
    now = present.id if present else None
    opened = hub().records.participations(visited.session.id)
    return [each for each in opened if each.situation not in (None, now)]


def _dismiss(visited: Vouched, gone: Participation) -> None:
    frontend = hub().endings.get(gone.frontend)
    if isinstance(frontend, TakesBack):
        frontend.take_back(gone)
    entry = left_for_place(visited.account.id, gone.service, hub().clock())
    hub().departures.dismiss(gone, entry)
