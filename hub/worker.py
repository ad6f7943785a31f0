"""Runs what no request waits for: messages, the audit chain, the jobs of plugins, the purge.

Every node runs one. Messages are taken row by row, so all nodes share them; each job belongs to
whoever takes its lease, which is held until the job is due again.
"""

import secrets
from collections.abc import Callable, Sequence
from datetime import timedelta

import structlog

from hub.bell import Listening
from hub.contract.errors import StoreUnavailable
from hub.contract.operations import Job

_log = structlog.get_logger("hub.worker")

Take = Callable[[str, str, float], bool]
"""A lease: its name, who takes it, for how many seconds. True when it was free."""


class Worker:
    def __init__(self, deliver: Callable[[], int], jobs: Sequence[Job], take: Take) -> None:
        self._deliver = deliver
        self._jobs = jobs
        self._take = take

    def run(self, bell: Listening, going: Callable[[], bool]) -> None:
        """Turn until *going* says no: at each ring, and at least once a second."""
        while going():
            self.turn()
            bell.wait(1.0)

    def turn(self) -> None:
        """Everything that is due now. A database away for a moment is waited for."""
        try:
            while self._deliver():
                continue
            for job in self._jobs:
                self._attempt(job)
        except StoreUnavailable:
            _log.warning("worker.store_unavailable")

    def _attempt(self, job: Job) -> None:
        # Each turn is a stranger to the last: a lease is never renewed, only taken when due.
        if not self._take(f"job:{job.name}", secrets.token_hex(8), job.every.total_seconds()):
            return
        try:
            job.run()
        except StoreUnavailable:
            raise
        except Exception as error:  # one job that fails must not stop the others
            _log.error("job.failed", job=job.name, error=type(error).__name__)


def every(seconds: float, name: str, run: Callable[[], object]) -> Job:
    """A job of the core, whatever *run* answers."""

    def work() -> None:
        run()

    return Job(name=name, every=timedelta(seconds=seconds), run=work)
