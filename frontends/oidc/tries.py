"""How often a client was guessed at, from one network: in this process, in bounded memory."""

from collections import OrderedDict
from datetime import datetime, timedelta
from threading import Lock
from typing import Final

from hub import Clock, value

_MOST: Final = 10
"""Failures before the pause; secrets have 32 characters, so it is noise and cost that this ends."""
_PAUSE: Final = timedelta(minutes=5)
_REMEMBERED: Final = 10_000


@value
class _Failures:
    count: int
    until: datetime


class Tries:
    """Counted by client and network, so that nobody shuts a client out from elsewhere."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = Lock()
        self._failed: OrderedDict[tuple[str, str], _Failures] = OrderedDict()

    def wait(self, client: str, source: str) -> timedelta | None:
        """How long this network must wait before it may say again that it is *client*."""
        known = self._failed.get((client, source))
        if known is None or known.count < _MOST:
            return None
        left = known.until - self._clock()
        return left if left > timedelta(0) else None

    def failed(self, client: str, source: str) -> None:
        now = self._clock()
        with self._lock:
            known = self._failed.pop((client, source), None)
            count = known.count if known is not None and known.until > now else 0
            self._failed[client, source] = _Failures(count=count + 1, until=now + _PAUSE)
            while len(self._failed) > _REMEMBERED:
                self._failed.popitem(last=False)

    def succeeded(self, client: str, source: str) -> None:
        if (client, source) in self._failed:
            with self._lock:
                self._failed.pop((client, source), None)
