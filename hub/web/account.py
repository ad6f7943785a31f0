"""« Gérer mon compte »: who I am here, where I am signed in, what happened."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import flask
from flask.typing import ResponseReturnValue

from hub.contract.audit import AuditEntry
from hub.contract.identifiers import ServiceId, SessionId
from hub.contract.values import value
from hub.broker.assurance import MoreNeeded, Satisfied
from hub.broker.outcomes import Vouched
from hub.people.activity import SessionLine
from hub.web.account_means import ACCOUNT, groups, strong_proof
from hub.web.desk import desk
from hub.web.drawing import page
from hub.web.history import HistoryRow, of_person, title_of
from hub.web.numbers import numbers_of
from hub.web.parts import hub
from hub.web.portal import method_title
from hub.web.visits import visit

blueprint = flask.Blueprint("hub_account", __name__)
HISTORY_LENGTH: Final = 100


@value
class SessionRow:
    id: SessionId
    device: str
    source: str
    began_at: datetime
    seen_at: datetime
    methods: str
    services: Sequence[tuple[ServiceId, str]]
    """Those opened in it, with their titles."""
    current: bool


@blueprint.get("/account")
def overview() -> ResponseReturnValue:
    visited = visit(ACCOUNT)
    if not isinstance(visited, Vouched):
        return visited
    proof = strong_proof(visited)
    shown = groups(visited, proved=isinstance(proof, Satisfied))
    return page(
        "account/overview.html",
        person=visited.account,
        identifiers=numbers_of(visited.account),
        groups=shown,
        masked=any(each.masked for each in shown),
        provable=isinstance(proof, MoreNeeded),
        terms="terms" in hub().pages,
        saved=flask.request.args.get("saved", ""),
    )


@blueprint.get("/account/sessions")
def sessions() -> ResponseReturnValue:
    visited = visit(ACCOUNT)
    if not isinstance(visited, Vouched):
        return visited
    rows = [_session_row(each, visited) for each in desk().sessions.of(visited.account.id)]
    return page("account/sessions.html", person=visited.account, sessions=rows)


@blueprint.post("/account/sessions/end")
def end_session() -> ResponseReturnValue:
    """One of this person's own; any other id changes nothing and tells nothing."""
    visited = visit(ACCOUNT)
    if not isinstance(visited, Vouched):
        return visited
    wanted = flask.request.form.get("session", "")
    own = {each.id for each in desk().sessions.of(visited.account.id)}
    if wanted in own - {visited.session.id}:
        hub().records.end(SessionId(wanted), _note(visited, "session.ended"))
    return flask.redirect("/account/sessions", 303)


@blueprint.post("/account/sessions/end-others")
def end_others() -> ResponseReturnValue:
    visited = visit(ACCOUNT)
    if not isinstance(visited, Vouched):
        return visited
    desk().sessions.end_all(visited.account.id, visited.session.id)
    desk().trail.note(_note(visited, "sessions.ended"))
    return flask.redirect("/account/sessions", 303)


@blueprint.get("/account/history")
def history() -> ResponseReturnValue:
    visited = visit(ACCOUNT)
    if not isinstance(visited, Vouched):
        return visited
    rows: Sequence[HistoryRow] = of_person(visited.account.id, HISTORY_LENGTH)
    return page("account/history.html", person=visited.account, rows=rows)


def _session_row(line: SessionLine, visited: Vouched) -> SessionRow:
    services = [(ServiceId(each), title_of(ServiceId(each))) for each in line.services]
    methods = dict.fromkeys(method_title(each) for each in line.methods)
    return SessionRow(
        id=line.id,
        device=line.device,
        source=line.source,
        began_at=line.began_at,
        seen_at=line.seen_at,
        methods=", ".join(methods),
        services=services,
        current=line.id == visited.session.id,
    )


def _note(visited: Vouched, action: str) -> AuditEntry:
    return AuditEntry(at=hub().clock(), action=action, account=visited.account.id)
