"""Whom a référent may act on, how far, and where their account is kept."""

from collections.abc import Callable
from typing import Final

import flask

from hub.contract.accounts import Account, KeepsAccounts
from hub.contract.identifiers import AccountId
from hub.contract.steps import Refusal
from hub.people.delegation import may_administer, structures_of, works_elsewhere
from hub.web.console import Agent
from hub.web.desk import desk
from hub.web.parts import hub

SHARED: Final = Refusal(code="console.works_elsewhere", counts=False)


def theirs(agent: Agent, account: str) -> Account:
    """The person, when the référent may act on them; the same 404 for all others and for nobody."""
    found = hub().accounts.by_id(AccountId(account))
    if found is None or not reach(agent)(found):
        flask.abort(404)
    return found


def reach(agent: Agent) -> Callable[[Account], bool]:
    """Whether they may act on somebody. Asks the database once, for as many as there are."""
    actor, beyond = agent.visited.account, beyond_reach(agent)
    return lambda person: may_administer(actor, person, agent.grants, beyond)


def beyond_reach(agent: Agent) -> frozenset[AccountId]:
    """Who holds a console that this référent has not."""
    structures = structures_of(agent.grants)
    return frozenset(desk().guests.holders.beyond(structures, hub().clock()))


def shared(agent: Agent, person: Account) -> Refusal | None:
    """Why the account itself is left to the support; `None`: it is the référent's to help with."""
    return SHARED if works_elsewhere(person, agent.grants) else None


def keeper_of(account: Account) -> KeepsAccounts | None:
    """The store that knows the person, if it may be written to."""
    for store in desk().stores.values():
        if store.by_id(account.id):
            return store if isinstance(store, KeepsAccounts) else None
    return None
