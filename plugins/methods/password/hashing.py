"""Argon2id in a few places only: a flood of passwords waits, and slows nothing else."""

import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as Overdue
from enum import StrEnum
from functools import cached_property
from typing import Final, Protocol, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from .rules import as_bytes, too_long
from .settings import PasswordSettings

T = TypeVar("T")
WAITING_FOR_EACH_PLACE: Final = 16
MOST_AT_ONCE: Final = 24
"""Hashed or waiting in one process, which has 32 threads: the others are for all the rest."""
LESS_URGENT: Final = 10
"""Niceness of hashing threads: tokens, keys and health go first."""


class Verdict(StrEnum):
    RIGHT = "right"
    OUTDATED = "outdated"
    """Right, and hashed with other figures than today's."""
    WRONG = "wrong"
    BUSY = "busy"
    """Not looked at: no place became free in time."""


class Argon(Protocol):
    def hash(self, password: bytes) -> str: ...

    def verify(self, hash: str, password: bytes) -> bool: ...

    def check_needs_rehash(self, hash: str) -> bool: ...


class Hashing:
    def __init__(
        self, argon: Argon, places: int, patience: float, waiting: int = WAITING_FOR_EACH_PLACE
    ) -> None:
        """*patience* in seconds; *waiting* for each place, others are turned away at once."""
        self.patience = patience
        self._argon = argon
        self._places = places
        self._pool = ThreadPoolExecutor(places, "password", initializer=_step_back)
        # Who waits holds a thread of the web server: only so many may.
        most = min(places * (1 + waiting), MOST_AT_ONCE)
        self._queue = threading.BoundedSemaphore(most)

    def verify(self, hashed: str | None, typed: str) -> Verdict:
        """With no hash, wrong, after the same work: time must not tell who exists."""
        known, nobodys = hashed is not None, self._nobodys
        found = self._in_place(lambda: self._compare(hashed or nobodys, typed))
        if found is None:
            return Verdict.BUSY
        return found if known else Verdict.WRONG

    def hash(self, password: str) -> str | None:
        """`None`: busy."""
        return self._in_place(lambda: self._argon.hash(as_bytes(password)))

    @cached_property
    def _nobodys(self) -> str:
        """Made once in every place, so that each takes its memory now and none later.

        Each keeps it: fetched afresh, 19 MiB cost half as much again as the hash itself.
        """
        together = threading.Barrier(self._places)

        def made(_: int) -> str:
            together.wait()
            return self._argon.hash(os.urandom(16))

        return list(self._pool.map(made, range(self._places)))[-1]

    def _compare(self, hashed: str, typed: str) -> Verdict:
        try:
            self._argon.verify(hashed, b"" if too_long(typed) else as_bytes(typed))
        except (VerificationError, InvalidHashError):
            return Verdict.WRONG
        if too_long(typed):
            return Verdict.WRONG
        return Verdict.OUTDATED if self._argon.check_needs_rehash(hashed) else Verdict.RIGHT

    def _in_place(self, work: Callable[[], T]) -> T | None:
        if not self._queue.acquire(blocking=False):
            return None
        try:
            return self._finished(self._pool.submit(work))
        finally:
            self._queue.release()

    def _finished(self, future: "Future[T]") -> T | None:
        try:
            return future.result(self.patience)
        except Overdue:
            # Already being hashed: a moment more. Still waiting: given up.
            return None if future.cancel() else future.result()
        except CancelledError:
            return None


def argon_of(settings: PasswordSettings) -> PasswordHasher:
    return PasswordHasher(
        time_cost=settings.passes, memory_cost=settings.memory, parallelism=settings.lanes
    )


def places_of(settings: PasswordSettings, workers: int) -> int:
    """In each of so many processes. Two hashes on one processor only push each other's 19 MiB out
    of its caches: each costs more, and none is done sooner.
    """
    return settings.places or max(1, (os.cpu_count() or 1) // workers)


def _step_back() -> None:
    # On Linux alone a thread has a niceness of its own; elsewhere the whole hub would slow down.
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), LESS_URGENT)
