"""The référent's console: the people of their structures, and what may be done for them."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial

import flask
from flask.typing import ResponseReturnValue

from hub.contract.accounts import Account, KeepsAccounts, Searchable
from hub.contract.identifiers import AccountId, MethodName
from hub.contract.tasks import Enrollable, Means, Resets
from hub.contract.values import value
from hub.broker.contained import unless_broken
from hub.people.delegation import Console, may_administer, structures_of
from hub.people.masking import masked
from hub.web.console import Agent, enter
from hub.web.console_telling import mail_of, tell
from hub.web.desk import desk
from hub.web.drawing import page
from hub.web.parts import hub
from hub.web.portal import method_title, plain

blueprint = flask.Blueprint("hub_console_people", __name__)


@value
class PersonRow:
    id: AccountId
    name: str
    roles: str
    suspended: bool


@value
class StructureRow:
    name: str
    people: Sequence[PersonRow]


@value
class ResetRow:
    """A method whose means may be taken away, and those there are."""

    method: MethodName
    title: str
    means: Sequence[str]


@blueprint.get("/console/people")
def people() -> ResponseReturnValue:
    agent = enter(Console.REFERENT)
    if not isinstance(agent, Agent):
        return agent
    wanted = flask.request.args.get("q", "").strip()
    return page(
        "console/people.html",
        person=agent.visited.account,
        consoles=agent.consoles,
        wanted=wanted,
        structures=[_structure(each, wanted, agent) for each in structures_of(agent.grants)],
        done="forwarded" if flask.request.args.get("done") == "forwarded" else "",
    )


@blueprint.get("/console/people/<account>")
def show(account: str) -> ResponseReturnValue:
    agent = enter(Console.REFERENT)
    if not isinstance(agent, Agent):
        return agent
    found = theirs(agent, account)
    own = structures_of(agent.grants)
    return page(
        "console/person.html",
        person=agent.visited.account,
        consoles=agent.consoles,
        who=found,
        situations=[each for each in found.situations if each.structure in own],
        resets=list(_resets(found)),
        writable=keeper_of(found) is not None,
        reachable=mail_of(found) is not None,
        done=flask.request.args.get("done", ""),
    )


@blueprint.post("/console/people/<account>/reset/<method>")
def reset(account: str, method: str) -> ResponseReturnValue:
    agent = enter(Console.REFERENT)
    if not isinstance(agent, Agent):
        return agent
    found, work = theirs(agent, account), hub().rules.methods.get(MethodName(method))
    if not isinstance(work, Resets):
        flask.abort(404)
    work.reset(found.id)
    # Whoever holds the lost telephone may hold a session too.
    desk().sessions.end_all(found.id, None)
    tell(agent, found, "means.reset", method)
    return flask.redirect(f"/console/people/{found.id}?done=reset", 303)


@blueprint.post("/console/people/<account>/suspend")
def suspend(account: str) -> ResponseReturnValue:
    def work(keeper: KeepsAccounts, found: Account) -> None:
        keeper.suspend(found.id)
        desk().sessions.end_all(found.id, None)

    return _change(account, "account.suspended", work)


@blueprint.post("/console/people/<account>/reopen")
def reopen(account: str) -> ResponseReturnValue:
    return _change(account, "account.reopened", lambda keeper, found: keeper.reopen(found.id))


def _change(
    account: str, action: str, work: Callable[[KeepsAccounts, Account], None]
) -> ResponseReturnValue:
    agent = enter(Console.REFERENT)
    if not isinstance(agent, Agent):
        return agent
    found = theirs(agent, account)
    keeper = keeper_of(found)
    if keeper is None:
        flask.abort(404)
    work(keeper, found)
    tell(agent, found, action)
    return flask.redirect(f"/console/people/{found.id}?done={action.partition('.')[2]}", 303)


def theirs(agent: Agent, account: str) -> Account:
    """The person, when the référent may act on them; the same 404 for all others and for nobody."""
    found = hub().accounts.by_id(AccountId(account))
    if found is None or not may_administer(agent.visited.account, found, agent.grants):
        flask.abort(404)
    return found


def _structure(name: str, wanted: str, agent: Agent) -> StructureRow:
    stores = [each for each in desk().stores.values() if isinstance(each, Searchable)]
    ids = dict.fromkeys(account.id for store in stores for account in store.in_structure(name))
    # Read again as the whole hub knows them: rights decide who is out of reach.
    known = [found for each in ids if (found := hub().accounts.by_id(each))]
    shown = [
        PersonRow(
            id=each.id, name=each.display_name, roles=_roles(each, name), suspended=each.locked
        )
        for each in known
        if may_administer(agent.visited.account, each, agent.grants)
        and plain(wanted) in plain(each.display_name)
    ]
    return StructureRow(name=name, people=sorted(shown, key=lambda row: plain(row.name)))


def _roles(account: Account, structure: str) -> str:
    return ", ".join(each.role for each in account.situations if each.structure == structure)


def _resets(account: Account) -> Iterator[ResetRow]:
    for name, method in hub().rules.methods.items():
        if isinstance(method, Resets):
            # One that breaks may still be reset: that is what the référent came for.
            nothing: Sequence[Means] = ()
            held = unless_broken(name, partial(_held, method, account), nothing)
            yield ResetRow(
                method=name, title=method_title(name), means=[masked(each.label) for each in held]
            )


def _held(method: object, account: Account) -> Sequence[Means]:
    return tuple(method.means(account.id)) if isinstance(method, Enrollable) else ()


def keeper_of(account: Account) -> KeepsAccounts | None:
    """The store that knows the person, if it may be written to."""
    for store in desk().stores.values():
        if store.by_id(account.id):
            return store if isinstance(store, KeepsAccounts) else None
    return None
