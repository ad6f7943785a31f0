"""The signing keys as everybody here uses them: who signs, and the published set.

Where they stand is the business of a `KeyBook`; whether it changed is asked at most once a second,
so that serving the set costs nothing and a rotation needs no restart.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import field
from datetime import timedelta
from threading import Lock
from typing import Any, Final, Protocol

from joserfc.jwk import KeySet

from hub import Clock, HubError, StoreUnavailable, value

from .keys_material import JWS, Key
from .keys_schedule import ALWAYS, Dated, next_change, retired, signing
from .settings import ALGORITHMS

__all__ = ["ALGORITHMS", "JWS", "Key", "KeyBook", "Keys", "Kept", "with_first_keys"]
_LOOK: Final = 1.0
"""Seconds between two looks at the book."""


@value
class Kept:
    dated: Dated
    key: Key = field(repr=False)


class KeyBook(Protocol):
    """Where keys stand. Several processes and nodes read and write it at once."""

    def version(self) -> object:
        """Cheap; equal as long as nothing was changed."""

    def read(self) -> Sequence[Kept]: ...


class KeepsKeys(KeyBook, Protocol):
    """What rotation needs besides."""

    def make(self, alg: str, signs_from: int, now: int) -> None:
        """Nothing when somebody else just made the key of that moment."""

    def move(self, name: str, signs_from: int) -> None: ...

    def forget(self, name: str) -> None:
        """Destroy it."""


@value
class _Snapshot:
    version: object
    signing: Mapping[str, Key] = field(repr=False)
    all: KeySet = field(repr=False)
    public: Mapping[str, Any]
    until: int | None
    """When the schedule itself changes it."""


class Keys:
    def __init__(self, book: Callable[[], KeyBook], after: timedelta, clock: Clock) -> None:
        """*book* opens it: now, or when a database that is away at the start is back."""
        self._open = book
        self._after = int(after.total_seconds())
        self._clock = clock
        self._lock = Lock()
        self._looked = self._now()
        self._book: KeyBook | None = None
        self._snapshot: _Snapshot | None = None
        with suppress(StoreUnavailable):
            self._begin()

    def signing(self, alg: str) -> Key:
        return self._current().signing[alg]

    @property
    def all(self) -> KeySet:
        return self._current().all

    def public(self) -> Mapping[str, Any]:
        """The JWK set, without private members."""
        return self._current().public

    def _current(self) -> _Snapshot:
        known, book = self._snapshot, self._book
        if known is None or book is None:
            return self._begin()
        # One thread looks; the others go on with what is known.
        if abs(self._now() - self._looked) >= _LOOK and self._lock.acquire(blocking=False):
            try:
                known = self._snapshot = self._looked_again(known, book)
            finally:
                self._lock.release()
        return known

    def _begin(self) -> _Snapshot:
        with self._lock:
            self._book = self._book or self._open()
            self._snapshot = self._read(self._book, self._book.version())
            return self._snapshot

    def _looked_again(self, known: _Snapshot, book: KeyBook) -> _Snapshot:
        self._looked = self._now()
        try:
            version, until = book.version(), known.until
            if version == known.version and (until is None or until > self._looked):
                return known
            return self._read(book, version)
        except (HubError, OSError):
            # The known keys are good for longer than any outage: whoever changed them sees why.
            return known

    def _read(self, book: KeyBook, version: object) -> _Snapshot:
        now, kept = int(self._now()), book.read()
        dates = [each.dated for each in kept]
        gone = retired(dates, now, self._after)
        named = {each.dated.name: each.key for each in kept}
        chosen = {alg: signing(dates, alg, now) for alg in ALGORITHMS}
        shown = KeySet([key for name, key in named.items() if name not in gone])
        return _Snapshot(
            version=version,
            signing={alg: named[dated.name] for alg, dated in chosen.items() if dated},
            all=shown,
            public=dict(shown.as_dict(private=False)),
            until=next_change(dates, now, self._after),
        )

    def _now(self) -> float:
        return self._clock().timestamp()


def with_first_keys(book: KeepsKeys, algorithms: Sequence[str], now: int) -> KeepsKeys:
    """Make what signs from the beginning, where nothing does yet."""
    dates = [each.dated for each in book.read()]
    for alg in algorithms:
        if signing(dates, alg, now) is None:
            book.make(alg, ALWAYS, now)
    return book
