"""A document of the provider, fetched when first needed and kept a while."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Final, Generic, TypeVar

from hub import Clock

from .faults import Fault

T = TypeVar("T")
PAUSE: Final = timedelta(seconds=10)
"""Between two attempts, whatever asks for them: tokens with invented key ids cause no storm."""
LOOK: Final = timedelta(minutes=1)
"""How long the outcome of a fetch says whether the provider answers."""
_WAIT: Final = 1.0
"""Seconds somebody waits for a fetch that another began."""


@dataclass(frozen=True)
class _Copy(Generic[T]):
    thing: T
    until: datetime


class Kept(Generic[T]):
    """One fetch at a time; while it runs or fails, the others go on with the former copy."""

    def __init__(self, fetch: Callable[[], T], clock: Clock, age: timedelta) -> None:
        """*fetch* raises `Fault` when there is nothing to have."""
        self._fetch = fetch
        self._clock = clock
        self._age = age
        self._lock = Lock()
        self._copy: _Copy[T] | None = None
        self._next: datetime | None = None
        self._asked: datetime | None = None
        self._answered = True

    def get(self) -> T:
        """The copy; a new one when it grew old. Raise `Fault` when there was never any."""
        copy = self._copy
        if copy is not None and self._clock() < copy.until:
            return copy.thing
        return self._attempt(copy, 0 if copy else _WAIT)

    def renewed(self) -> T:
        """Fetched again, unless that was tried moments ago."""
        return self._attempt(self._copy, _WAIT)

    def answers(self) -> bool | None:
        """Whether its last fetch, made within a minute, was answered. `None`: none ever was."""
        copy = self._copy
        if copy is None:
            return None
        if self._asked is None or abs(self._clock() - self._asked) >= LOOK:
            self._attempt(copy, 0)
        return self._answered

    def _attempt(self, before: _Copy[T] | None, wait: float) -> T:
        if not self._lock.acquire(timeout=wait):
            return self._or_fault(before, "a fetch of its documents takes long")
        try:
            if self._copy is not None and self._copy is not before:
                return self._copy.thing
            if self._next and self._clock() < self._next:
                return self._or_fault(before, "left alone after a failure")
            return self._fetched(before)
        finally:
            self._lock.release()

    def _fetched(self, before: _Copy[T] | None) -> T:
        try:
            thing = self._fetch()
        except Fault as fault:
            # A wrong document is an answer all the same.
            self._answered = not fault.silent
            if before is None:
                raise
            return before.thing
        finally:
            self._asked = self._clock()
            self._next = self._asked + PAUSE
        self._answered = True
        self._copy = _Copy(thing, self._clock() + self._age)
        return thing

    def _or_fault(self, copy: _Copy[T] | None, cause: str) -> T:
        if copy is None:
            # As its last fetch was: waiting for one proves nothing.
            raise Fault("unavailable", cause, silent=not self._answered)
        return copy.thing
