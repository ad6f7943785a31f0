"""Who outside failed and works again: facts in the audit trail, written when they change."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from threading import Lock
from typing import Final

import structlog
from sqlalchemy import select

from hub.contract.audit import AuditEntry
from hub.contract.errors import StoreUnavailable
from hub.contract.values import Clock
from hub.people.degraded import Ailing
from hub.store.database import Database
from hub.store.tables import trail
from hub.store.trail_rows import entry_of

FAILING: Final = "failing"
RECOVERED: Final = "recovered"
KINDS: Final = ("carrier", "party")
KEPT: Final = timedelta(days=1)
"""Of whom nothing was heard for so long, nothing is said."""
LOOK: Final = timedelta(minutes=1)
"""How long a process that sees no change goes on without asking what others saw."""
_MOST: Final = 1_000
_ACTIONS: Final = [f"{kind}.{how}" for kind in KINDS for how in (FAILING, RECOVERED)]
_log = structlog.get_logger("hub.faring")


class SqlFaring:
    """Implements `FaringBook`."""

    def __init__(
        self, database: Database, note: Callable[[AuditEntry], object], clock: Clock
    ) -> None:
        self._database = database
        self._note = note
        self._clock = clock
        self._lock = Lock()
        self._last: dict[tuple[str, str], bool] = {}
        self._looked: dict[tuple[str, str], datetime] = {}

    def told(self, kind: str, name: str, well: bool) -> None:
        try:
            if self._changes(kind, name, well):
                self._write(kind, name, well)
        except StoreUnavailable:
            _log.warning("faring.not_kept", kind=kind, name=name, well=well)

    def ailing(self) -> Sequence[Ailing]:
        since: dict[tuple[str, str], datetime] = {}
        for entry in self._entries():
            kind, _, how = entry.action.partition(".")
            named = (kind, entry.details.get("name", ""))
            if how == RECOVERED:
                since.pop(named, None)
            else:
                since.setdefault(named, entry.at)
        still = sorted(since.items())
        return [Ailing(kind=kind, name=name, since=at) for (kind, name), at in still]

    def _changes(self, kind: str, name: str, well: bool) -> bool:
        """Whether what is written differs, as far as this process knows or looks."""
        named, now = (kind, name), self._clock()
        with self._lock:
            changed = well is (self._last.get(named) is False)
            looked = self._looked.get(named)
            self._last[named] = well
            if not changed and looked and abs(now - looked) < LOOK:
                return False
            self._looked[named] = now
        # What changes before one's own eyes needs no question.
        if changed:
            return True
        # Another process may have written otherwise, or nobody anything for a day.
        ails = any((each.kind, each.name) == named for each in self.ailing())
        return ails is well

    def _write(self, kind: str, name: str, well: bool) -> None:
        action = f"{kind}.{RECOVERED if well else FAILING}"
        self._note(AuditEntry(at=self._clock(), action=action, details={"name": name}))

    def _entries(self) -> Sequence[AuditEntry]:
        columns = trail.c
        asked = (
            select(trail)
            .where(columns.action.in_(_ACTIONS), columns.at > self._clock() - KEPT)
            .order_by(columns.id.desc())
            .limit(_MOST)
        )
        with self._database.transaction() as transaction:
            rows = transaction.execute(asked).mappings().all()
        return [entry_of(row) for row in reversed(rows)]
