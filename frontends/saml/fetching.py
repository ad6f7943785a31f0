"""Metadata that stands at an address, as the worker last believed it."""

from datetime import timedelta
from threading import Lock
from typing import Final

from sqlalchemy import select

from hub import ServiceId, Toolbox

from .tables import fetched

_LOOK: Final = timedelta(seconds=30)


class Fetched:
    """The documents in the table; whether they changed is asked twice a minute at most."""

    def __init__(self, toolbox: Toolbox) -> None:
        self._toolbox = toolbox
        self._lock = Lock()
        self._looked: float | None = None
        self._kept: dict[str, tuple[int, bytes]] = {}

    def xml(self, service: ServiceId) -> bytes | None:
        """The same object as long as nothing changed; `None`: never fetched."""
        now = self._toolbox.clock().timestamp()
        with self._lock:
            if self._looked is None or abs(now - self._looked) >= _LOOK.total_seconds():
                self._read()
                self._looked = now
        kept = self._kept.get(service)
        return kept[1] if kept else None

    def _read(self) -> None:
        columns = fetched.c
        with self._toolbox.unit_of_work() as database:
            dates = database.execute(select(columns.service, columns.at)).all()
            for service, at in dates:
                if self._kept.get(service, (None,))[0] != at:
                    asked = select(columns.xml).where(columns.service == service)
                    self._kept[service] = (at, database.execute(asked).scalar_one())
