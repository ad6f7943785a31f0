import select
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from threading import Thread
from typing import Any, NoReturn

import pytest

from hub.bell import Bell
from hub.contract.errors import StoreUnavailable
from hub.contract.operations import Job
from hub.worker import Worker, every


class Leased:
    """Leases that end when the test says so."""

    def __init__(self) -> None:
        self.held: set[str] = set()

    def take(self, name: str, holder: str, seconds: float) -> bool:
        free = name not in self.held
        self.held.add(name)
        return free


def nothing() -> int:
    return 0


def nothing_more() -> None:
    return


def job(name: str, run: Callable[[], None]) -> Job:
    return Job(name=name, every=timedelta(minutes=1), run=run)


def test_a_job_runs_once_in_its_time_on_whichever_node_takes_it() -> None:
    runs: list[str] = []
    leases = Leased()
    count = job("count", lambda: runs.append("ran"))
    for worker in [Worker(nothing, [count], leases.take) for _ in range(3)]:
        worker.turn()
    assert runs == ["ran"]
    leases.held.clear()
    Worker(nothing, [count], leases.take).turn()
    assert runs == ["ran", "ran"]


def test_a_turn_that_may_take_long_is_nobody_else_s_and_the_next_is_due_in_time() -> None:
    asked: list[tuple[str, float]] = []

    def take(name: str, holder: str, seconds: float) -> bool:
        asked.append((holder, seconds))
        return True

    seen: list[float] = []
    quick = every(0.75, "quick", lambda: seen.extend(each for _, each in asked), longest=2.1)
    Worker(nothing, [quick], take).turn()
    assert seen == [2.1], "while it runs"
    (first, _), (second, left) = asked
    assert first == second and 0 <= left <= 0.75


def test_each_node_does_its_own_jobs_whoever_has_the_leases_and_not_before_they_are_due() -> None:
    runs: list[str] = []

    def fail() -> None:
        raise RuntimeError("broken")

    own = [job("broken", fail), job("own", lambda: runs.append("ran"))]
    now = every(0, "now", lambda: runs.append("now"))
    nodes = [Worker(nothing, [], lambda *_: False, own=[*own, now]) for _ in range(2)]
    for worker in nodes:
        worker.turn()
    assert runs == ["ran", "now"] * 2
    nodes[0].turn()
    assert runs[4:] == ["now"]


def test_a_job_that_fails_does_not_stop_the_next() -> None:
    runs: list[str] = []

    def fail() -> None:
        raise RuntimeError("broken")

    jobs = [job("broken", fail), job("good", lambda: runs.append("ran"))]
    Worker(nothing, jobs, Leased().take).turn()
    assert runs == ["ran"]


def test_messages_are_delivered_until_none_is_left() -> None:
    left = [3, 2, 0, 9]
    Worker(lambda: left.pop(0), [], Leased().take).turn()
    assert left == [9]


def test_a_database_away_for_a_moment_does_not_end_the_worker() -> None:
    def away() -> int:
        raise StoreUnavailable("locked")

    Worker(away, [], Leased().take).turn()


def test_a_fault_nobody_thought_of_ends_neither_messages_nor_jobs() -> None:
    def broken(*_: object) -> NoReturn:
        raise RuntimeError("never seen before")

    left = [1, 0]
    runs: list[str] = []
    Worker(broken, [job("good", lambda: runs.append("ran"))], Leased().take).turn()
    Worker(lambda: left.pop(0), [job("good", nothing_more)], broken).turn()
    assert (runs, left) == (["ran"], [])


def test_of_two_workers_woken_by_one_ring_the_later_one_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bell = Bell(tmp_path / "bell")
    later, first = bell.listen(), bell.listen()
    awake = select.select

    def both_awake(*asked: Any) -> Any:
        found = awake(*asked)
        monkeypatch.setattr(select, "select", awake)
        assert first.wait(0)
        return found

    bell.ring()
    monkeypatch.setattr(select, "select", both_awake)
    assert later.wait(0)
    later.close()
    first.close()


def test_a_ring_wakes_who_listens_at_once(tmp_path: Path) -> None:
    bell = Bell(tmp_path / "bell")
    bell.ring()  # nobody there: no harm
    listening = bell.listen()
    woken: list[bool] = []
    waiter = Thread(target=lambda: woken.append(listening.wait(30)))
    waiter.start()
    bell.ring()
    waiter.join(timeout=10)
    listening.close()
    assert woken == [True]


def test_without_a_ring_the_wait_ends_by_itself(tmp_path: Path) -> None:
    listening = Bell(tmp_path / "bell").listen()
    assert listening.wait(0) is False
    listening.close()
