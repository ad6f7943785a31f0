"""The consoles: who may enter which, what the support reads, what the operator sees."""

from collections.abc import Sequence
from typing import Final

import flask
from flask.typing import ResponseReturnValue

from hub.contract.assurance import Shortfall
from hub.contract.audit import AuditEntry
from hub.contract.identifiers import AccountId, ServiceId
from hub.contract.many import by_ids
from hub.contract.services import Service
from hub.contract.values import value
from hub.broker.goals import minimum_of
from hub.broker.outcomes import Vouched
from hub.people.delegation import Console, consoles
from hub.people.joining import waiting
from hub.people.rights import Grant
from hub.web.barred import barred_page
from hub.web.causes import likely
from hub.web.desk import desk
from hub.web.drawing import page
from hub.web.history import timeline
from hub.web.parts import hub
from hub.web.portal import level_name
from hub.web.visits import visit

CONSOLE: Final = ServiceId("console")
STRONG: Final = ServiceId("console-strong")
HOMES: Final = {
    Console.REFERENT: "/console/people",
    Console.SUPPORT: "/console/support",
    Console.OPERATOR: "/console/plugins",
}
blueprint = flask.Blueprint("hub_console", __name__)


@value
class Agent:
    """Somebody at a console, with the rights they hold now."""

    visited: Vouched
    grants: Sequence[Grant]

    @property
    def consoles(self) -> Sequence[str]:
        """Those they may enter, in the order of the menu."""
        opened = consoles(self.grants)
        return [each.value for each in HOMES if each in opened]


@value
class ServiceRow:
    id: ServiceId
    title: str
    level: str
    rights: str
    frontend: str
    place: str


def enter(*consoles: Console, target: str | None = None) -> Agent | flask.Response:
    """Whoever holds none of these rights finds nothing here: the consoles hide what they hold.

    *target* is where somebody who must sign in comes back to, as `visit` has it.
    """
    agent = _agent(target)
    if isinstance(agent, Agent) and not {each.value for each in consoles} & set(agent.consoles):
        flask.abort(404)
    return agent


def enter_fresh(*consoles: Console, target: str) -> Agent | flask.Response:
    """The same, by a strong proof of a moment ago: what is done here stays done.

    A session left open at a workstation does none of it; they prove it again, then press again.
    """
    agent = enter(*consoles, target=target)
    if not isinstance(agent, Agent):
        return agent
    fresh = visit(STRONG, target=target)
    return agent if isinstance(fresh, Vouched) else fresh


@blueprint.get("/console")
def home() -> ResponseReturnValue:
    agent = _agent()
    if not isinstance(agent, Agent):
        return agent
    if not agent.consoles:
        return barred_page(Shortfall.RIGHT_MISSING, agent.visited.account)
    return flask.redirect(HOMES[Console(agent.consoles[0])], 303)


@blueprint.get("/console/support")
def support() -> ResponseReturnValue:
    agent = enter(Console.SUPPORT)
    if not isinstance(agent, Agent):
        return agent
    typed = flask.request.args.get("code", "")
    code = normal(typed)
    entries = desk().trail.by_support(code) if code else ()
    if code:
        _trace(agent, code)
    whose = {each.account for each in entries if each.account}
    found = by_ids(hub().accounts, map(AccountId, sorted(whose)))
    return page(
        "console/support.html",
        person=agent.visited.account,
        consoles=agent.consoles,
        code=code or typed,
        asked=bool(typed),
        rows=timeline(entries),
        cause=likely(entries),
        people=[each.display_name for each in found.values()],
    )


@blueprint.get("/console/plugins")
def plugins() -> ResponseReturnValue:
    agent = enter(Console.OPERATOR)
    if not isinstance(agent, Agent):
        return agent
    return page(
        "console/plugins.html",
        person=agent.visited.account,
        consoles=agent.consoles,
        plugins=desk().plugins,
        places=desk().operator.written,
    )


@blueprint.get("/console/services")
def services() -> ResponseReturnValue:
    agent = enter(Console.OPERATOR)
    if not isinstance(agent, Agent):
        return agent
    shown = [each for each in hub().rules.services.values() if each.peer or each.tile]
    return page(
        "console/services.html",
        person=agent.visited.account,
        consoles=agent.consoles,
        services=[_service_row(each) for each in shown],
        waiting=len(waiting(desk().joined)),
    )


def normal(code: str) -> str:
    """A support code as it was heard on the telephone: `k7qf 2m`, `K7QF-2M`; else nothing."""
    heard = "".join(code.upper().split()).replace("-", "")
    # Crockford's base 32 reads these as the figures they are mistaken for.
    plain = heard.translate(str.maketrans("OIL", "011"))
    return f"{plain[:4]}-{plain[4:]}" if len(plain) == 6 and plain.isalnum() else ""


def _agent(target: str | None = None) -> Agent | flask.Response:
    visited = visit(CONSOLE, target=target)
    if not isinstance(visited, Vouched):
        return visited
    grants = desk().rights.granted(visited.account.id, hub().clock())
    return Agent(visited=visited, grants=grants)


def _trace(agent: Agent, code: str) -> None:
    account, details = agent.visited.account.id, {"code": code}
    desk().trail.note(
        AuditEntry(at=hub().clock(), action="support.looked_up", account=account, details=details)
    )


def _service_row(service: Service) -> ServiceRow:
    return ServiceRow(
        id=service.id,
        title=service.tile.title if service.tile else service.id,
        level=level_name(minimum_of(service, hub().rules.policy).name),
        rights=", ".join(sorted(service.access.rights)),
        frontend=service.peer.frontend if service.peer else "",
        place=desk().places.get(service.id, ""),
    )
