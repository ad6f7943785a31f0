"""How often is too often, counted in the database so that every process counts together.

Two counts stand before each answer: wrong ones of one method, about one person, from one network
(three, then five minutes), and those about one person from anywhere, which never shut anybody
out but slow down. The second does not apply to a browser where the person once signed in by that
method: nobody can lock a doctor out on purpose. Names, networks and browsers are kept as digests.
"""

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, bindparam, exists, select

from hub.contract.toolbox import Seal
from hub.contract.values import Clock, value
from hub.broker.throttle import Try
from hub.prepared import Statement
from hub.store.counters import Allowance, Counters, Slowing, giving_back
from hub.store.database import Database
from hub.store.tables import Moment, known_browser

_SEEN_AT: Final = bindparam("seen", type_=Moment)
_KNOWN: Final = Statement(
    select(known_browser.c.key).where(known_browser.c.key == bindparam("of_key"))
)
_GIVE_BACK_SPREAD: Final = Statement(
    giving_back().where(~exists().where(known_browser.c.key == bindparam("known")))
)


@value
class MethodLimits:
    """What one method has of its own; `None`: as every other."""

    tries: int | None = None
    pause: timedelta | None = None
    begins: int | None = None
    """How many beginnings within `begins_within`; `None`: as every other."""
    begins_within: timedelta | None = None
    gap: timedelta = timedelta()
    """Between two beginnings: a code that was just sent is still under way."""


@value
class Limits:
    tries: int = 3
    pause: timedelta = timedelta(minutes=5)
    begins: int | None = None
    """Beginnings of one method within `begins_within`; `None`: beginning costs nothing."""
    begins_within: timedelta = timedelta(hours=1)
    per_method: Mapping[str, MethodLimits] = field(default_factory=dict)
    spread: int = 10
    """Wrong answers about one person within the hour, from anywhere, before it slows down."""
    spread_step: timedelta = timedelta(seconds=30)
    spread_longest: timedelta = timedelta(minutes=15)


class SqlThrottle:
    def __init__(self, database: Database, seal: Seal, clock: Clock, limits: Limits) -> None:
        self._database = database
        self._seal = seal
        self._clock = clock
        self._limits = limits
        self._counters = Counters(database)
        new = database.insert(known_browser).values(key=bindparam("of_key"), seen_at=_SEEN_AT)
        again = new.on_conflict_do_update(index_elements=["key"], set_={"seen_at": _SEEN_AT})
        self._seen = Statement(again)

    def spend(self, tried: Try) -> timedelta | None:
        allowed = self._allowed(tried)
        if allowed is None:
            return None
        try:
            with self._database.transaction() as transaction:
                now = self._clock()
                wait = self._counters.spend(transaction, self._key(tried), allowed, now)
                if wait or tried.step == "begin" or self._knows(transaction, tried):
                    return wait
                if wait := self._spend_spread(transaction, tried, now):
                    raise _FromElsewhere
        except _FromElsewhere:
            pass
        return wait

    def give_back(self, tried: Try) -> None:
        now = self._clock()
        with self._database.transaction() as transaction:
            self._counters.give_back(transaction, self._key(tried), now)
            if tried.step == "answer":
                self._give_back_spread(transaction, tried, now)

    def clear(self, tried: Try) -> None:
        """Those from anywhere stay counted: the person's own visits must not help who guesses."""
        now = self._clock()
        with self._database.transaction() as transaction:
            self._counters.forget(transaction, self._key(tried))
            self._give_back_spread(transaction, tried, now)
            if tried.browser:
                self._remember(transaction, tried, now)

    def _allowed(self, tried: Try) -> Allowance | None:
        own = self._limits.per_method.get(tried.method, MethodLimits())
        if tried.step == "answer":
            limit = self._limits.tries if own.tries is None else own.tries
            pause = self._limits.pause if own.pause is None else own.pause
            return Allowance(limit=limit, within=pause)
        begins = self._limits.begins if own.begins is None else own.begins
        if begins is None:
            return None
        within = own.begins_within or self._limits.begins_within
        return Allowance(limit=begins, within=within, gap=own.gap, from_first=True)

    def _spend_spread(self, transaction: Connection, tried: Try, now: datetime) -> timedelta | None:
        slowing = Slowing(
            after=self._limits.spread,
            step=self._limits.spread_step,
            longest=self._limits.spread_longest,
        )
        return self._counters.spend_slowly(transaction, self._spread_key(tried), slowing, now)

    def _give_back_spread(self, transaction: Connection, tried: Try, now: datetime) -> None:
        """Nothing was taken for a browser that is known."""
        known = self._browser_key(tried) if tried.browser else ""
        given = {"of_key": self._spread_key(tried), "at": now, "known": known}
        _GIVE_BACK_SPREAD.run(transaction, given)

    def _knows(self, transaction: Connection, tried: Try) -> bool:
        if not tried.browser:
            return False
        return _KNOWN.first(transaction, {"of_key": self._browser_key(tried)}) is not None

    def _remember(self, transaction: Connection, tried: Try, now: datetime) -> None:
        self._seen.run(transaction, {"of_key": self._browser_key(tried), "seen": now})

    def _key(self, tried: Try) -> str:
        parts = (tried.step, tried.method, tried.source, tried.who)
        return self._seal.digest("\0".join(parts), "throttle")

    def _spread_key(self, tried: Try) -> str:
        return self._seal.digest(tried.who, "throttle.spread")

    def _browser_key(self, tried: Try) -> str:
        # By method: a stolen password must not lift the limit on guessing the code that follows it.
        parts = (tried.method, tried.browser, tried.who)
        return self._seal.digest("\0".join(parts), "throttle.browser")


class _FromElsewhere(Exception):
    """Rolls back: what others spent takes no try of this browser's own."""
