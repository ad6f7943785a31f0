"""« Pourquoi ? »: the decision for one person and one service, replayed in words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

import flask
from flask.typing import ResponseReturnValue

from hub.contract.accounts import Account
from hub.contract.assurance import PolicyRow
from hub.contract.audit import AuditEntry
from hub.contract.identifiers import ServiceId
from hub.contract.services import Service
from hub.contract.steps import Refusal
from hub.contract.values import value
from hub.broker.assurance import ActionDue, Decision, MoreNeeded, OutOfReach, Satisfied
from hub.broker.situations import places
from hub.broker.why import Answered, Replay, Start, due, first_steps, why
from hub.people.delegation import Console, structures_of
from hub.people.giving import places_in
from hub.web.console import Agent, enter
from hub.web.console_reach import reach
from hub.web.desk import desk
from hub.web.drawing import page, words, words_or
from hub.web.moments import title_of
from hub.web.parts import hub, language
from hub.web.portal import authenticator_name, level_name, method_title
from hub.web.words import HUB

HERE: Final = "/console/why"
LONGEST: Final = 200
_NOBODY: Final = Refusal(code="why.nobody", counts=False)
_NO_SERVICE: Final = Refusal(code="why.no_service", counts=False)
blueprint = flask.Blueprint("hub_console_why", __name__)


@value
class Line:
    """One line of the policy, and what it made of one proof."""

    proof: str
    row: str
    words: str


@value
class VerdictRow:
    start: str
    open: bool
    verdict: str
    then: str
    level: str
    place: str
    lines: Sequence[Line]


@value
class WhyView:
    name: str
    title: str
    needed: str
    places: Sequence[str]
    lacking: Sequence[str]
    elsewhere: Sequence[str]
    means: Sequence[str]
    off: Sequence[str]
    """What the operator switched off, whoever has it."""
    verdicts: Mapping[str, Sequence[VerdictRow]]
    """From nothing, with one of their means, in each live session."""


@blueprint.get(HERE)
def asked() -> ResponseReturnValue:
    agent = enter(Console.SUPPORT, Console.REFERENT)
    if not isinstance(agent, Agent):
        return agent
    return _page(agent)


@blueprint.post(HERE)
def answered() -> ResponseReturnValue:
    """Posted, though nothing changes: a national number belongs in no address and no history."""
    agent = enter(Console.SUPPORT, Console.REFERENT)
    if not isinstance(agent, Agent):
        return agent
    form = flask.request.form
    who = form.get("who", "").replace("\0", "").strip()[:LONGEST]
    service = hub().rules.services.get(ServiceId(form.get("service", "")))
    if service is None or service not in _services():
        return _page(agent, who=who, refused=_NO_SERVICE, status=422)
    found = _theirs(agent, who)
    _trace(agent, found, service)
    if found is None:
        return _page(agent, who=who, chosen=service.id, refused=_NOBODY, status=404)
    with desk().reading():
        live = desk().operator.live(found.id)
        own = _structures(agent)
        told = why(hub().rules, service, _seen(found, own), live, hub().clock())
        view = _view(told, found, own)
    return _page(agent, who=who, chosen=service.id, view=view)


def _theirs(agent: Agent, typed: str) -> Account | None:
    """Anybody, for the support; for a référent the people of their structures and nobody else."""
    found = hub().accounts.by_login(typed) if typed else None
    if found is None or Console.SUPPORT in agent.consoles:
        return found
    return found if reach(agent)(found) else None


def _services() -> Sequence[Service]:
    every = hub().rules.services.values()
    return [each for each in every if each.peer or each.tile or each.id == "portal"]


def _trace(agent: Agent, found: Account | None, service: Service) -> None:
    """What was typed stands nowhere: it may be the number of a perfect stranger."""
    desk().trail.note(
        AuditEntry(
            at=hub().clock(),
            action="why.looked_up",
            account=found.id if found else None,
            service=service.id,
            details={"by": agent.visited.account.id},
        )
    )


def _structures(agent: Agent) -> Sequence[str] | None:
    """Whose places are shown: a référent reads of no place but theirs; `None`: of all."""
    return None if Console.SUPPORT in agent.consoles else structures_of(agent.grants)


def _seen(account: Account, own: Sequence[str] | None) -> Account:
    """As the agent may know them: what a référent gives elsewhere is no other référent's affair."""
    if own is None:
        return account
    here = {None, *(each.id for each in places_in(account, own))}
    return replace(account, rights=frozenset(r for r in account.rights if r.situation in here))


def _view(told: Answered, account: Account, own: Sequence[str] | None) -> WhyView:
    return WhyView(
        name=account.display_name,
        title=title_of(told.service),
        needed=level_name(told.needed.name),
        places=[each.where for each in places(account, ()) if own is None or each.structure in own],
        lacking=told.lacking,
        elsewhere=told.elsewhere,
        means=[method_title(each) for each in told.means],
        off=[method_title(each) for each in hub().rules.methods if each in hub().rules.off()],
        verdicts=_verdicts(told.replays, own),
    )


def _verdicts(
    replays: Sequence[Replay], own: Sequence[str] | None
) -> Mapping[str, Sequence[VerdictRow]]:
    """What to do is said once, however many ways lead to the same verdict."""
    found: dict[str, list[VerdictRow]] = {each.value: [] for each in Start}
    told: set[str] = set()
    for replay in replays:
        row = _verdict(replay, own)
        found[replay.start].append(replace(row, then="") if row.then in told else row)
        told.add(row.then)
    return found


def _verdict(replay: Replay, own: Sequence[str] | None) -> VerdictRow:
    key = _key(replay.decision)
    steps = words("why.or").join(method_title(each) for each in first_steps(replay))
    action = due(replay)
    named = words_or(f"{action}.title", hub().owner_of_action(action), action) if action else ""
    return VerdictRow(
        start=_start(replay),
        open=isinstance(replay.decision, Satisfied),
        verdict=words(key, methods=steps or words("why.no_method"), action=named),
        then=words(f"{key}.next"),
        level=level_name(replay.reached.name),
        place=_place(replay, own),
        lines=list(_lines(replay.rows)),
    )


def _place(replay: Replay, own: Sequence[str] | None) -> str:
    here = replay.place if replay.start is Start.SESSION else None
    return here.where if here and (own is None or here.structure in own) else ""


def _key(decision: Decision) -> str:
    match decision:
        case Satisfied():
            return "why.open"
        case MoreNeeded():
            return "why.more"
        case ActionDue():
            return "why.action"
        case OutOfReach(why=short):
            return f"why.{short}"


def _start(replay: Replay) -> str:
    how = authenticator_name(replay.evidence.authenticator) if replay.evidence else ""
    method = method_title(replay.method) if replay.method else ""
    if replay.start is Start.MEANS and how.casefold() == method.casefold():
        return method
    proved = ", ".join(authenticator_name(row.authenticator) for row in _proofs(replay.rows))
    return words(f"why.start.{replay.start}", method=method, how=how, proved=proved)


def _proofs(rows: Sequence[PolicyRow]) -> Iterator[PolicyRow]:
    return (row for row in rows if row.row != "two_factors")


def _lines(rows: Sequence[PolicyRow]) -> Iterator[Line]:
    lowest = hub().rules.policy.ladder[0]
    for row in rows:
        kind = row.row.partition(".")[0] or "alone"
        nothing = kind == "alone" and row.level <= lowest
        said = "why.row.factor" if nothing and row.factors else f"why.row.{kind}"
        proof = " + ".join(authenticator_name(each) for each in row.authenticator.split(" + "))
        level = level_name(row.level.name)
        yield Line(proof=proof, row=row.row, words=words(said, level=level))


def _page(
    agent: Agent,
    *,
    who: str = "",
    chosen: str = "",
    view: WhyView | None = None,
    refused: Refusal | None = None,
    status: int = 200,
) -> flask.Response:
    return page(
        "console/why.html",
        status=status,
        person=agent.visited.account,
        consoles=agent.consoles,
        who=who,
        chosen=chosen,
        services=[(each.id, title_of(each)) for each in _services()],
        anybody=Console.SUPPORT in agent.consoles,
        view=view,
        refusal=hub().words.refusal(language(), refused, HUB) if refused else None,
    )
