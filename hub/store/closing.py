"""Closes an account for good: everything that leads to the person goes, the id stays nobody's."""

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import delete, select, update

from hub.contract.accounts import Account, AccountStore, ErasesAccounts, KeepsAccounts
from hub.contract.audit import AuditEntry
from hub.contract.errors import HubError
from hub.contract.holdings import Holding
from hub.contract.identifiers import AccountId
from hub.contract.values import Clock, Json
from hub.retention_settings import RetentionSettings
from hub.store.database import Database
from hub.store.kinds import kinds
from hub.store.sessions import SqlSessions
from hub.store.tables import browser_session, participation, service
from hub.store.trail import SqlTrail

CLOSED: Final = "account.closed"
_WRITTEN: Final = (service.c.peer, service.c.kept)


class Closing:
    """Every step may be done again: whoever was interrupted types the same once more."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        sessions: SqlSessions,
        trail: SqlTrail,
        stores: Mapping[str, AccountStore],
        holdings: Collection[Holding],
    ) -> None:
        self._database = database
        self._clock = clock
        self._sessions = sessions
        self._trail = trail
        self._stores = stores
        self._holdings = holdings

    def closable(self, account: Account) -> bool:
        stores = self._stores.values()
        first = next((each for each in stores if each.by_id(account.id)), None)
        return isinstance(first, ErasesAccounts) and isinstance(first, KeepsAccounts)

    def close(self, account: Account, by: str) -> Mapping[str, int]:
        """How much of each kind went. Raise `HubError`, with nothing done, where nobody may.

        *by*: who closes it, an account's id or `command line`.
        """
        store = self._store(account)
        store.suspend(account.id)
        # Services are owed word before what they are called by is gone.
        self._sessions.end_all(account.id, None)
        gone = {**self._forget_rows(account), **self._forget_held(account)}
        self._disown(account)
        if isinstance(store, ErasesAccounts):
            store.erase(account.id)
        details = {kind: str(number) for kind, number in gone.items() if number} | {"by": by}
        at = self._clock()
        self._trail.note(AuditEntry(at=at, action=CLOSED, account=account.id, details=details))
        # Last: until here whoever looks finds out how far it came.
        self._trail.forget(account.id)
        # Whoever read the trail meanwhile wrote down how services call this account.
        self._forget_rows(account)
        return gone

    def _store(self, account: Account) -> KeepsAccounts:
        for store in self._stores.values():
            if store.by_id(account.id) is None:
                continue
            if isinstance(store, ErasesAccounts) and isinstance(store, KeepsAccounts):
                return store
            # Erased here only, the person would sign in again tomorrow as if nothing had been.
            raise HubError(f"the store {store.name!r} is read-only: close the account there first")
        raise HubError("no account store knows this account")

    def _forget_rows(self, account: Account) -> Mapping[str, int]:
        gone: dict[str, int] = {}
        mine = select(browser_session.c.id).where(browser_session.c.account == account.id)
        with self._database.transaction() as transaction:
            # What services are still to be told stands in the notices now.
            transaction.execute(delete(participation).where(participation.c.session.in_(mine)))
            for each in kinds(RetentionSettings()):
                if each.whose is not None:
                    done = transaction.execute(delete(each.table).where(each.whose == account.id))
                    gone[each.table.name] = done.rowcount
        return gone

    def _forget_held(self, account: Account) -> Mapping[str, int]:
        return {each.kind: each.forget(account) for each in self._holdings}

    def _disown(self, account: Account) -> None:
        """Their services are the operator's from now on, and name them as a contact no more."""
        addresses = frozenset(each.address.casefold() for each in account.contacts)
        with self._database.transaction() as transaction:
            rows = transaction.execute(select(service.c.id, service.c.owner, *_WRITTEN)).all()
            for row in rows:
                changed = _unaddressed(row, addresses)
                if row.owner == account.id:
                    changed["owner"] = None
                if changed:
                    there = update(service).where(service.c.id == row.id)
                    newer = {**changed, "revision": service.c.revision + 1}
                    transaction.execute(there.values(newer))


def known(stores: Mapping[str, AccountStore], named: str) -> Sequence[Account]:
    """Whom an operator means: by id, else by a word they sign in with."""
    found = [store.by_id(AccountId(named)) or store.by_login(named) for store in stores.values()]
    return [each for each in found if each]


def _unaddressed(row: Any, addresses: Collection[str]) -> dict[str, Any]:
    changed: dict[str, Any] = {}
    for column in _WRITTEN:
        before = json.loads(getattr(row, column.name))
        after = _without(before, addresses)
        if after != before:
            changed[column.name] = json.dumps(after, sort_keys=True, ensure_ascii=False)
    return changed


def _without(content: Json, addresses: Collection[str]) -> Json:
    match content:
        case dict():
            return {name: _without(each, addresses) for name, each in content.items()}
        case list():
            kept = [each for each in content if not _is_one(each, addresses)]
            return [_without(each, addresses) for each in kept]
        case _:
            return "" if _is_one(content, addresses) else content


def _is_one(content: Json, addresses: Collection[str]) -> bool:
    return isinstance(content, str) and content.casefold() in addresses
