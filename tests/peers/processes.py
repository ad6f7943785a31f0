"""Starts a program, waits until it answers, stops it with all its children."""

import os
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path

PAUSE = 0.05


class NeverReady(AssertionError):
    """The program ended or stayed silent; the message ends with what it wrote."""


@contextmanager
def running(
    argv: Sequence[str], log: Path, *, env: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """The program in a process group of its own, so that stopping it leaves no worker behind."""
    with log.open("ab") as written:
        process = subprocess.Popen(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=written,
            stderr=subprocess.STDOUT,
            env={**os.environ, **(env or {})},
            start_new_session=True,
        )
    try:
        yield process
    finally:
        stop(process)


def stop(process: subprocess.Popen[bytes], seconds: float = 10) -> None:
    _signal(process, signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        process.wait(timeout=seconds)
    _signal(process, signal.SIGKILL)
    process.wait()


def wait_until(
    ready: Callable[[], bool], process: subprocess.Popen[bytes], log: Path, seconds: float = 120
) -> None:
    """Ask again until it is ready. The pause is a wait for the end that must not come."""
    for _ in range(int(seconds / PAUSE)):
        if ready():
            return
        try:
            process.wait(timeout=PAUSE)
        except subprocess.TimeoutExpired:
            continue
        raise NeverReady(f"ended with {process.returncode}: {_last_lines(log)}")
    raise NeverReady(f"silent for {seconds} s: {_last_lines(log)}")


def listening(port: int) -> bool:
    with closing(socket.socket()) as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, number)


def _last_lines(log: Path) -> str:
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-40:])
