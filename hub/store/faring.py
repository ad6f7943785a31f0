"""Who outside failed and works again: facts in the audit trail, written when they change."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from threading import Lock
from typing import Final

import structlog
from sqlalchemy import select

from hub.contract.audit import AuditEntry
from hub.contract.errors import StoreUnavailable
from hub.contract.values import Clock, value
from hub.people.degraded import Ailing
from hub.store.database import Database
from hub.store.tables import trail
from hub.store.trail_rows import entry_of

FAILING: Final = "failing"
RECOVERED: Final = "recovered"
PROVIDER: Final = "provider"
CARRIER: Final = "carrier"
KINDS: Final = (CARRIER, "party", PROVIDER)
KEPT: Final = timedelta(days=1)
"""Of whom nothing was heard for so long, nothing is said."""
LOOK: Final = timedelta(minutes=1)
"""How long a process that sees no change goes on without asking what others saw."""
QUIET: Final = timedelta(minutes=15)
"""So long after its last failure it may well work: no button says that it does not."""
AGAIN: Final = timedelta(minutes=5)
"""After which a failure that a button tells of is written once more: it is known to go on."""
_MOST: Final = 1_000
_ACTIONS: Final = [f"{kind}.{how}" for kind in KINDS for how in (FAILING, RECOVERED)]
_log = structlog.get_logger("hub.faring")


@value
class _Heard:
    since: datetime
    last: datetime


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
        still = sorted(self._standing().items())
        return [
            Ailing(kind=kind, name=name, since=it.since, last=it.last) for (kind, name), it in still
        ]

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
        heard = self._standing().get(named)
        if heard is None:
            return not well
        return well or (kind in (PROVIDER, CARRIER) and now - heard.last >= AGAIN)

    def _write(self, kind: str, name: str, well: bool) -> None:
        action = f"{kind}.{RECOVERED if well else FAILING}"
        self._note(AuditEntry(at=self._clock(), action=action, details={"name": name}))

    def _standing(self) -> Mapping[tuple[str, str], _Heard]:
        heard: dict[tuple[str, str], _Heard] = {}
        for entry in self._entries():
            kind, _, how = entry.action.partition(".")
            named = (kind, entry.details.get("name", ""))
            before = heard.pop(named, None)
            if how == FAILING:
                goes_on = before and not _over(kind, before, entry.at)
                since = before.since if before and goes_on else entry.at
                heard[named] = _Heard(since=since, last=entry.at)
        now = self._clock()
        return {named: each for named, each in heard.items() if not _over(named[0], each, now)}

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


def _over(kind: str, heard: _Heard, now: datetime) -> bool:
    # Carriers and parties are called again by the hub itself; a provider, when somebody goes there.
    return kind == PROVIDER and now - heard.last > QUIET
