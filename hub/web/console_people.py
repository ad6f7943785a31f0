"""The référent's console: the people of their structures, and what may be done for them."""

from collections.abc import Callable, Sequence

import flask
from flask.typing import ResponseReturnValue

from hub.contract.accounts import Account, KeepsAccounts, Searchable
from hub.contract.identifiers import AccountId, MethodName
from hub.contract.tasks import Enrollable, Resets
from hub.contract.values import value
from hub.people.delegation import Console, may_administer, structures_of
from hub.web.console import Agent, enter
from hub.web.console_person import Shown, person_page
from hub.web.console_reach import keeper_of, theirs
from hub.web.console_telling import tell
from hub.web.desk import desk
from hub.web.drawing import page
from hub.web.parts import hub
from hub.web.portal import plain
from hub.web.typing import typed_before

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
    shown = Shown(done=flask.request.args.get("done", ""), typed=typed_before())
    return person_page(agent, found, shown)


@blueprint.post("/console/people/<account>/reset/<method>")
def reset(account: str, method: str) -> ResponseReturnValue:
    agent = enter(Console.REFERENT)
    if not isinstance(agent, Agent):
        return agent
    found, work = theirs(agent, account), hub().rules.methods.get(MethodName(method))
    if not isinstance(work, Resets):
        flask.abort(404)
    # Sent twice: what is gone is not taken away again, and its person told once.
    if not isinstance(work, Enrollable) or work.means(found.id):
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
    # Sent twice, or by two référents: done once, and its person told once.
    if found.locked != (action == "account.suspended"):
        work(keeper, found)
        tell(agent, found, action)
    return flask.redirect(f"/console/people/{found.id}?done={action.partition('.')[2]}", 303)


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
