"""Which metadata of the provider holds now: what the worker fetched, else the file."""

from datetime import datetime, timedelta
from threading import Lock
from typing import Final

from sqlalchemy import select

from hub import Toolbox, saml

from .entity import Entity, entity
from .faults import Fault
from .tables import fetched

_LOOK: Final = timedelta(seconds=30)


class Places:
    """Looks into the table twice a minute at most: a key that was taken back is gone soon."""

    def __init__(self, name: str, entity_id: str, declared: bytes | None) -> None:
        self._name = name
        self._entity_id = entity_id
        self._lock = Lock()
        self._looked: datetime | None = None
        self._at: int | None = None
        self._entity = entity(declared, entity_id) if declared else None

    def entity(self, toolbox: Toolbox, fetches: bool) -> Entity:
        """Raise `Fault` while nothing is known, or what was known has run out."""
        now = toolbox.clock()
        if fetches:
            with self._lock:
                if self._looked is None or abs(now - self._looked) >= _LOOK:
                    self._look(toolbox)
                    self._looked = now
        known = self._entity
        if known is None:
            raise Fault("unavailable", "its metadata was never fetched")
        if known.until is not None and known.until <= now:
            # Metadata 2.3.1: keys may have been taken back since.
            raise Fault("unavailable", "its metadata has run out")
        return known

    def _look(self, toolbox: Toolbox) -> None:
        columns = fetched.c
        with toolbox.unit_of_work() as database:
            asked = select(columns.at, columns.xml).where(columns.provider == self._name)
            row = database.execute(asked).one_or_none()
        if row is not None and row.at != self._at:
            try:
                self._entity = entity(row.xml, self._entity_id)
            except saml.Untrusted as error:
                raise Fault("unavailable", error.why) from error
            self._at = row.at
