"""Where the person at the workstation is asked: a window, or the terminal; never the page."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from selectors import EVENT_READ, DefaultSelector
from typing import Final, Protocol, TextIO

from hub import value

from .cards import Failed
from .words import Catalogue

PATIENCE: Final = 60.0
"""Seconds a question stays open; the hub gives up on the challenge at twice that."""
_GLANCE: Final = 0.2
_LONGEST: Final = 64


@value
class Question:
    origin: str
    """Which site wants it: shown, so that a stranger's page is seen for what it is."""
    holder: str = ""
    tries_left: int | None = None


Gone = Callable[[], str]
"""Why the question is of no use any more (`removed`…), or nothing."""


class Desk(Protocol):
    def pin(self, question: Question, gone: Gone) -> str | Failed:
        """The PIN as it was typed; or `cancelled`, `timeout`, or what *gone* says."""

    def number(self, question: Question) -> str | Failed:
        """The two digits that the person reads on the page of *question.origin*."""


class Windows:
    """Asks in a window of its own, in a process of its own: one that hangs is ended."""

    def __init__(self, words: Catalogue) -> None:
        self._words = words

    def pin(self, question: Question, gone: Gone) -> str | Failed:
        return self._asked({**_told(self._words, "pin", question), "hidden": "yes"}, gone)

    def number(self, question: Question) -> str | Failed:
        return self._asked(_told(self._words, "number", question), lambda: "")

    def _asked(self, shown: Mapping[str, str], gone: Gone) -> str | Failed:
        window = subprocess.Popen(
            [sys.executable, "-m", "hub_plugins.card_agent.window"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert window.stdin and window.stdout
        with window, window.stdin, window.stdout:
            window.stdin.write(json.dumps(dict(shown)))
            window.stdin.close()
            for _ in range(int(PATIENCE / _GLANCE)):
                try:
                    window.wait(_GLANCE)
                except subprocess.TimeoutExpired:
                    if why := gone():
                        return _ended(window, why)
                    continue
                typed = window.stdout.read().rstrip("\n")
                return typed if typed and window.returncode == 0 else Failed(why="cancelled")
            return _ended(window, "timeout")


class Terminal:
    """Asks where the agent was started; what is typed is not shown."""

    def __init__(self, words: Catalogue, stream: TextIO = sys.stdin) -> None:
        self._words = words
        self._stream = stream

    def pin(self, question: Question, gone: Gone) -> str | Failed:
        return self._asked(_told(self._words, "pin", question), gone)

    def number(self, question: Question) -> str | Failed:
        return self._asked(_told(self._words, "number", question), lambda: "")

    def _asked(self, shown: Mapping[str, str], gone: Gone) -> str | Failed:
        with _silent(self._stream), DefaultSelector() as waiting:
            waiting.register(self._stream, EVENT_READ)
            # Asked once nothing is echoed any more: a PIN typed at once would stand there.
            sys.stderr.write(f"\n{shown['title']}\n{shown['why']}\n{shown['label']} ")
            sys.stderr.flush()
            ends = time.monotonic() + PATIENCE
            while time.monotonic() < ends:
                if why := gone():
                    return Failed(why=why)
                if waiting.select(_GLANCE):
                    typed = self._stream.readline()
                    return typed.strip()[:_LONGEST] or Failed(why="cancelled")
        return Failed(why="timeout")


def desk_of(kind: str, words: Catalogue) -> Desk:
    """*kind*: `window`, `terminal`, or nothing for whichever there is."""
    screen = sys.platform in {"win32", "darwin"} or bool(os.environ.get("DISPLAY"))
    window = kind == "window" or (not kind and screen and find_spec("tkinter") is not None)
    return Windows(words) if window else Terminal(words)


def _told(words: Catalogue, what: str, question: Question) -> Mapping[str, str]:
    last = what == "pin" and question.tries_left == 1
    shown = {name: words[f"{what}.{name}"] for name in ("title", "why", "label", "ok", "cancel")}
    if last:
        shown["why"] = f"{shown['why']}\n{words['pin.last']}"
    told = {"origin": question.origin, "holder": question.holder}
    return {name: text % told for name, text in shown.items()}


def _ended(window: "subprocess.Popen[str]", why: str) -> Failed:
    window.terminate()
    return Failed(why=why)


@contextmanager
def _silent(stream: TextIO) -> Iterator[None]:
    """Nothing typed is shown, where the terminal can be told so."""
    if sys.platform == "win32" or not stream.isatty():
        yield
        return
    import termios

    before = termios.tcgetattr(stream)
    quiet = list(before)
    quiet[3] = int(quiet[3]) & ~termios.ECHO
    termios.tcsetattr(stream, termios.TCSAFLUSH, quiet)
    try:
        yield
    finally:
        termios.tcsetattr(stream, termios.TCSAFLUSH, before)
