"""What one plugin keeps for people: credentials, their secrets sealed in their own place."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, bindparam, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from hub.contract.errors import StaleCredential
from hub.contract.identifiers import AccountId
from hub.contract.toolbox import Credential, Seal
from hub.prepared import Statement
from hub.store.codec import canonical
from hub.store.database import Database
from hub.store.tables import credential as kept

_ROW = select(kept.c.account, kept.c.id, kept.c.label, kept.c.public, kept.c.secret, kept.c.version)
_OF = _ROW.where(kept.c.account == bindparam("of")).order_by(kept.c.id)
_ALL = Statement(_OF.add_columns(kept.c.plugin, kept.c.drawer))
_NAMED = _ROW.where(kept.c.id == bindparam("named")).limit(2)


class SqlDrawer:
    def __init__(self, database: Database, seal: Seal, plugin: str, name: str) -> None:
        self._database = database
        self._seal = seal
        self._plugin = plugin
        self._name = name
        self._mine = (kept.c.plugin == plugin, kept.c.drawer == name)
        self._of = Statement(_OF.where(*self._mine))
        self._named = _NAMED.where(*self._mine)

    def of(self, account: AccountId) -> Sequence[Credential]:
        before = self._database.read_before
        if before is None:
            with self._database.transaction() as transaction:
                rows = self._of.all(transaction, {"of": account})
            return [self._read(account, row) for row in rows]
        # A page asks each method what it holds for the same person: all of it is read once.
        if (place := _place(account)) not in before:
            with self._database.transaction() as transaction:
                before[place] = _ALL.all(transaction, {"of": account})
        own = (self._plugin, self._name)
        return [self._read(account, r) for r in before[place] if (r.plugin, r.drawer) == own]

    def find(self, credential_id: str) -> Credential | None:
        with self._database.transaction() as transaction:
            rows = transaction.execute(self._named, {"named": credential_id}).all()
        return self._read(AccountId(rows[0].account), rows[0]) if len(rows) == 1 else None

    def put(self, credential: Credential) -> None:
        self._forget(credential.account)
        with self._database.transaction() as transaction:
            if credential.version == 0:
                self._add(transaction, credential)
            else:
                self._change(transaction, credential)

    def remove(self, account: AccountId, credential_id: str) -> bool:
        self._forget(account)
        removed = delete(kept).where(*self._at(account, credential_id))
        with self._database.transaction() as transaction:
            return transaction.execute(removed).rowcount == 1

    def _read(self, account: AccountId, row: Row[*tuple[Any, ...]]) -> Credential:
        return Credential(
            id=row.id,
            account=account,
            label=row.label,
            public=json.loads(row.public),
            secret=self._seal.open(row.secret, self._purpose(account, row.id)),
            version=row.version,
        )

    def _forget(self, account: AccountId) -> None:
        # Before the write: whoever finds it stale reads again.
        if self._database.read_before is not None:
            self._database.read_before.pop(_place(account), None)

    def _add(self, transaction: Connection, credential: Credential) -> None:
        place = {
            "plugin": self._plugin,
            "drawer": self._name,
            "account": credential.account,
            "id": credential.id,
        }
        try:
            transaction.execute(insert(kept).values(**place, **self._content(credential)))
        except IntegrityError as error:
            raise StaleCredential(credential.id) from error

    def _change(self, transaction: Connection, credential: Credential) -> None:
        # One conditional statement: of two requests that spend one code, one is refused.
        here = self._at(credential.account, credential.id)
        unchanged = update(kept).where(*here, kept.c.version == credential.version)
        if transaction.execute(unchanged.values(**self._content(credential))).rowcount == 0:
            raise StaleCredential(credential.id)

    def _content(self, credential: Credential) -> dict[str, object]:
        purpose = self._purpose(credential.account, credential.id)
        return {
            "label": credential.label,
            "public": canonical(dict(credential.public)).decode(),
            "secret": self._seal.close(credential.secret, purpose),
            "version": credential.version + 1,
        }

    def _at(self, account: AccountId, credential_id: str) -> tuple[ColumnElement[bool], ...]:
        return (*self._mine, kept.c.account == account, kept.c.id == credential_id)

    def _purpose(self, account: AccountId, credential_id: str) -> str:
        # Bound to its place: one person's secret copied over another's does not open.
        return "\0".join(("credential", self._plugin, self._name, account, credential_id))


def _place(account: AccountId) -> tuple[str, AccountId]:
    return ("credential", account)
