"""The console's requests for access: those of the référent's structures, given or refused."""

import secrets
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

import flask
from flask.typing import ResponseReturnValue

from hub.contract.accounts import Account
from hub.contract.audit import AuditEntry
from hub.contract.many import by_ids
from hub.contract.services import Service
from hub.contract.steps import Refusal
from hub.contract.values import value
from hub.people.access import AccessRequest, lacking
from hub.people.delegation import Console, structures_of
from hub.people.rights import Grant
from hub.web.access_letters import tell_decision, title_of
from hub.web.console import Agent, enter, enter_fresh
from hub.web.console_reach import reach
from hub.web.desk import desk
from hub.web.drawing import page
from hub.web.parts import hub, language
from hub.web.words import HUB

HERE: Final = "/console/access"
LASTS: Final = (31, 183, 365, 0)
"""Days for which access may be given; 0: until somebody ends it."""
LONGEST_REASON: Final = 500
blueprint = flask.Blueprint("hub_console_access", __name__)


@value
class AccessRow:
    request: AccessRequest
    title: str
    name: str
    role: str


@blueprint.get(HERE)
def waiting() -> ResponseReturnValue:
    agent = enter(Console.REFERENT)
    if not isinstance(agent, Agent):
        return agent
    return _page(agent, done=flask.request.args.get("done", ""))


@blueprint.post(f"{HERE}/<request>/give")
def give(request: str) -> ResponseReturnValue:
    # A session left open an hour ago gives no rights: prove it again, then press again.
    agent = enter_fresh(Console.REFERENT, target=HERE)
    if not isinstance(agent, Agent):
        return agent
    days = flask.request.form.get("days", "")
    if days not in {str(each) for each in LASTS}:
        flask.abort(400)
    found, service, who = _taken(agent, request)
    _grant(agent, found, service, who, int(days))
    tell_decision(found, service, who, None)
    return flask.redirect(f"{HERE}?done=given", 303)


@blueprint.post(f"{HERE}/<request>/refuse")
def refuse(request: str) -> ResponseReturnValue:
    agent = enter(Console.REFERENT)
    if not isinstance(agent, Agent):
        return agent
    reason = " ".join(flask.request.form.get("reason", "").split())[:LONGEST_REASON]
    if not reason:
        return _page(agent, refused=Refusal(code="request.no_reason", counts=False), status=422)
    found, service, who = _taken(agent, request)
    _note(agent, "access.refused", found)
    tell_decision(found, service, who, reason)
    return flask.redirect(f"{HERE}?done=refused", 303)


def _taken(agent: Agent, request: str) -> tuple[AccessRequest, Service, Account]:
    """Theirs to decide, and nobody else's at the same time; the same 404 for all others."""
    theirs = {each.request.id for each in _rows(agent)}
    found = desk().own.access.take(request, hub().clock()) if request in theirs else None
    service = hub().rules.services.get(found.service) if found else None
    who = hub().accounts.by_id(found.account) if found else None
    if found is None or service is None or who is None:
        flask.abort(404)
    return found, service, who


def _rows(agent: Agent) -> Sequence[AccessRow]:
    own = structures_of(agent.grants)
    return list(_drawn(agent, desk().own.access.waiting(own, hub().clock())))


def _drawn(agent: Agent, requests: Sequence[AccessRequest]) -> Iterator[AccessRow]:
    reached = reach(agent) if requests else None
    known = by_ids(hub().accounts, (each.account for each in requests))
    for each in requests:
        who = known.get(each.account)
        service = hub().rules.services.get(each.service)
        # Whoever left the structure since, or oneself: nobody gives a right to these here.
        if who and service and reached and reached(who):
            roles = [s.role for s in who.situations if s.structure == each.structure]
            yield AccessRow(
                request=each,
                title=title_of(service),
                name=who.display_name,
                role=", ".join(roles),
            )


def _grant(agent: Agent, request: AccessRequest, service: Service, who: Account, days: int) -> None:
    now = hub().clock()
    until: datetime | None = now + timedelta(days=days) if days else None
    for right in lacking(service, who, request.structure):
        desk().rights.give(
            Grant(
                id=secrets.token_urlsafe(12),
                account=who.id,
                name=right.name,
                situation=right.situation,
                since=now,
                until=until,
                given_by=agent.visited.account.id,
            )
        )
    _note(agent, "access.given", request)


def _note(agent: Agent, action: str, request: AccessRequest) -> None:
    desk().trail.note(
        AuditEntry(
            at=hub().clock(),
            action=action,
            account=request.account,
            service=request.service,
            details={"by": agent.visited.account.id, "structure": request.structure},
        )
    )


def _page(
    agent: Agent, *, refused: Refusal | None = None, done: str = "", status: int = 200
) -> flask.Response:
    return page(
        "console/access.html",
        status=status,
        person=agent.visited.account,
        consoles=agent.consoles,
        rows=_rows(agent),
        lasts=LASTS,
        done=done if done in ("given", "refused") else "",
        refusal=hub().words.refusal(language(), refused, HUB) if refused else None,
    )
