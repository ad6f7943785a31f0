"""The agent's own window, on a screen nobody looks at: typed into, closed, and taken away."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path

import pytest

from hub_plugins.card_agent.cards import Failed
from hub_plugins.card_agent.desk import Question, Windows
from hub_plugins.card_agent.words import catalogue
from tests.peers.card_browser import Screen, screen
from tests.peers.parts import missing

KEPT = Path(__file__).parents[2] / "var/screenshots"
ASKED = Question(origin="https://hub.test", holder="Marie Durand", tries_left=1)
TITLE = "Code de votre carte"
PATIENCE = 30.0


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Screen]:
    if find_spec("tkinter") is None:
        missing("tkinter")
    with screen(tmp_path_factory.mktemp("screen") / "frame") as made:
        yield made


@pytest.fixture
def asked(shown: Screen, monkeypatch: pytest.MonkeyPatch) -> Iterator["Asking"]:
    monkeypatch.setenv("DISPLAY", shown.display)
    with ThreadPoolExecutor(1) as one:
        yield Asking(shown, one)


class Asking:
    def __init__(self, shown: Screen, one: ThreadPoolExecutor) -> None:
        self._shown = shown
        self._one = one
        self._desk = Windows(catalogue("fr"))

    def pin(self, gone: Callable[[], str] = lambda: "") -> "Future[str | Failed]":
        return self._one.submit(self._desk.pin, ASKED, gone)

    def window(self) -> str:
        ends = time.monotonic() + PATIENCE
        while time.monotonic() < ends:
            if found := self._shown.window(TITLE):
                return found
        raise AssertionError("no window came")


def test_a_pin_is_typed_into_the_agent_s_own_window(asked: Asking, shown: Screen) -> None:
    said = asked.pin()
    window = asked.window()
    shown.type_into(window, "4821")
    assert said.result(PATIENCE) == "4821"
    assert not shown.window(TITLE)


def test_a_window_that_is_closed_cancels(asked: Asking, shown: Screen) -> None:
    said = asked.pin()
    shown.type_into(asked.window(), "")
    assert said.result(PATIENCE) == Failed(why="cancelled")


def test_a_card_pulled_out_takes_the_window_away(asked: Asking, shown: Screen) -> None:
    there: list[str] = []
    said = asked.pin(lambda: there[0] if there else "")
    asked.window()
    shown.keep(KEPT / "card-agent-window.png")
    there.append("removed")
    assert said.result(PATIENCE) == Failed(why="removed")
    assert not shown.window(TITLE)
