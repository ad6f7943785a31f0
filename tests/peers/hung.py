"""What there is to say of a browser that does not answer, and how it is ended."""

import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import Any

PROC = Path("/proc")
_TOLD = ("State", "Threads", "VmRSS")
_RUNNER = ("/peers/patience.py", "/_pytest/", "/pluggy/", "/pytest/", "<frozen")


def chromiums(ancestor: int) -> list[int]:
    """The browsers that process started, not their renderers."""
    return list(_started(ancestor, lambda argv: b"--remote-debugging-pipe" in argv))


def drivers(ancestor: int) -> list[int]:
    """Playwright's own process between a test and its browsers."""
    return list(_started(ancestor, lambda argv: b"run-driver" in argv))


def kill(process: int) -> None:
    """With its whole group when it leads one."""
    with suppress(ProcessLookupError):
        if os.getpgid(process) == process:
            os.killpg(process, signal.SIGKILL)
        else:
            os.kill(process, signal.SIGKILL)


def told(stack: FrameType, funcargs: dict[str, Any]) -> str:
    """Where the test waits, what its browser shows, and how its processes do."""
    ours = [at for at in traceback.extract_stack(stack) if not any(map(at.filename.count, _RUNNER))]
    parts = ["The test waits here:\n", *traceback.format_list(ours)]
    for thread, frame in sys._current_frames().items():
        if thread not in (threading.get_ident(), threading.main_thread().ident):
            parts += [f"Another thread, {thread}:\n", *traceback.format_stack(frame)[-2:]]
    parts += ["Pages:\n", *(f"  {url}\n" for url in _pages(funcargs.get("browser")))]
    parts += ["Processes:\n", *(f"  {line}\n" for line in _processes(os.getpid()))]
    return "".join([*parts, *(f"{line}\n" for line in _machine())])


def _started(ancestor: int, wanted: Callable[[bytes], bool]) -> Iterator[int]:
    for process in _descendants(ancestor):
        argv = _read(process, "cmdline")
        if wanted(argv) and b"--type=" not in argv:
            yield process


def _descendants(ancestor: int) -> Iterator[int]:
    parents = {process: _parent(process) for process in _all()}
    for process in parents:
        above = parents[process]
        while above in parents and above != ancestor:
            above = parents[above]
        if above == ancestor:
            yield process


def _all() -> list[int]:
    return [int(each.name) for each in PROC.iterdir() if each.name.isdigit()]


def _parent(process: int) -> int:
    # proc(5): the name stands in brackets and may hold any byte, a bracket too.
    fields = _read(process, "stat").rpartition(b")")[2].split()
    return int(fields[1]) if fields else 0


def _pages(browser: Any) -> list[str]:
    # Remembered by Playwright's own side: nobody has to answer.
    try:
        return [page.url for context in browser.contexts for page in context.pages]
    except Exception as error:
        return [f"unknown: {type(error).__name__}"]


def _processes(ancestor: int) -> Iterator[str]:
    for process in _descendants(ancestor):
        status = dict(
            line.split(":\t", 1)
            for line in _read(process, "status").decode(errors="replace").splitlines()
            if ":\t" in line
        )
        argv = _read(process, "cmdline").replace(b"\0", b" ").decode(errors="replace")
        kind = next((word for word in argv.split() if word.startswith("--type=")), argv[:60])
        state = ", ".join(status.get(name, "?").strip() for name in _TOLD)
        yield f"{process} {kind}: {state}, {_read(process, 'wchan').decode() or '?'}"


def _machine() -> Iterator[str]:
    shared = os.statvfs("/dev/shm")
    yield f"/dev/shm: {shared.f_bavail * shared.f_frsize >> 20} MiB free"
    yield f"open files here: {len(list((PROC / 'self/fd').iterdir()))}"
    yield f"load: {(PROC / 'loadavg').read_text().strip()}"
    yield from (PROC / "meminfo").read_text().splitlines()[:3]


def _read(process: int, name: str) -> bytes:
    try:
        return (PROC / str(process) / name).read_bytes()
    except OSError:
        return b""
