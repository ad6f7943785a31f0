"""Several processes as one: what ends one of them, or Ctrl-C, ends all."""

import os
import signal
import subprocess
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from hub import value

PATIENCE = 10.0
"""Seconds a child has to end by itself."""


@value
class Child:
    name: str
    command: tuple[str, ...]


class Children:
    """Started in groups of their own, so that nothing they start is left behind."""

    def __init__(self, logs: Path) -> None:
        self._logs = logs
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self.told = threading.Event()
        """Set when somebody asked for the end: Ctrl-C, or SIGTERM."""

    def start(self, children: Sequence[Child], environ: Mapping[str, str]) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: self.told.set())
        self._logs.mkdir(parents=True, exist_ok=True)
        for child in children:
            with (self._logs / f"{child.name}.log").open("ab") as log:
                self._running[child.name] = subprocess.Popen(
                    child.command,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    env=dict(environ),
                    start_new_session=True,
                )

    def ended(self) -> str | None:
        """The name of a child that ended by itself."""
        return next((name for name, each in self._running.items() if each.poll() is not None), None)

    def last_words(self, name: str, lines: int = 15) -> str:
        text = (self._logs / f"{name}.log").read_text(encoding="utf-8", errors="replace")
        return "\n".join(text.splitlines()[-lines:])

    def stop(self) -> None:
        for each in self._running.values():
            _tell(each, signal.SIGTERM)
        for each in self._running.values():
            with suppress(subprocess.TimeoutExpired):
                each.wait(PATIENCE)
        for each in self._running.values():
            # Its own children may outlive it: the whole group is ended, dead leader or not.
            _tell(each, signal.SIGKILL)
            each.wait()


def _tell(process: "subprocess.Popen[bytes]", number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)
