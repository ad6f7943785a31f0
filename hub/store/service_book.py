"""Every service there is now: of hub.toml, the hub's own pages, and those that joined.

Whether anything changed is asked at most once a second; between two looks no question reaches the
database. While it is away, what is known goes on.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, ValuesView
from contextlib import suppress
from threading import Lock
from typing import Final

from hub.contract.errors import StoreUnavailable
from hub.contract.identifiers import ServiceId
from hub.contract.services import Service, ServiceState
from hub.contract.values import Clock, value
from hub.store.services import SqlServices

_LOOK: Final = 1.0
"""Seconds between two looks at the database."""


@value
class _Snapshot:
    edition: int | None
    """`None`: the database was never read."""
    services: Mapping[ServiceId, Service]


class ServiceBook(Mapping[ServiceId, Service]):
    def __init__(self, rows: SqlServices, clock: Clock, configured: Iterable[Service]) -> None:
        self._rows = rows
        self._clock = clock
        self._configured = {each.id: each for each in configured}
        self._own: dict[ServiceId, Service] = {}
        self._lock = Lock()
        self._looked = float("-inf")
        self._known = _Snapshot(edition=None, services=self._configured)

    def join(self, own: Iterable[Service]) -> None:
        """Pages of the hub itself, before anybody is served: nothing takes their place."""
        self._own.update({each.id: each for each in own})
        self._known = _Snapshot(edition=None, services={**self._configured, **self._own})

    @property
    def configured(self) -> Mapping[ServiceId, Service]:
        """Those of hub.toml and of plugins, switched off or not."""
        return self._configured

    @property
    def taken(self) -> Collection[ServiceId]:
        """Names that nothing that joins may have."""
        return {*self._configured, *self._own}

    def __getitem__(self, name: ServiceId) -> Service:
        found = self._current().services.get(name)
        if found is not None:
            return found
        # Another process may have registered it a moment ago.
        with self._lock:
            known = self._known = self._read(self._known)
        return known.services[name]

    def __iter__(self) -> Iterator[ServiceId]:
        return iter(self._current().services)

    def __len__(self) -> int:
        return len(self._current().services)

    def values(self) -> ValuesView[Service]:
        return self._current().services.values()

    def look(self) -> None:
        """Now: somebody in this process just changed something."""
        self._looked = float("-inf")

    def _current(self) -> _Snapshot:
        # One thread looks; the others go on with what is known.
        if abs(self._now() - self._looked) >= _LOOK and self._lock.acquire(blocking=False):
            try:
                self._looked = self._now()
                with suppress(StoreUnavailable):
                    self._known = self._read(self._known)
            finally:
                self._lock.release()
        return self._known

    def _read(self, known: _Snapshot) -> _Snapshot:
        try:
            number = self._rows.edition()
            # The number first: what changes while the rows are read is seen at the next look.
            return known if number == known.edition else self._gathered(number)
        except StoreUnavailable:
            # Never read, nobody can tell an unknown service from one that joined.
            if known.edition is None:
                raise
            return known

    def _gathered(self, number: int) -> _Snapshot:
        off = self._rows.off()
        joined = {
            each.service.id: each.service
            for each in self._rows.all()
            if each.state is ServiceState.ACTIVE
        }
        configured = {name: each for name, each in self._configured.items() if name not in off}
        # A name of hub.toml, even of one switched off, is never somebody else's.
        others = {name: each for name, each in joined.items() if name not in self._configured}
        return _Snapshot(edition=number, services={**configured, **others, **self._own})

    def _now(self) -> float:
        return self._clock().timestamp()
