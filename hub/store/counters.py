"""Counts events and says how long to wait, each in one statement: fifty at once count fifty."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import BigInteger, Column, Connection, Integer, Update, and_, bindparam, case
from sqlalchemy import delete, or_, select, update
from sqlalchemy.dialects import postgresql

from hub.contract.values import value
from hub.prepared import Statement
from hub.store.database import Database
from hub.store.tables import Moment, counter, micros

_MICROSECOND = timedelta(microseconds=1)


@value
class Allowance:
    """So many within a while; then nothing until the while is over."""

    limit: int
    within: timedelta
    from_first: bool = False
    """True: the while begins with the first counted (a daily cap). False: with the last one."""
    gap: timedelta = timedelta()
    """Between any two."""


@value
class Slowing:
    """Above so many, each one makes the next wait longer: one step more each time."""

    after: int
    step: timedelta
    longest: timedelta
    within: timedelta = timedelta(hours=1)


class Counters:
    """Built once for one database: to put a statement together costs more than to run it."""

    def __init__(self, database: Database) -> None:
        new = database.insert(counter).values(
            key=bindparam("of_key"), spent=1, first_at=_NOW, last_at=_NOW, free_at=_FIRST_FREE
        )
        self._from_first = _spending(new, counter.c.first_at)
        self._from_last = _spending(new, counter.c.last_at)
        self._slowly = _slowing(new)

    def spend(
        self, transaction: Connection, key: str, allowed: Allowance, now: datetime
    ) -> timedelta | None:
        """Count one under *key*. How long to wait when there was none left; `None`: counted."""
        counted = self._from_first if allowed.from_first else self._from_last
        given = {
            "of_key": key,
            "at": now,
            "first_free": now,
            "since": now - allowed.within,
            "gap_since": now - allowed.gap,
            "limit": allowed.limit,
        }
        if counted.first(transaction, given):
            return None
        return _left(transaction, key, allowed, now)

    def spend_slowly(
        self, transaction: Connection, key: str, slowing: Slowing, now: datetime
    ) -> timedelta | None:
        """The same, where nobody is shut out: above the limit one waits, longer each time."""
        given = {
            "of_key": key,
            "at": now,
            "first_free": now if slowing.after > 1 else now + slowing.step,
            "since": now - slowing.within,
            "after": slowing.after,
            "most": slowing.longest // slowing.step,
            "step": slowing.step // _MICROSECOND,
            "at_number": micros(now),
        }
        if self._slowly.first(transaction, given):
            return None
        free_at: datetime = transaction.execute(_FREE_AT, {"of_key": key}).scalar_one()
        return max(free_at - now, timedelta(seconds=1))

    def give_back(self, transaction: Connection, key: str, now: datetime) -> None:
        """One less under *key*, and no wait because of it."""
        _GIVE_BACK.run(transaction, {"of_key": key, "at": now})

    def forget(self, transaction: Connection, key: str) -> None:
        _FORGET.run(transaction, {"of_key": key})


_NOW: Final = bindparam("at", type_=Moment)
_FIRST_FREE: Final = bindparam("first_free", type_=Moment)
_SINCE: Final = bindparam("since", type_=Moment)
_KEYED: Final = counter.c.key == bindparam("of_key")
_ROW: Final = select(counter).where(_KEYED)
_FREE_AT: Final = select(counter.c.free_at).where(_KEYED)
_FORGET: Final = Statement(delete(counter).where(_KEYED))


def giving_back() -> Update:
    """One less under `of_key`, at the moment `at`."""
    one_less = {"spent": counter.c.spent - 1, "free_at": _NOW}
    return update(counter).where(_KEYED, counter.c.spent > 0).values(one_less)


_GIVE_BACK: Final = Statement(giving_back())


def _spending(new: postgresql.Insert, anchor: Column[datetime]) -> Statement:
    columns = counter.c
    over = anchor <= _SINCE
    changed = {
        "spent": case((over, 1), else_=columns.spent + 1),
        "first_at": case((over, _NOW), else_=columns.first_at),
        "last_at": _NOW,
    }
    room = and_(
        or_(over, columns.spent < bindparam("limit", type_=Integer)),
        or_(columns.last_at <= bindparam("gap_since", type_=Moment), columns.spent == 0),
    )
    counted = new.on_conflict_do_update(index_elements=["key"], set_=changed, where=room)
    return Statement(counted.returning(columns.key))


def _slowing(new: postgresql.Insert) -> Statement:
    columns = counter.c
    count = case((columns.last_at <= _SINCE, 1), else_=columns.spent + 1)
    # One step after the limit is reached, two after the next: bounded, so that it ends.
    most = bindparam("most", type_=BigInteger)
    above = count - bindparam("after", type_=BigInteger) + 1
    steps = case((above < 0, 0), (above > most, most), else_=above)
    at, step = bindparam("at_number", type_=BigInteger), bindparam("step", type_=BigInteger)
    changed = {"spent": count, "last_at": _NOW, "free_at": at + steps * step}
    counted = new.on_conflict_do_update(
        index_elements=["key"], set_=changed, where=columns.free_at <= _NOW
    )
    return Statement(counted.returning(columns.key))


def _left(transaction: Connection, key: str, allowed: Allowance, now: datetime) -> timedelta:
    row = transaction.execute(_ROW, {"of_key": key}).one()
    free_at: datetime = row.last_at + allowed.gap
    if row.spent >= allowed.limit:
        anchor = row.first_at if allowed.from_first else row.last_at
        free_at = max(free_at, anchor + allowed.within)
    return max(free_at - now, timedelta(seconds=1))
