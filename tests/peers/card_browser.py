"""Chromium that shows cards: one it keeps as a file, or one in a reader; nobody chooses."""

import json
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.peers.parts import missing, program
from tests.peers.reader import OPENSC
from tests.peers.xwd import keep

POLICY = Path("/etc/chromium/policies/managed/hub-cards.json")
_PATTERN = "https://[*.]card.hub.test"


@contextmanager
def chosen_unasked() -> Iterator[None]:
    """Chromium takes the only certificate there is: without the policy it would ask a person."""
    rule = json.dumps({"pattern": _PATTERN, "filter": {}})
    try:
        POLICY.parent.mkdir(parents=True, exist_ok=True)
        POLICY.write_text(json.dumps({"AutoSelectCertificateForUrls": [rule]}), encoding="utf-8")
    except PermissionError:
        missing("the right to write Chromium's policies")
    try:
        yield
    finally:
        POLICY.unlink(missing_ok=True)


def as_a_file(card: Path, password: str) -> Callable[[Path], None]:
    """A PKCS#12 file in the browser's own store."""

    def imported(store: Path) -> None:
        _run("pk12util", "-d", f"sql:{store}", "-i", str(card), "-W", password, "-K", "")

    return imported


def in_a_reader(store: Path) -> None:
    """OpenSC beside the browser's own store: it finds whatever card is in a reader."""
    if not OPENSC.is_file():
        missing("opensc")
    _run("modutil", "-dbdir", f"sql:{store}", "-add", "opensc", "-libfile", str(OPENSC), "-force")


class Screen:
    """An X server without a screen, where windows are found by name and typed into."""

    def __init__(self, folder: Path, display: str) -> None:
        self.display = display
        self._folder = folder

    def window(self, title: str) -> str:
        """The one called so; empty: there is none yet."""
        found = self._xdotool("search", "--name", title).split()
        return found[-1] if found else ""

    def type_into(self, window: str, text: str) -> None:
        self._xdotool("windowfocus", "--sync", window)
        self._xdotool("type", "--delay", "20", text)
        self._xdotool("key", "Return")

    def keep(self, file: Path) -> None:
        """What is to be seen now, as PNG."""
        keep(self._folder / "Xvfb_screen0", file)

    def _xdotool(self, *words: str) -> str:
        done = subprocess.run(
            [program("xdotool"), *words],
            env={"DISPLAY": self.display, "PATH": "/usr/bin:/bin"},
            capture_output=True,
            text=True,
            check=False,
            timeout=20,
        )
        return done.stdout


@contextmanager
def screen(folder: Path) -> Iterator[Screen]:
    """Xvfb chooses a number that is free and says which."""
    folder.mkdir()
    argv = [program("Xvfb"), "-displayfd", "1", "-screen", "0", "1280x900x24"]
    argv += ["-fbdir", str(folder), "-nolisten", "tcp"]
    with subprocess.Popen(
        argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as server:
        assert server.stdout is not None
        number = server.stdout.readline().decode().strip()
        assert number, "Xvfb did not start"
        try:
            yield Screen(folder, f":{number}")
        finally:
            server.terminate()


def _run(name: str, *words: str) -> None:
    subprocess.run(
        [program(name), *words],
        check=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        timeout=30,
    )
