"""Links the new entries of the audit trail, and signs where the chain ends."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, RowMapping, bindparam, insert, select, update

from hub.contract.audit import AuditEntry
from hub.contract.values import Clock
from hub.store.chain import BEGINNING, Link, commitment, following, statement
from hub.store.database import Database
from hub.store.sealing import KeyRing
from hub.store.tables import checkpoint, micros, trail, trail_head, trail_key
from hub.store.trail_rows import entry_of

AT_ONCE = 500
Told = Callable[[Sequence[AuditEntry]], None]


class Linker:
    def __init__(
        self, database: Database, keys: KeyRing, clock: Clock, told: Told = lambda entries: None
    ) -> None:
        """*told* gets each entry once, in the chain's order, after it was committed."""
        self._database = database
        self._keys = keys
        self._clock = clock
        self._told = told

    def link(self) -> int:
        """How many entries were linked, in the order of their numbers."""
        linked = 0
        while entries := self._link_some():
            linked += len(entries)
            self.tell(entries)
        return linked

    def hold(self, transaction: Connection) -> None:
        """Nobody else links until *transaction* ends. To be taken before any other lock."""
        self._head(transaction)

    def link_within(self, transaction: Connection) -> Sequence[AuditEntry]:
        """Link all there is; to be told with `tell` once *transaction* was committed."""
        linked: list[AuditEntry] = []
        while entries := self._some(transaction):
            linked.extend(entries)
        return linked

    def tell(self, linked: Sequence[AuditEntry]) -> None:
        if linked:
            self._told(linked)

    def checkpoint(self) -> bool:
        """Sign the end of the chain, if it grew since the last time."""
        with self._database.transaction() as transaction:
            return self.sign_within(transaction)

    def sign_within(self, transaction: Connection) -> bool:
        now = self._clock()
        size, head = self._head(transaction)
        keys, last = self.signer(transaction), _last_signed(transaction)
        if keys is None or size == (last.size if last else 0):
            return False
        signature = keys.sign(statement(size, head, micros(now)))
        row = {"size": size, "hash": head, "at": now, "signature": signature}
        transaction.execute(insert(checkpoint).values(row))
        return True

    def signer(self, transaction: Connection) -> KeyRing | None:
        """The keys to sign with, while *transaction* holds the end of the chain.

        `None`: they were renewed on another machine, and what these sign would count for nothing.
        """
        keys, last = self._keys.current(), _last_signed(transaction)
        if last is None:
            return keys
        signed = statement(last.size, last.hash, micros(last.at))
        return keys if keys.signed(signed, last.signature, last.size) else None

    def size(self, transaction: Connection) -> int:
        """Of the chain; held as by `hold`."""
        return self._head(transaction)[0]

    def _link_some(self) -> Sequence[AuditEntry]:
        with self._database.transaction() as transaction:
            return self._some(transaction)

    def _some(self, transaction: Connection) -> Sequence[AuditEntry]:
        size, head = self._head(transaction)
        unlinked = select(trail).where(trail.c.sequence.is_(None)).order_by(trail.c.id)
        rows = transaction.execute(unlinked.limit(AT_ONCE)).mappings().all()
        if not rows:
            return ()
        links = self._links(transaction, rows, size, head)
        transaction.execute(_LINKED, links)
        transaction.execute(
            update(trail_head).values(size=size + len(links), hash=links[-1]["new_hash"])
        )
        return [entry_of(row) for row in rows]

    def _head(self, transaction: Connection) -> tuple[int, str]:
        """Where the chain ends; locked until the transaction does, so that one worker links."""
        beginning = self._database.insert(trail_head).values(one=1, size=0, hash=BEGINNING)
        transaction.execute(beginning.on_conflict_do_nothing())
        touched = update(trail_head).values(size=trail_head.c.size)
        row = transaction.execute(touched.returning(trail_head.c.size, trail_head.c.hash)).one()
        return row.size, row.hash

    def _links(
        self, transaction: Connection, rows: Sequence[RowMapping], size: int, head: str
    ) -> list[dict[str, Any]]:
        keys = self._account_keys(transaction, {row["account"] for row in rows} - {None})
        links: list[dict[str, Any]] = []
        for sequence, row in enumerate(rows, start=size + 1):
            account = row["account"]
            whose = commitment(keys[account], account, sequence) if account else None
            head = following(head, link_of(row, sequence, whose))
            new = {"new_sequence": sequence, "new_hash": head, "new_commitment": whose}
            links.append({"entry": row["id"], **new})
        return links

    def _account_keys(self, transaction: Connection, accounts: set[str]) -> Mapping[str, bytes]:
        keys = known_keys(transaction, self._keys, accounts)
        new = {account: secrets.token_bytes(32) for account in sorted(accounts - keys.keys())}
        if new:
            sealed = [
                {"account": account, "key": self._keys.close(key, f"trail:{account}")}
                for account, key in new.items()
            ]
            transaction.execute(insert(trail_key), sealed)
        return {**keys, **new}


def _last_signed(transaction: Connection) -> Row[Any] | None:
    newest = select(checkpoint).order_by(checkpoint.c.size.desc()).limit(1)
    return transaction.execute(newest).first()


_LINKED = (
    update(trail)
    .where(trail.c.id == bindparam("entry"), trail.c.sequence.is_(None))
    .values(
        sequence=bindparam("new_sequence"),
        hash=bindparam("new_hash"),
        commitment=bindparam("new_commitment"),
    )
)


def link_of(row: RowMapping, sequence: int, whose: str | None) -> Link:
    return Link(
        sequence=sequence,
        at=micros(row["at"]),
        action=row["action"],
        login=row["login"],
        service=row["service"],
        details=row["details"],
        support=row["support"],
        commitment=whose,
    )


def known_keys(transaction: Connection, keys: KeyRing, accounts: set[str]) -> dict[str, bytes]:
    """The accounts' own keys, of those that have not been destroyed."""
    rows = transaction.execute(select(trail_key).where(trail_key.c.account.in_(accounts)))
    return {row.account: keys.open(row.key, f"trail:{row.account}") for row in rows}
