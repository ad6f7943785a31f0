"""« Mes services » as each account arranged it, in the database."""

from dataclasses import replace

from sqlalchemy import bindparam, select, update

from hub.contract.identifiers import AccountId
from hub.contract.toolbox import Seal
from hub.people.space import Space
from hub.store.codec import decode, encode
from hub.store.database import Database
from hub.store.space_tables import own_space

_ITS_BODY = select(own_space.c.body).where(own_space.c.account == bindparam("of"))


class SqlSpaces:
    """A `SpacesBook`."""

    def __init__(self, database: Database, seal: Seal) -> None:
        self._database = database
        self._seal = seal

    def of(self, account: AccountId) -> Space:
        with self._database.transaction() as transaction:
            row = transaction.execute(_ITS_BODY, {"of": account}).first()
        return decode(self._seal.open(row.body, _place(account)), Space) if row else Space()

    def keep(self, account: AccountId, space: Space) -> bool:
        newer = replace(space, version=space.version + 1)
        row = {
            "version": newer.version,
            "body": self._seal.close(encode(newer, Space), _place(account)),
        }
        columns = own_space.c
        first = self._database.insert(own_space).values(account=account, **row)
        again = update(own_space).where(
            columns.account == account, columns.version == space.version
        )
        written = again.values(row) if space.version else first.on_conflict_do_nothing()
        with self._database.transaction() as transaction:
            return transaction.execute(written.returning(columns.version)).first() is not None


def _place(account: AccountId) -> str:
    return f"own_space:{account}"
