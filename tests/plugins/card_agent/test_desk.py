"""What is typed at the terminal is shown to nobody, and asked no longer than it is of use."""

import os
import pty
import termios
from collections.abc import Iterator

import pytest

from hub_plugins.card_agent.cards import Failed
from hub_plugins.card_agent.desk import Question, Terminal
from hub_plugins.card_agent.words import catalogue
from tests.plugins.card_agent.pieces import HUB, PIN

QUESTION = Question(origin=HUB, holder="Marie Durand", tries_left=1)


class Screen:
    """A terminal with somebody at its keys."""

    def __init__(self) -> None:
        self.keys, self._theirs = pty.openpty()
        self.stream = os.fdopen(self._theirs, encoding="utf-8")
        self.desk = Terminal(catalogue("fr"), self.stream)

    def press(self, text: str) -> str:
        """As `gone`, which is asked while the question is open."""
        os.write(self.keys, f"{text}\n".encode())
        return ""

    @property
    def echoes(self) -> bool:
        return bool(int(termios.tcgetattr(self.stream)[3]) & termios.ECHO)


@pytest.fixture
def screen() -> Iterator[Screen]:
    made = Screen()
    yield made
    made.stream.close()
    os.close(made.keys)


def test_a_pin_is_typed_without_being_shown(
    screen: Screen, capsys: pytest.CaptureFixture[str]
) -> None:
    echoed: list[bool] = []

    def typed() -> str:
        echoed.append(screen.echoes)
        return screen.press(PIN)

    assert screen.desk.pin(QUESTION, typed) == PIN
    assert (echoed[0], screen.echoes) == (False, True)
    shown = capsys.readouterr().err
    assert HUB in shown and "Marie Durand" in shown and "qu’un essai" in shown
    assert PIN not in shown


def test_an_empty_line_cancels(screen: Screen) -> None:
    assert screen.desk.pin(QUESTION, lambda: screen.press("")) == Failed(why="cancelled")


def test_a_card_pulled_out_ends_the_question(screen: Screen) -> None:
    assert screen.desk.pin(QUESTION, lambda: "removed") == Failed(why="removed")
    assert screen.echoes


def test_every_text_is_in_both_languages() -> None:
    french, english = catalogue("fr"), catalogue("en")
    assert set(french) == set(english)
    assert all(french.values()) and all(english.values())
