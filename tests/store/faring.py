"""A hub of several processes that write who outside fails."""

from datetime import UTC, datetime, timedelta

from hub.contract.audit import AuditEntry
from hub.store.database import Database
from hub.store.faring import SqlFaring
from hub.store.sealing import KeyRing
from hub.store.trail import SqlTrail

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


class Hub:
    """Its processes share one database and one clock."""

    def __init__(self, database: Database, keys: KeyRing) -> None:
        self.now = NOON
        self.noted: list[AuditEntry] = []
        self._trail = SqlTrail(database, keys, self.clock)
        self._database = database

    def process(self, book: type[SqlFaring] = SqlFaring) -> SqlFaring:
        """What one more process knows."""
        return book(self._database, self._note, self.clock)

    def clock(self) -> datetime:
        return self.now

    def later(self, **passed: float) -> None:
        self.now += timedelta(**passed)

    def actions(self) -> list[str]:
        return [each.action for each in self.noted]

    def _note(self, entry: AuditEntry) -> None:
        self.noted.append(entry)
        self._trail.note(entry)
