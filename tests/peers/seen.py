"""What stood on each tab, and what the hub last complained of, when a test in a browser failed."""

from collections.abc import Generator, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Error, Frame

from tests.peers.browser.tab import Tab

_SHORT = 2000
"""Milliseconds: a page that is not there by now is said to be silent."""
_MOST = 600
_LAST = 8


class Seen:
    """A plugin of pytest: its words stand with the failure, in the summary too."""

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Function) -> Generator[None, object, object]:
        try:
            return (yield)
        except Exception as error:
            tabs = [each for each in item.funcargs.values() if isinstance(each, Tab)]
            for tab in tabs:
                for line in _told(tab):
                    error.add_note(line)
            for log in {tab.town.hub.folder / "hub.log" for tab in tabs}:
                error.add_note(_complaints(log))
            raise


def _told(tab: Tab) -> Iterator[str]:
    yield f"status {tab.status}, {tab.complaints}"
    with suppress(Error):
        for frame in tab.page.frames:
            yield f"{frame.url}: {_text(frame)}"


def _text(frame: Frame) -> str:
    try:
        return " ".join(frame.locator("body").inner_text(timeout=_SHORT).split())[:_MOST]
    except Error as error:
        return f"silent, {type(error).__name__}"


def _complaints(log: Path) -> str:
    with suppress(OSError):
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
        return "\n".join([each for each in lines if '"level": "info"' not in each][-_LAST:])
    return f"{log}: not there"
