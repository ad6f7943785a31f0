"""What refusals in a row tell of a carrier: one that refuses everybody takes nobody's messages."""

from hashlib import blake2b
from secrets import token_bytes
from threading import Lock
from typing import Final

ENOUGH: Final = 5
"""Recipients refused, with no message taken between them, of which none can be the cause."""


class RefusedInARow:
    """Of this process alone. It keeps no recipient: digests, under a key that dies with it."""

    def __init__(self) -> None:
        self._key = token_bytes(32)
        self._lock = Lock()
        self._rows: dict[str, set[bytes]] = {}

    def refused(self, carrier: str, to: str) -> bool:
        """Whether it refused `ENOUGH` different recipients since it took a message."""
        # A worker dies of no odd letter: whatever somebody typed has bytes.
        named = to.casefold().encode("utf-8", "surrogatepass")
        digest = blake2b(named, key=self._key, digest_size=16).digest()
        with self._lock:
            row = self._rows.setdefault(carrier, set())
            if len(row) < ENOUGH:
                row.add(digest)
            return len(row) >= ENOUGH

    def taken(self, carrier: str) -> None:
        with self._lock:
            self._rows.pop(carrier, None)
