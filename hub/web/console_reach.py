"""Whom a référent may act on, and where their account is kept."""

import flask

from hub.contract.accounts import Account, KeepsAccounts
from hub.contract.identifiers import AccountId
from hub.people.delegation import may_administer
from hub.web.console import Agent
from hub.web.desk import desk
from hub.web.parts import hub


def theirs(agent: Agent, account: str) -> Account:
    """The person, when the référent may act on them; the same 404 for all others and for nobody."""
    found = hub().accounts.by_id(AccountId(account))
    if found is None or not may_administer(agent.visited.account, found, agent.grants):
        flask.abort(404)
    return found


def keeper_of(account: Account) -> KeepsAccounts | None:
    """The store that knows the person, if it may be written to."""
    for store in desk().stores.values():
        if store.by_id(account.id):
            return store if isinstance(store, KeepsAccounts) else None
    return None
