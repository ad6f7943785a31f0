"""What the operator decides at the console, kept for all processes and copied by each.

Every change counts one number on, in the same transaction. A process compares that number at most
once a second; between two looks no question reaches the database.
"""

import json
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from threading import Lock
from typing import Any, Final

from sqlalchemy import Connection, delete, func, insert, select, update

from hub.contract.audit import AuditEntry
from hub.contract.errors import StoreUnavailable
from hub.contract.identifiers import MethodName
from hub.contract.values import Clock
from hub.people.announcing import MOST, Announcement, Tone
from hub.people.operating import Standing
from hub.store.database import Database
from hub.store.operator_tables import announcement, method_off
from hub.store.tables import edition
from hub.store.trail_rows import write_entries

_NAME: Final = "operator"
_LOOK: Final = 1.0
"""Seconds between two looks at the database."""
_WAITS: Final = 0.5
"""Seconds for another thread's first look."""
_EDITION: Final = select(edition.c.number).where(edition.c.name == _NAME)
_MOVED: Final = (
    update(edition)
    .where(edition.c.name == _NAME)
    .values(number=edition.c.number + 1)
    .returning(edition.c.number)
)


class SqlOperator:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._lock = Lock()
        self._looked = float("-inf")
        self._known: Standing | None = None
        self._failed = float("-inf")
        self._why = ""

    def now(self) -> Standing:
        known = self._known
        if known is None:
            return self._first()
        # One thread looks; the others go on with what is known.
        if abs(self._time() - self._looked) >= _LOOK and self._lock.acquire(blocking=False):
            try:
                with suppress(StoreUnavailable):
                    known = self._known = self._looked_again(known)
            finally:
                self._lock.release()
        return known

    def announce(self, announcement_: Announcement, entry: AuditEntry) -> bool:
        there = select(func.count()).select_from(announcement)
        with self._database.transaction() as transaction:
            # Counted first: of two who add the last one at once, the second waits and sees it.
            self._count(transaction)
            transaction.execute(
                delete(announcement).where(announcement.c.ends <= self._clock()),
            )
            if transaction.execute(there).scalar_one() >= MOST:
                return False
            transaction.execute(insert(announcement).values(_row(announcement_)))
            write_entries(transaction, [entry])
        self._database.afterwards(self._look)
        return True

    def withdraw(self, announcement_: str, entry: AuditEntry) -> bool:
        gone = delete(announcement).where(announcement.c.id == announcement_)
        with self._database.transaction() as transaction:
            self._count(transaction)
            found = transaction.execute(gone.returning(announcement.c.id)).first() is not None
            if found:
                write_entries(transaction, [entry])
        self._database.afterwards(self._look)
        return found

    def switch(self, method: MethodName, seen: int, entry: AuditEntry, *, on: bool) -> bool:
        try:
            with self._database.transaction() as transaction:
                if self._count(transaction) != seen + 1:
                    raise _Moved
                transaction.execute(delete(method_off).where(method_off.c.name == method))
                if not on:
                    row = {"name": method, "since": self._clock()}
                    transaction.execute(insert(method_off).values(row))
                write_entries(transaction, [entry])
        except _Moved:
            return False
        finally:
            self._database.afterwards(self._look)
        return True

    def _count(self, transaction: Connection) -> int:
        """One number on: the row is locked until the end, so that changes follow one another."""
        first = self._database.insert(edition).values(name=_NAME, number=0)
        transaction.execute(first.on_conflict_do_nothing())
        return int(transaction.execute(_MOVED).scalar_one())

    def _look(self) -> None:
        """At the next question: somebody in this process just changed something."""
        self._looked = float("-inf")

    def _first(self) -> Standing:
        """Never read, nobody can tell what is switched off: better no page than a wrong one.

        While the database hangs one thread waits for it, and no queue forms behind.
        """
        if not self._lock.acquire(timeout=_WAITS):
            raise StoreUnavailable("another thread waits for it")
        try:
            if self._known is None:
                if abs(self._time() - self._failed) < _LOOK:
                    # In the same words: whoever reads the log learns what to mend.
                    raise StoreUnavailable(self._why)
                self._known = self._looked_first()
            return self._known
        finally:
            self._lock.release()

    def _looked_first(self) -> Standing:
        try:
            return self._looked_again(None)
        except StoreUnavailable as away:
            self._failed, self._why = self._time(), str(away)
            raise

    def _looked_again(self, known: Standing | None) -> Standing:
        self._looked = self._time()
        with self._database.transaction() as transaction:
            # The number first: what changes while the rows are read is seen at the next look.
            number = transaction.execute(_EDITION).scalar_one_or_none() or 0
            if known is not None and known.number == number:
                return known
            return Standing(
                number=number,
                announcements=_announcements(transaction),
                off=_off(transaction),
            )

    def _time(self) -> float:
        return self._clock().timestamp()


class _Moved(Exception):
    """Rolls back."""


def _announcements(transaction: Connection) -> Sequence[Announcement]:
    asked = select(announcement).order_by(announcement.c.starts, announcement.c.id)
    return [_announcement(row) for row in transaction.execute(asked)]


def _off(transaction: Connection) -> frozenset[MethodName]:
    return frozenset(
        MethodName(each) for each in transaction.execute(select(method_off.c.name)).scalars()
    )


def _row(given: Announcement) -> dict[str, str | datetime]:
    return {
        "id": given.id,
        "tone": given.tone.value,
        "starts": given.starts,
        "ends": given.ends,
        "titles": json.dumps(dict(given.titles), ensure_ascii=False, sort_keys=True),
        "texts": json.dumps(dict(given.texts), ensure_ascii=False, sort_keys=True),
    }


def _announcement(row: Any) -> Announcement:
    return Announcement(
        id=row.id,
        tone=Tone(row.tone),
        starts=row.starts,
        ends=row.ends,
        titles=json.loads(row.titles),
        texts=json.loads(row.texts),
    )
