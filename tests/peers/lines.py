"""For two runs on one screen: whole lines only, and a test is named as it begins.

A plugin of pytest, by `-p tests.peers.lines`. The line that stands last is the test that hangs.
"""

from collections.abc import Generator

import pytest
from _pytest.terminal import TerminalReporter


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    assert isinstance(reporter, TerminalReporter)
    reporter.showfspath = False
    config.pluginmanager.register(Lines(reporter))


class Lines:
    """In the place of the dots, which have no end of line."""

    def __init__(self, reporter: TerminalReporter) -> None:
        self._reporter = reporter
        self._running = True

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self._say(nodeid)

    @pytest.hookimpl(wrapper=True)
    def pytest_report_teststatus(
        self, report: pytest.TestReport
    ) -> Generator[None, tuple[str, str, object], tuple[str, str, object]]:
        category, letter, word = yield
        # Afterwards the summary asks again, for its words.
        if not self._running:
            return category, letter, word
        if not report.passed:
            self._say(f"{report.outcome.upper()} {report.nodeid}")
        return category, "", ""

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self) -> None:
        self._running = False

    def _say(self, text: str) -> None:
        self._reporter.write_line(text)
        self._reporter.flush()
