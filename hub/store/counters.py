"""Counts events and says how long to wait, each in one statement: fifty at once count fifty."""

from datetime import datetime, timedelta

from sqlalchemy import BigInteger, Connection, and_, case, delete, literal, or_, select, update

from hub.contract.values import value
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


def spend(
    database: Database, transaction: Connection, key: str, allowed: Allowance, now: datetime
) -> timedelta | None:
    """Count one under *key*. How long to wait when there was none left; `None`: counted."""
    columns = counter.c
    anchor = columns.first_at if allowed.from_first else columns.last_at
    over = anchor <= now - allowed.within
    changed = {
        "spent": case((over, 1), else_=columns.spent + 1),
        "first_at": case((over, literal(now, Moment)), else_=columns.first_at),
        "last_at": now,
    }
    room = and_(
        or_(over, columns.spent < allowed.limit),
        or_(columns.last_at <= now - allowed.gap, columns.spent == 0),
    )
    new = database.insert(counter).values(key=key, spent=1, first_at=now, last_at=now, free_at=now)
    counted = new.on_conflict_do_update(index_elements=["key"], set_=changed, where=room)
    if transaction.execute(counted.returning(columns.key)).first():
        return None
    return _left(transaction, key, allowed, now)


def _left(transaction: Connection, key: str, allowed: Allowance, now: datetime) -> timedelta:
    row = transaction.execute(select(counter).where(counter.c.key == key)).one()
    free_at: datetime = row.last_at + allowed.gap
    if row.spent >= allowed.limit:
        anchor = row.first_at if allowed.from_first else row.last_at
        free_at = max(free_at, anchor + allowed.within)
    return max(free_at - now, timedelta(seconds=1))


def spend_slowly(
    database: Database, transaction: Connection, key: str, slowing: Slowing, now: datetime
) -> timedelta | None:
    """The same, where nobody is shut out: above the limit one waits, longer each time."""
    first = now if slowing.after > 1 else now + slowing.step
    row = {"key": key, "spent": 1, "first_at": now, "last_at": now, "free_at": first}
    counted = (
        database.insert(counter)
        .values(row)
        .on_conflict_do_update(
            index_elements=["key"], set_=_slower(slowing, now), where=counter.c.free_at <= now
        )
        .returning(counter.c.key)
    )
    if transaction.execute(counted).first():
        return None
    asked = select(counter.c.free_at).where(counter.c.key == key)
    free_at: datetime = transaction.execute(asked).scalar_one()
    return max(free_at - now, timedelta(seconds=1))


def _slower(slowing: Slowing, now: datetime) -> dict[str, object]:
    over = counter.c.last_at <= now - slowing.within
    count = case((over, 1), else_=counter.c.spent + 1)
    # One step after the limit is reached, two after the next: bounded, so that it ends.
    above = count - slowing.after + 1
    most = slowing.longest // slowing.step
    steps = case((above < 0, 0), (above > most, most), else_=above)
    step = literal(slowing.step // _MICROSECOND, BigInteger)
    return {
        "spent": count,
        "last_at": now,
        "free_at": literal(micros(now), BigInteger) + steps * step,
    }


def give_back(transaction: Connection, key: str, now: datetime) -> None:
    """One less under *key*, and no wait because of it."""
    transaction.execute(
        update(counter)
        .where(counter.c.key == key, counter.c.spent > 0)
        .values(spent=counter.c.spent - 1, free_at=now)
    )


def forget(transaction: Connection, key: str) -> None:
    transaction.execute(delete(counter).where(counter.c.key == key))
