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
_THERE = known_browser.c.key.in_((bindparam("whose"), bindparam("where")))
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
        whose = self._seal.digest(f"{account}", "devices")
        where = self._seal.digest(f"{account}\0{browser}", "devices")
        with self._database.transaction() as transaction:
            rows = _AGAIN.all(transaction, {"whose": whose, "where": where, "seen": now})
            known = {row.key for row in rows}
            first = whose not in known and self._is_new(transaction, whose, now)
            new = where not in known and self._is_new(transaction, where, now)
        return new and not first

    def _is_new(self, transaction: Connection, key: str, now: datetime) -> bool:
        # One statement decides: of two sign-ins at one moment, one is told of.
        return self._added.first(transaction, {"of_key": key, "seen": now}) is not None
