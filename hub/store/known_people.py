"""By which name each service knows whom: a pairwise name cannot be read backwards.

Whoever a service was told of stands in the audit trail. The names are made from there, when
somebody is looked for and not found, so that no sign-in pays for it.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final

from sqlalchemy import Connection, Row, select

from hub.contract.identifiers import AccountId, ServiceId
from hub.store.database import Database
from hub.store.space_tables import known_person
from hub.store.tables import edition, trail

AT_ONCE: Final = 5_000
_READ_UP_TO: Final = "known_person"

Name = Callable[[ServiceId, AccountId], tuple[str, str] | None]
"""Sector and subject by which a service knows somebody; `None`: no such service any more."""


class SqlKnownPeople:
    """A `KnownBook`."""

    def __init__(self, database: Database, name: Name) -> None:
        self._database = database
        self._name = name

    def called(self, sector: str, subject: str) -> AccountId | None:
        found = self._found(sector, subject)
        while found is None and self._learn():
            found = self._found(sector, subject)
        return found

    def _found(self, sector: str, subject: str) -> AccountId | None:
        columns = known_person.c
        asked = select(columns.account).where(columns.sector == sector, columns.subject == subject)
        with self._database.transaction() as transaction:
            account = transaction.execute(asked).scalar()
        return AccountId(account) if account else None

    def _learn(self) -> bool:
        """Read on in the trail; False once there is nothing more to read."""
        with self._database.transaction() as transaction:
            since = transaction.execute(
                select(edition.c.number).where(edition.c.name == _READ_UP_TO)
            ).scalar()
            columns = trail.c
            rows = transaction.execute(
                select(columns.sequence, columns.action, columns.service, columns.account)
                # In the order of commits: by their ids, one written late would be passed over.
                .where(columns.sequence > (-1 if since is None else since))
                .order_by(columns.sequence)
                .limit(AT_ONCE)
            ).all()
            if rows:
                self._write(transaction, rows)
        return bool(rows)

    def _write(self, transaction: Connection, rows: Sequence[Row[Any, Any, Any, Any]]) -> None:
        told = {
            (row.service, row.account)
            for row in rows
            if row.action == "login.vouched" and row.service and row.account
        }
        named = [
            {"sector": name[0], "subject": name[1], "account": account}
            for service, account in sorted(told)
            if (name := self._name(ServiceId(service), AccountId(account)))
        ]
        if named:
            new = self._database.insert(known_person).on_conflict_do_nothing()
            transaction.execute(new, named)
        reached = {"name": _READ_UP_TO, "number": rows[-1].sequence}
        mark = self._database.insert(edition).values(reached)
        transaction.execute(
            mark.on_conflict_do_update(index_elements=["name"], set_={"number": reached["number"]})
        )
