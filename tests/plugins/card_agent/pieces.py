"""An agent on this machine: cards made of files, a person who types what the test says."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from threading import Thread
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from hub.contract.values import value
from hub.testing.toolbox import NOON, MemoryClock
from hub_plugins.card_agent.board import Board
from hub_plugins.card_agent.cards import Failed
from hub_plugins.card_agent.challenge import Gate
from hub_plugins.card_agent.desk import Gone, Question
from hub_plugins.card_agent.server import Ear, Parts
from hub_plugins.card_agent.signing import Signing
from hub_plugins.card_agent.software import SoftwareCards, make_card
from hub_plugins.methods.cps.challenge import Challenge, drawn

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
HUB = "https://hub.test"
LOGIN = "/login/abc/cps"
PIN = "1234"


def certificate(
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey,
    given: str = "Marie",
    family: str = "Durand",
) -> Any:
    """Signed by itself: whose it is does not matter to the agent."""
    names = ((NameOID.GIVEN_NAME, given), (NameOID.SURNAME, family))
    name = x509.Name([x509.NameAttribute(oid, text) for oid, text in names])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name)
    made = made.public_key(key.public_key()).serial_number(1)
    made = made.not_valid_before(NOON).not_valid_after(NOON + timedelta(days=9))
    return made.sign(key, hashes.SHA256())


class Typist:
    """Implements `Desk`: types what it was told to, then nothing."""

    def __init__(self, *typed: str | Failed) -> None:
        self.typed = list(typed)
        self.asked: list[Question] = []

    def pin(self, question: Question, gone: Gone) -> str | Failed:
        self.asked.append(question)
        return self.typed.pop(0) if self.typed else Failed(why=gone() or "cancelled")

    def number(self, question: Question) -> str | Failed:
        return self.pin(question, lambda: "")


@value
class Workstation:
    cards: SoftwareCards
    board: Board
    desk: Typist
    signing: Signing
    clock: MemoryClock

    def challenge(self, origin: str = HUB) -> Challenge:
        return drawn(origin, LOGIN, self.clock())

    def seen(self) -> str:
        """The state, once the watcher has had its look."""
        return self.board.settled(5).state.value


@contextmanager
def workstation(folder: Path, key: rsa.RSAPrivateKey, desk: Typist) -> Iterator[Workstation]:
    """Marie's card is in the reader."""
    for name, given in (("marie", "Marie"), ("paul", "Paul")):
        make_card(folder / "cards" / name, key, certificate(key, given))
    cards, clock = SoftwareCards(folder), MemoryClock()
    cards.insert("marie")
    board = Board(cards)
    board.start()
    signing = Signing(cards, board, desk, Gate(clock))
    try:
        yield Workstation(cards=cards, board=board, desk=desk, signing=signing, clock=clock)
    finally:
        board.stop()


@value
class Heard:
    status: int
    headers: Mapping[str, str]
    said: Mapping[str, Any]


class Caller:
    """Speaks to the ear as a browser would, header by header."""

    def __init__(self, ear: Ear) -> None:
        self.port = ear.server_port

    def get(self, path: str = "/state", **headers: str) -> Heard:
        return self.call("GET", path, None, headers)

    def sign(self, challenge: bytes, **headers: str) -> Heard:
        body = json.dumps({"challenge": urlsafe_b64encode(challenge).decode()})
        return self.call("POST", "/sign", body, {"Content_Type": "application/json", **headers})

    def call(self, verb: str, path: str, body: str | None, headers: Mapping[str, str]) -> Heard:
        told = {"Origin": HUB, **{name.replace("_", "-"): text for name, text in headers.items()}}
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        sent = {name: text for name, text in told.items() if text}
        connection.request(verb, path, body, sent)
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        kept = {name.lower(): said for name, said in answer.getheaders()}
        said = json.loads(text) if text.startswith(b"{") else {"text": text.decode()}
        return Heard(status=answer.status, headers=kept, said=said)


@contextmanager
def heard(ear: Ear) -> Iterator[Caller]:
    thread = Thread(target=ear.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield Caller(ear)
    finally:
        ear.shutdown()
        ear.server_close()
        thread.join()


def ear(station: Workstation) -> Ear:
    return Ear(Parts(hubs=(HUB,), board=station.board, signing=station.signing), 0)


def text_at(moment: datetime, origin: str = HUB, nonce: str = "n" * 43) -> bytes:
    at = moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    lines = ("hub card sign-in 1", f"origin {origin}", f"nonce {nonce}", f"issued {at}")
    return "".join(f"{line}\n" for line in (*lines, f"login {'0' * 64}")).encode()
