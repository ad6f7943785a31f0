"""A hub that takes the demo's cards, and agents on this workstation that read them."""

import os
import pty
import re
import select
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key

from hub.contract.values import value
from hub_plugins.demo.region import HUB, NAMES, ports, run_hub, write_files
from tests.peers.processes import listening, running, stop, wait_until
from tests.ports import free_ports
from tests.peers.virtual_card import VirtualCard

PIN = "1234"
PATIENCE = 30.0


@value
class Town:
    """The demo's hub alone; `port` is where its pages look for the agent."""

    folder: Path
    hub: str
    port: int

    @property
    def cards(self) -> Path:
        return self.folder / "cards"

    def card(self, name: str) -> VirtualCard:
        """The card of that holder, for a reader."""
        key, certificate = issued(self.cards, name)
        return VirtualCard(key, certificate.public_bytes(Encoding.DER), PIN)


def issued(cards: Path, name: str) -> tuple[RSAPrivateKey, x509.Certificate]:
    key = load_pem_private_key((cards / "issued" / f"{name}.key").read_bytes(), None)
    assert isinstance(key, RSAPrivateKey)
    return key, x509.load_pem_x509_certificate((cards / "issued" / f"{name}.pem").read_bytes())


@contextmanager
def town(folder: Path) -> Iterator[Town]:
    first = free_ports(len(NAMES))
    places = ports({"HUB_DEMO_PORT": str(first)})
    at = folder / "demo"
    at.mkdir()
    write_files(at, places)
    for words in (("setup",), ("account", "import", str(at / "people.toml"))):
        run_hub(*words, "--config", str(at / "hub.toml"))
    made = Town(folder=at, hub=f"http://localhost:{first}", port=places["CARD"])
    log = folder / "hub.log"
    argv = [*HUB, "serve", "--workers", "1", "--config", str(made.folder / "hub.toml")]
    with running(argv, log) as process:
        wait_until(lambda: _ready(made.hub), process, log)
        yield made


def on_the_internet(town: Town) -> str:
    """A switch of Chromium, which asks nobody when a page of this machine speaks to it."""
    return f"--ip-address-space-overrides=127.0.0.1:{town.hub.rpartition(':')[2]}=public"


class Agent:
    """`hub card-agent` at a terminal, whose keys the test presses."""

    def __init__(self, argv: list[str], environment: Mapping[str, str], hub: str) -> None:
        self._ours, theirs = pty.openpty()
        self.hub = hub
        self.shown = ""
        self.process = subprocess.Popen(
            argv,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env={**os.environ, **environment},
            start_new_session=True,
        )
        os.close(theirs)

    def until(self, words: str) -> str:
        """What the terminal showed since the last time, up to *words*."""
        ends = time.monotonic() + PATIENCE
        while words not in self.shown:
            if not select.select([self._ours], [], [], max(0.0, ends - time.monotonic()))[0]:
                raise AssertionError(f"{words!r} never came: {self.shown!r}")
            try:
                self.shown += os.read(self._ours, 4096).decode(errors="replace")
            except OSError:
                raise AssertionError(f"ended before {words!r}: {self.shown!r}") from None
        before, _, self.shown = self.shown.partition(words)
        return before + words

    def type(self, text: str) -> None:
        os.write(self._ours, f"{text}\n".encode())

    def close(self) -> None:
        stop(self.process)
        os.close(self._ours)


class Ear:
    """The agent's address, asked as the page of a hub asks it."""

    def __init__(self, hub: str, port: int) -> None:
        self._client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE)
        self._hub = hub

    def state(self, wanted: str) -> Mapping[str, Any]:
        """The sight whose state is *wanted*, as soon as there is one."""
        ends, after = time.monotonic() + PATIENCE, -1
        while time.monotonic() < ends:
            seen = self._get(f"/state?after={after}")
            if seen["state"] == wanted:
                return seen
            after = seen["change"]
        raise AssertionError(f"never {wanted}: {seen}")

    def sign(self, challenge: str, origin: str = "") -> Mapping[str, Any]:
        headers = {"Origin": origin or self._hub}
        answer = self._client.post("/sign", json={"challenge": challenge}, headers=headers)
        said: dict[str, Any] = answer.json()
        return said

    def close(self) -> None:
        self._client.close()

    def _get(self, path: str) -> dict[str, Any]:
        said: dict[str, Any] = self._client.get(path, headers={"Origin": self._hub}).json()
        return said


@contextmanager
def agent(hub: str, port: int, environment: Mapping[str, str], *more: str) -> Iterator[Agent]:
    """The agent with real libraries, once it listens; its questions come at the terminal."""
    argv = [sys.executable, "-m", "hub.cli", "card-agent", "--ask", "terminal", "--language", "fr"]
    started = Agent([*argv, "--hub", hub, "--port", str(port), *more], environment, hub)
    try:
        started.until(f"http://127.0.0.1:{port}")
        yield started
    finally:
        started.close()


@contextmanager
def simulator(town: Town, log: Path, language: str = "fr") -> Iterator[str]:
    """The demo's own agent; the address of its page."""
    argv = [*HUB, "card-agent", "--hub", town.hub, "--port", str(town.port)]
    argv += ["--language", language]
    with running([*argv, "--software", str(town.cards)], log) as process:
        wait_until(lambda: listening(town.port), process, log)
        yield f"http://127.0.0.1:{town.port}/simulator"


def number_on(text: str) -> str:
    found = re.search(r'id="agent-number">(\d\d)<', text)
    assert found, text
    return found[1]


def _ready(hub: str) -> bool:
    try:
        return httpx.get(f"{hub}/health/ready", timeout=2).status_code == 200
    except httpx.HTTPError:
        return False
