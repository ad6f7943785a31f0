"""A browser that never answers is named and ended, and its test tried once more; the run goes on.

A test that failed before its browser hung has failed, and too many that hung fail the run.

Playwright bounds navigations and clicks; `evaluate`, `new_context` and `close` it awaits for ever.
"""

import os
import threading
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from itertools import takewhile
from pathlib import Path
from types import FrameType
from typing import Any

import greenlet
import pytest
from _pytest.faulthandler import fault_handler_stderr_fd_key
from _pytest.runner import runtestprotocol
from _pytest.terminal import TerminalReporter

from tests.peers import hung

LOOK = 0.5
START = 60.0
"""Seconds: before and after a test a browser is started or stopped, which may take longer."""
MOST = 3
"""Tests a browser may hang under in one run: more fail it."""


class Patience:
    """A plugin of pytest for the tests of *folder*.

    One call of Playwright may last *seconds*, more than any time-out of these tests. A test that
    does not notice within *grace* seconds that its browser was killed loses the driver too. *log*
    begins afresh with each run.
    """

    def __init__(
        self, folder: Path, seconds: float, log: Path, grace: float = 15, start: float = START
    ) -> None:
        self._folder = folder
        self._seconds = seconds
        self._grace = grace
        self._start = start
        self._log = log
        self._hung: list[tuple[str, str]] = []
        """Name and phase, once for each time."""

    def pytest_configure(self) -> None:
        self._log.unlink(missing_ok=True)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(
        self, item: pytest.Item, nextitem: pytest.Item | None
    ) -> bool | None:
        if not item.path.is_relative_to(self._folder):
            return None
        item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
        reports = self._tried(item, nextitem)
        if not reports and not self._too_many():
            reports = self._tried(item, nextitem)
        for report in reports or [self._refused(item)]:
            item.ihook.pytest_runtest_logreport(report=report)
        item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
        return True

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> Generator[None, None, None]:
        with self._watched(item, "setup"):
            yield

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, None, None]:
        with self._watched(item, "call"):
            yield

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> Generator[None, None, None]:
        with self._watched(item, "teardown"):
            yield

    def pytest_terminal_summary(self, terminalreporter: TerminalReporter) -> None:
        if self._hung:
            terminalreporter.section("browsers that hung and were killed", red=True, bold=True)
            for name, phase in self._hung:
                terminalreporter.write_line(f"HUNG {name} ({phase})", red=True, bold=True)
            if many := self._too_many():
                terminalreporter.write_line(many, red=True, bold=True)
            terminalreporter.write_line(f"where each waited: {self._log}")

    def _tried(self, item: pytest.Item, after: pytest.Item | None) -> list[pytest.TestReport]:
        """Nothing when it hung: what a killed browser makes of a test says nothing about it.

        A failure in a phase before that is true, and told.
        """
        before = len(self._hung)
        reports = runtestprotocol(item, log=False, nextitem=after)
        phases = {phase for _, phase in self._hung[before:]}
        if not phases:
            return reports
        # The town and its people too: half a story was told to them.
        with self._watched(item, "fixtures"), suppress(Exception):
            item.session._setupstate.teardown_exact(None)
        true = list(takewhile(lambda report: report.when not in phases, reports))
        return true if any(report.failed for report in true) else []

    def _too_many(self) -> str:
        """What there is to say of it, or nothing. The last of them was not tried again."""
        tests = len({name for name, _ in self._hung})
        told = f"browsers hung in {tests} tests of this run; more than {MOST} fail it"
        return told if tests > MOST else ""

    def _refused(self, item: pytest.Item) -> pytest.TestReport:
        why = self._too_many() or "its browser hung twice and was killed"
        return pytest.TestReport(
            nodeid=item.nodeid,
            location=item.location,
            keywords={},
            outcome="failed",
            longrepr=f"{why}: {self._log} tells where it waited",
            when="call",
        )

    @contextmanager
    def _watched(self, item: pytest.Item, phase: str) -> Iterator[None]:
        over = threading.Event()
        here = greenlet.getcurrent()
        watch = threading.Thread(target=self._watch, args=(item, phase, here, over), daemon=True)
        watch.start()
        try:
            yield
        finally:
            over.set()
            watch.join()

    def _watch(self, item: pytest.Item, phase: str, test: Any, over: threading.Event) -> None:
        waits: FrameType | None = None
        since = time.monotonic()
        seconds = self._seconds if phase == "call" else max(self._seconds, self._start)
        while not over.wait(LOOK):
            # A test that waits for Playwright is suspended; the same frame is the same call.
            if test.gr_frame is not waits or waits is None:
                waits, since = test.gr_frame, time.monotonic()
            elif time.monotonic() - since > seconds:
                self._end(item, phase, waits, over)
                waits = None

    def _end(self, item: pytest.Item, phase: str, at: FrameType, over: threading.Event) -> None:
        self._hung.append((item.nodeid, phase))
        funcargs = getattr(item, "funcargs", None) or {}
        self._say(item.config, f"\nHUNG {item.nodeid} ({phase})\n{hung.told(at, funcargs)}")
        for browser in hung.chromiums(os.getpid()):
            self._say(item.config, f"killed Chromium {browser}\n")
            hung.kill(browser)
        if not over.wait(self._grace):
            for driver in hung.drivers(os.getpid()):
                self._say(item.config, f"killed Playwright's driver {driver}\n")
                hung.kill(driver)

    def _say(self, config: pytest.Config, text: str) -> None:
        self._log.parent.mkdir(parents=True, exist_ok=True)
        with self._log.open("a", encoding="utf-8") as log:
            log.write(text)
        # Standard error as it is where pytest does not keep what tests write.
        os.write(config.stash[fault_handler_stderr_fd_key], text.encode())
