"""The demo region behind a real `hub serve`, with somebody of each role signed in and served."""

import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path

import pytest

from hub.contract.values import value
from tests.flows import access_world
from tests.flows.access_world import World, world
from tests.flows.region import made, opened
from tests.peers.processes import running, wait_until
from tests.ports import free_port

HOST = "localhost:8000"
"""What the region calls itself, wherever it listens."""


@value
class Served:
    world: World
    port: int
    pid: int

    def cookies(self, role: str) -> str:
        return self.world.visits[role].cookies

    def get(self, cookies: str, path: str) -> int:
        """The status."""
        return _get(self.port, path, cookies)


@contextmanager
def served_region(folder: Path, env: Mapping[str, str], workers: int = 1) -> Iterator[Served]:
    """Without its worker: whatever reaches the database is a page's."""
    made(folder / "template")
    region = opened(folder / "template", folder / "region")
    # The server's clock is the real one: sessions and requests are of today.
    now = region.clock.now = datetime.now(UTC).replace(microsecond=0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(access_world, "NOW", now)
        built = world(region)
    port, log = free_port(), folder / "log"
    _listen(region.folder / "hub.toml", port)
    argv = [sys.executable, "-m", "hub.cli", "serve", "--no-worker", "--workers", str(workers)]
    argv += ["--config", str(region.folder / "hub.toml")]
    with closing(built), running(argv, log, env=env) as process:
        wait_until(lambda: _ready(port), process, log, 50)
        yield Served(world=built, port=port, pid=process.pid)


def _listen(file: Path, port: int) -> None:
    text = file.read_text(encoding="utf-8")
    moved, times = re.subn(r'(?m)^listen = "[^"]*"', f'listen = "127.0.0.1:{port}"', text)
    assert times == 1
    file.write_text(moved, encoding="utf-8")


def _ready(port: int) -> bool:
    try:
        return _get(port, "/health/ready", "") == 200
    except OSError:
        return False


def _get(port: int, path: str, cookies: str) -> int:
    with closing(HTTPConnection("127.0.0.1", port, timeout=30)) as wire:
        wire.request("GET", path, headers={"Host": HOST, "Cookie": cookies})
        answer = wire.getresponse()
        answer.read()
        return answer.status
