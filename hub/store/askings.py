"""What was asked lately for an account, counted in the database: fifty at once ask once."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select

from hub.contract.identifiers import AccountId
from hub.contract.toolbox import Seal
from hub.store.counters import Counters, Slowing
from hub.store.database import Database
from hub.store.tables import counter

CLOSING: Final = timedelta(days=7)
"""Before that, asking once more tells nobody anything new."""


class SqlAskings:
    """An `Askings`, for *what* and *again* after so long."""

    def __init__(self, database: Database, seal: Seal, what: str, again: timedelta) -> None:
        self._database = database
        self._seal = seal
        self._what = what
        # A wait, not a limit: a counter that makes nobody wait is purged after a day.
        self._once = Slowing(after=1, step=again, longest=again, within=again)
        self._counters = Counters(database)

    def first(self, account: AccountId, now: datetime) -> bool:
        with self._database.transaction() as transaction:
            key = self._key(account)
            return self._counters.spend_slowly(transaction, key, self._once, now) is None

    def waits(self, account: AccountId, now: datetime) -> bool:
        asked = select(counter.c.free_at).where(counter.c.key == self._key(account))
        with self._database.transaction() as transaction:
            free_at: datetime | None = transaction.execute(asked).scalar()
        return free_at is not None and free_at > now

    def _key(self, account: AccountId) -> str:
        return self._seal.digest(account, self._what)
