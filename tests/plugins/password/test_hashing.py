"""Hashing in a few places only."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from argon2 import PasswordHasher

from hub.commands.running import BLOCKING_THREADS
from hub_plugins.methods.password.hashing import MOST_AT_ONCE, Hashing, Verdict, places_of
from hub_plugins.methods.password.settings import PasswordSettings


class Slow:
    """Hashes when told to."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.begun = threading.Semaphore(0)
        self.at_once = 0
        self.most = 0
        self._lock = threading.Lock()

    def hash(self, password: bytes) -> str:
        return "hash"

    def verify(self, hash: str, password: bytes) -> bool:
        with self._lock:
            self.at_once += 1
            self.most = max(self.most, self.at_once)
        self.begun.release()
        assert self.go.wait(30)
        with self._lock:
            self.at_once -= 1
        return True

    def check_needs_rehash(self, hash: str) -> bool:
        return False


def test_no_more_hashes_run_at_once_than_there_are_places() -> None:
    slow = Slow()
    hashing = Hashing(slow, 2, 30)
    with ThreadPoolExecutor(6) as visitors:
        waiting = [visitors.submit(hashing.verify, "hash", "typed") for _ in range(6)]
        assert slow.begun.acquire(timeout=30) and slow.begun.acquire(timeout=30)
        slow.go.set()
        assert {each.result() for each in waiting} == {Verdict.RIGHT}
    assert slow.most == 2


def test_who_gets_no_place_in_time_is_told_so_and_nothing_is_looked_at() -> None:
    slow = Slow()
    hashing = Hashing(slow, 1, 30)
    with ThreadPoolExecutor(1) as visitors:
        first = visitors.submit(hashing.verify, "hash", "typed")
        assert slow.begun.acquire(timeout=30)
        hashing.patience = 0.01
        assert hashing.verify("hash", "typed") is Verdict.BUSY
        slow.go.set()
        assert first.result() is Verdict.RIGHT
    assert not slow.begun.acquire(blocking=False)


def test_a_full_queue_turns_people_away_at_once() -> None:
    slow = Slow()
    hashing = Hashing(slow, 1, 30, waiting=0)
    with ThreadPoolExecutor(1) as visitors:
        first = visitors.submit(hashing.verify, "hash", "typed")
        assert slow.begun.acquire(timeout=30)
        assert hashing.verify("hash", "typed") is Verdict.BUSY
        assert hashing.hash("new") is None
        slow.go.set()
        assert first.result() is Verdict.RIGHT
    assert hashing.verify("hash", "typed") is Verdict.RIGHT


def test_however_many_places_there_are_threads_remain_for_everything_else() -> None:
    slow = Slow()
    hashing = Hashing(slow, MOST_AT_ONCE, 30)
    with ThreadPoolExecutor(MOST_AT_ONCE) as visitors:
        first = [visitors.submit(hashing.verify, "hash", "typed") for _ in range(MOST_AT_ONCE)]
        assert all(slow.begun.acquire(timeout=30) for _ in first)
        assert hashing.verify("hash", "typed") is Verdict.BUSY
        slow.go.set()
    assert MOST_AT_ONCE < BLOCKING_THREADS


class Placed:
    """Remembers which threads ever hashed."""

    def __init__(self) -> None:
        self.threads: set[int] = set()

    def hash(self, password: bytes) -> str:
        self.threads.add(threading.get_ident())
        return "hash"

    def verify(self, hash: str, password: bytes) -> bool:
        self.threads.add(threading.get_ident())
        return True

    def check_needs_rehash(self, hash: str) -> bool:
        return False


def test_every_place_has_its_memory_after_the_first_password_and_none_takes_it_before() -> None:
    placed = Placed()
    hashing = Hashing(placed, 3, 30)
    assert not placed.threads
    assert hashing.verify(None, "typed") is Verdict.WRONG
    assert len(placed.threads) == 3
    assert threading.get_ident() not in placed.threads


@pytest.mark.parametrize("hashed", ["", "$argon2id$broken", "{SSHA}abc"])
def test_a_hash_nobody_understands_is_wrong(hashed: str) -> None:
    hashing = Hashing(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1), 1, 2)
    assert hashing.verify(hashed, "typed") is Verdict.WRONG


@pytest.mark.parametrize(("workers", "places"), [(1, 8), (2, 4), (3, 2), (16, 1)])
def test_processes_share_the_processors(
    workers: int, places: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 8)
    assert places_of(PasswordSettings(), workers) == places
    assert places_of(PasswordSettings(places=5), workers) == 5
