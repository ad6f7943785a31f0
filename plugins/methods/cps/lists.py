"""Keeps revocation lists in the database, and the ones in force in this process's memory."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from threading import Lock
from typing import Any, Final

from sqlalchemy import Row, delete, insert, select

from hub import Clock, UnitOfWork

from .crl import RevocationList
from .tables import LISTS

LOOK: Final = timedelta(seconds=10)
"""How long a process goes on with what it has before it asks whether there is a newer list."""


class Lists:
    def __init__(self, unit_of_work: UnitOfWork, clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._held: Mapping[str, RevocationList] = {}
        self._looked: datetime | None = None
        self._lock = Lock()

    def of(self, issuer: str) -> RevocationList | None:
        """*issuer*: the authority's fingerprint. Read from the database only when it changed."""
        with self._lock:
            now = self._clock()
            if self._looked is None or not timedelta(0) <= now - self._looked < LOOK:
                self._held = self._renewed()
                self._looked = now
            return self._held.get(issuer)

    def keep(self, new: RevocationList) -> bool:
        """False: it is older than the one that stands, and nothing was kept.

        An authority's lists are numbered: an old one, shown again, would make whoever was revoked
        since good again (RFC 5280 5.2.3).
        """
        with self._unit_of_work() as work:
            asked = select(LISTS.c.number, LISTS.c.this_update).where(LISTS.c.issuer == new.issuer)
            there = work.execute(asked.with_for_update()).first()
            if there and (int(there.number), _moment(there.this_update)) > _order(new):
                return False
            work.execute(delete(LISTS).where(LISTS.c.issuer == new.issuer))
            work.execute(insert(LISTS).values(**_written(new)))
        self._looked = None
        return True

    def _renewed(self) -> Mapping[str, RevocationList]:
        with self._unit_of_work() as work:
            rows = work.execute(select(LISTS.c.issuer, LISTS.c.number, LISTS.c.this_update)).all()
            return {
                row.issuer: self._same(row.issuer, row.number, row.this_update)
                or _read(work.execute(select(LISTS).where(LISTS.c.issuer == row.issuer)).one())
                for row in rows
            }

    def _same(self, issuer: str, number: str, this_update: str) -> RevocationList | None:
        held = self._held.get(issuer)
        return held if held and _order(held) == (int(number), _moment(this_update)) else None


def _order(one: RevocationList) -> tuple[int, datetime]:
    return one.number, one.this_update


def _written(one: RevocationList) -> dict[str, object]:
    return {
        "issuer": one.issuer,
        "number": str(one.number),
        "this_update": one.this_update.isoformat(),
        "next_update": one.next_update.isoformat(),
        "serials": one.serials,
    }


def _read(row: Row[Any]) -> RevocationList:
    return RevocationList(
        issuer=row.issuer,
        number=int(row.number),
        this_update=_moment(row.this_update),
        next_update=_moment(row.next_update),
        serials=row.serials,
    )


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
