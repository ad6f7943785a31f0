"""The référent's console: the people of their structures, and what may be done for them."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

import flask
from flask.typing import ResponseReturnValue

from hub.contract.accounts import Account, KeepsAccounts, Searchable
from hub.contract.identifiers import AccountId, MethodName
from hub.contract.many import in_structures
from hub.contract.steps import Refusal
from hub.contract.tasks import Enrollable, Resets
from hub.contract.values import value
from hub.people.delegation import Console, structures_of
from hub.web.console import Agent, enter, enter_fresh
from hub.web.console_person import Shown, person_page
from hub.web.console_reach import keeper_of, reach, shared, theirs
from hub.web.console_telling import tell
from hub.web.desk import desk
from hub.web.drawing import page
from hub.web.parts import hub
from hub.web.portal import plain
from hub.web.kept_forms import typed_before

PER_PAGE: Final = 50
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
    """Those of one page."""
    next: int
    """The number of the page that follows; 0: there is none."""


@blueprint.get("/console/people")
def people() -> ResponseReturnValue:
    agent = enter(Console.REFERENT)
    if not isinstance(agent, Agent):
        return agent
    asked = flask.request.args
    wanted, only, number = asked.get("q", "").strip(), asked.get("at", ""), asked.get("page", "")
    own = [each for each in structures_of(agent.grants) if only in ("", each)]
    reached = reach(agent)
    at = int(number) if only and number.isdecimal() and len(number) < 6 else 0
    return page(
        "console/people.html",
        person=agent.visited.account,
        consoles=agent.consoles,
        wanted=wanted,
        only=only,
        structures=[_structure(name, wanted, found, at) for name, found in _people(own, reached)],
        done="forwarded" if flask.request.args.get("done") == "forwarded" else "",
    )


@blueprint.get("/console/people/<account>")
def show(account: str) -> ResponseReturnValue:
    agent = enter(Console.REFERENT)
    if not isinstance(agent, Agent):
        return agent
    found = theirs(agent, account)
    asked = flask.request.args
    letter = asked.get("letter", "")
    shown = Shown(done=asked.get("done", ""), typed=typed_before(), letter=letter[:64])
    return person_page(agent, found, shown)


@blueprint.post("/console/people/<account>/reset/<method>")
def reset(account: str, method: str) -> ResponseReturnValue:
    agent = _enter(account)
    if not isinstance(agent, Agent):
        return agent
    found, work = theirs(agent, account), hub().rules.methods.get(MethodName(method))
    if not isinstance(work, Resets):
        flask.abort(404)
    if refused := shared(agent, found):
        return _refused(agent, found, refused)
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


def _enter(account: str) -> Agent | flask.Response:
    # A session left open takes nobody's means away and closes nobody's account.
    return enter_fresh(Console.REFERENT, target=f"/console/people/{account}")


def _change(
    account: str, action: str, work: Callable[[KeepsAccounts, Account], None]
) -> ResponseReturnValue:
    agent = _enter(account)
    if not isinstance(agent, Agent):
        return agent
    found = theirs(agent, account)
    keeper = keeper_of(found)
    if keeper is None:
        flask.abort(404)
    if refused := shared(agent, found):
        return _refused(agent, found, refused)
    # Sent twice, or by two référents: done once, and its person told once.
    if found.locked != (action == "account.suspended"):
        work(keeper, found)
        tell(agent, found, action)
    return flask.redirect(f"/console/people/{found.id}?done={action.partition('.')[2]}", 303)


def _refused(agent: Agent, found: Account, refused: Refusal) -> flask.Response:
    return person_page(agent, found, Shown(refused=refused, status=403))


def _people(
    names: Sequence[str], reached: Callable[[Account], bool]
) -> Iterator[tuple[str, Sequence[Account]]]:
    stores = [each for each in desk().stores.values() if isinstance(each, Searchable)]
    # The first store that knows somebody is the one that counts.
    found = [in_structures(each, names) for each in stores[::-1]]
    for name in names:
        known = {each.id: each for places in found for each in places[name]}
        yield name, [each for each in known.values() if reached(each)]


def _structure(name: str, wanted: str, people: Sequence[Account], at: int) -> StructureRow:
    found = [each for each in people if plain(wanted) in plain(each.display_name)]
    shown = sorted(found, key=lambda each: (plain(each.display_name), each.id))
    first, last = at * PER_PAGE, (at + 1) * PER_PAGE
    rows = [
        PersonRow(
            id=each.id, name=each.display_name, roles=_roles(each, name), suspended=each.locked
        )
        for each in shown[first:last]
    ]
    return StructureRow(name=name, people=rows, next=at + 1 if len(shown) > last else 0)


def _roles(account: Account, structure: str) -> str:
    return ", ".join(each.role for each in account.situations if each.structure == structure)
