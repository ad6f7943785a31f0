"""Which browsers an account signed in from, kept as digests: they lead back to nobody."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, update

from hub.contract.identifiers import AccountId
from hub.contract.toolbox import Seal
from hub.contract.values import Clock
from hub.prepared import Statement
from hub.store.database import Database
from hub.store.tables import Moment, known_browser

_SEEN = bindparam("seen", type_=Moment)
_THERE = known_browser.c.key == bindparam("of_key")
_AGAIN = Statement(
    update(known_browser).where(_THERE).values(seen_at=_SEEN).returning(known_browser.c.key)
)


class SqlDevices:
    """A `DevicesBook`, beside the browsers that the throttle knows."""

    def __init__(self, database: Database, seal: Seal, clock: Clock) -> None:
        self._database = database
        self._seal = seal
        self._clock = clock
        new = database.insert(known_browser).values(key=bindparam("of_key"), seen_at=_SEEN)
        self._added = Statement(new.on_conflict_do_nothing().returning(known_browser.c.key))

    def arrives(self, account: AccountId, browser: str) -> bool:
        now = self._clock()
        with self._database.transaction() as transaction:
            # Always in this order, one row at a time: of two sign-ins at once one waits, and
            # neither is undone for it.
            first = self._is_new(transaction, f"{account}", now)
            new = self._is_new(transaction, f"{account}\0{browser}", now)
        return new and not first

    def _is_new(self, transaction: Connection, name: str, now: datetime) -> bool:
        given = {"of_key": self._seal.digest(name, "devices"), "seen": now}
        if _AGAIN.first(transaction, given):
            return False
        # One statement decides: of two sign-ins at one moment, one is told of.
        return self._added.first(transaction, given) is not None
