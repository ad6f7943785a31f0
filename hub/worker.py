"""Runs what no request waits for: messages, notices of leaving, the audit chain, jobs, the purge.

Every node runs one. Messages and notices are taken row by row, so all nodes share them; each job
belongs to whoever takes its lease, which is held until the job is due again and its turn is over.
What a node keeps beside the database it keeps by jobs of its own, for which nobody takes a lease.
"""

import secrets
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from threading import Event, Thread
from typing import Final

import structlog

from hub.bell import Listening
from hub.contract.errors import StoreUnavailable
from hub.contract.operations import Job

_log = structlog.get_logger("hub.worker")

EACH_LOOK: Final = 1.0
"""Seconds from one look for jobs that are due to the next."""
LEAST_PAUSE: Final = 0.05
Take = Callable[[str, str, float], bool]
"""A lease: its name, who takes it, for how many seconds. True when it was free."""


DELIVERERS: Final = 4
"""Messages under way at once: a gateway that answers slowly holds up one place, not the code
of somebody else."""
TELLERS: Final = 4
"""Services told at once that somebody left."""


class Worker:
    def __init__(
        self,
        deliver: Callable[[], int],
        jobs: Sequence[Job],
        take: Take,
        tell: Callable[[], int] = lambda: 0,
        own: Sequence[Job] = (),
    ) -> None:
        """*deliver* and *tell* do what is due and say how much that was, until it is nothing.

        *own*: jobs that each node does for itself, whatever the others do.
        """
        self._deliver = deliver
        self._tell = tell
        self._jobs = jobs
        self._take = take
        self._own = own
        self._rests: dict[str, Stopwatch] = {}

    def run(self, bell: Listening, going: Callable[[], bool]) -> None:
        """Until *going* says no: messages at each ring and each second, jobs when they are due."""
        rings = [Event() for _ in range(DELIVERERS)]
        threads = [Thread(target=self._deliver_on, args=(ring, going)) for ring in rings]
        # Of their own: a service that answers slowly must not hold up anybody's code.
        threads += [Thread(target=self._tell_on, args=(going,)) for _ in range(TELLERS)]
        threads.append(Thread(target=self._work, args=(going,)))
        for thread in threads:
            thread.start()
        while going():
            # Without a ring one look is enough; others are woken when there is much to do.
            for ring in rings if bell.wait(1.0) else rings[:1]:
                ring.set()
        for ring in rings:
            ring.set()
        for thread in threads:
            thread.join()

    def turn(self) -> None:
        """Everything that is due now, one thing after the other, for tests."""
        _all(self._deliver)
        self._do_jobs()
        _all(self._tell)

    def _deliver_on(self, ring: Event, going: Callable[[], bool]) -> None:
        while going():
            if ring.wait(1.0):
                ring.clear()
                _all(self._deliver)

    def _tell_on(self, going: Callable[[], bool]) -> None:
        pause = Event()
        while going():
            _all(self._tell)
            pause.wait(1.0)

    def _work(self, going: Callable[[], bool]) -> None:
        pause = Event()
        while going():
            more = within(EACH_LOOK)
            self._do_jobs()
            # Jobs that took their time are not waited for twice.
            pause.wait(max(LEAST_PAUSE, more.left()))

    def _do_jobs(self) -> None:
        try:
            for job in self._jobs:
                self._attempt(job)
            for job in self._own:
                self._repeat(job)
        except StoreUnavailable:
            _log.warning("worker.store_unavailable")
        except Exception as error:
            _log.error("worker.jobs_failed", error=type(error).__name__)

    def _attempt(self, job: Job) -> None:
        # Each turn is a stranger to the last: a lease is never renewed, only taken when due.
        name, holder = f"job:{job.name}", secrets.token_hex(8)
        due = within(job.every.total_seconds())
        if not self._take(name, holder, max(job.every, job.longest).total_seconds()):
            return
        _run(job)
        if job.longest > job.every:
            # Held for the turn alone: whoever looks next may begin the next one.
            self._take(name, holder, max(0.0, due.left()))

    def _repeat(self, job: Job) -> None:
        rests = self._rests.get(job.name)
        if rests is None or not rests():
            self._rests[job.name] = within(job.every.total_seconds())
            _run(job)


class Stopwatch:
    """Says whether there is time left, in seconds of no calendar."""

    def __init__(self, seconds: float, now: Callable[[], float]) -> None:
        self._now = now
        self._until = now() + seconds

    def __call__(self) -> bool:
        return self.left() > 0

    def left(self) -> float:
        return self._until - self._now()


def within(seconds: float, now: Callable[[], float] = time.monotonic) -> Stopwatch:
    """True for so long from now on: for a job that goes on while there is more to do."""
    return Stopwatch(seconds, now)


def every(seconds: float, name: str, run: Callable[[], object], longest: float = 0) -> Job:
    """A job of the core, whatever *run* answers; *longest*: seconds that one turn may take."""

    def work() -> None:
        run()

    lasting = timedelta(seconds=longest)
    return Job(name=name, every=timedelta(seconds=seconds), run=work, longest=lasting)


def _run(job: Job) -> None:
    try:
        job.run()
    except StoreUnavailable:
        raise
    except Exception as error:  # one job that fails must not stop the others
        _log.error("job.failed", job=job.name, error=type(error).__name__)


def _all(due: Callable[[], int]) -> None:
    try:
        while due():
            continue
    except StoreUnavailable:
        # Away for a moment: nothing is lost, the next look finds it.
        _log.warning("worker.store_unavailable")
    except Exception as error:  # a thread that ended would stop messages without a word
        _log.error("worker.delivery_failed", error=type(error).__name__)
