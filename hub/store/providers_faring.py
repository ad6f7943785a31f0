"""Who gave no answer, remembered for every process, and asked for seldom."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from threading import Lock
from typing import Final

import structlog

from hub.contract.errors import StoreUnavailable
from hub.contract.values import Clock
from hub.people.degraded import Ailing, FaringBook
from hub.store.faring import PROVIDER

LOOK: Final = timedelta(seconds=5)
"""How long a process that draws sign-in pages goes on with what it read."""
_log = structlog.get_logger("hub.faring")


class KeptProvidersFaring:
    """Implements `ProvidersFaring` on the facts that `FaringBook` keeps."""

    def __init__(self, book: FaringBook, clock: Clock) -> None:
        self._book = book
        self._clock = clock
        self._lock = Lock()
        self._read: tuple[datetime, Sequence[Ailing]] | None = None

    def told(self, name: str, well: bool) -> None:
        self._book.told(PROVIDER, name, well)
        # Whoever was refused a moment ago reads why on the next page.
        if name.partition("/")[0] in self._known() or not well:
            self._forget()

    def silent(self) -> Mapping[str, datetime]:
        return _silent(self.ailing())

    def ailing(self) -> Sequence[Ailing]:
        """Everybody who fails, as it was known a few seconds ago."""
        now = self._clock()
        with self._lock:
            read = self._read
        if read and abs(now - read[0]) < LOOK:
            return read[1]
        found = self._asked()
        with self._lock:
            self._read = (now, found)
        return found

    def _known(self) -> Mapping[str, datetime]:
        with self._lock:
            return _silent(self._read[1] if self._read else ())

    def _forget(self) -> None:
        with self._lock:
            self._read = None

    def _asked(self) -> Sequence[Ailing]:
        try:
            return self._book.ailing()
        except StoreUnavailable:
            # The page says that much by itself: no button lies because of it.
            _log.warning("faring.not_read")
            return ()


def _silent(ailing: Sequence[Ailing]) -> Mapping[str, datetime]:
    since: dict[str, datetime] = {}
    for each in ailing:
        name = each.name.partition("/")[0]
        if each.kind == PROVIDER:
            since[name] = min(since.get(name, each.since), each.since)
    return since
