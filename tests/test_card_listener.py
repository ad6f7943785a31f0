"""The hub's own listener: every certificate gets in to be judged, and nobody stays for long."""

import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Event, Thread

import pytest
from OpenSSL import SSL

from hub.card_connection import Patience
from hub.card_listener import Bounds, CardListener, listening
from hub.card_tls import CardTls, TlsFiles
from hub.contract.errors import ConfigError
from hub.web.card_door import Asked, Reply
from tests.card_client import CardClient, Got
from tests.card_leaves import Leaf, Leaves
from tests.peers.authority import Authority, Certificate

pytestmark = pytest.mark.slow
NAME = "a" * 32 + ".card.hub.test"


@dataclass
class Desk:
    """What the hub would see, and what it answers."""

    port: int
    site: Certificate
    root: Path
    asked: list[Asked] = field(default_factory=list)
    counted: list[str] = field(default_factory=list)

    def answer(self, asked: Asked) -> Reply:
        self.asked.append(asked)
        return Reply(status=303, location="https://hub.test/login/l-1/cps?ticket=t")

    @property
    def client(self) -> CardClient:
        return CardClient(port=self.port, root=self.root)

    def get(self, leaf: Leaf | None = None, version: int | None = None) -> Got:
        return self.client.get(self.client.context(leaf, version), NAME)

    def secured(self) -> ssl.SSLSocket:
        return self.client.secured(self.client.context(), NAME)


@pytest.fixture(scope="module")
def leaves(tmp_path_factory: pytest.TempPathFactory) -> Leaves:
    return Leaves(tmp_path_factory.mktemp("leaves"))


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@contextmanager
def opened(authority: Authority, bounds: Bounds = Bounds()) -> Iterator[Desk]:
    site = authority.site("*.card.hub.test")
    tls = CardTls(TlsFiles(certificate=site.chain, key=site.key))
    door = listening("127.0.0.1:0")
    desk = Desk(port=door.getsockname()[1], site=site, root=authority.root)
    listener = CardListener(door, tls.current, desk.answer, desk.counted.append, bounds)
    over = Event()
    running = Thread(target=listener.run, args=(lambda: not over.is_set(),))
    running.start()
    try:
        yield desk
    finally:
        over.set()
        running.join()
        door.close()


@pytest.fixture(scope="module")
def waiting(authority: Authority) -> Iterator[Desk]:
    with opened(authority) as made:
        yield made


@pytest.fixture
def desk(waiting: Desk) -> Desk:
    waiting.asked.clear()
    waiting.counted.clear()
    return waiting


VERSIONS = [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3]
EVERY = ["good", "expired", "not_yet_valid", "self_signed", "unknown_issuer", "authority", "small"]


@pytest.mark.parametrize("version", VERSIONS, ids=lambda version: version.name)
@pytest.mark.parametrize("name", EVERY)
def test_every_certificate_gets_in_to_be_judged(
    desk: Desk, leaves: Leaves, name: str, version: int
) -> None:
    leaf = leaves.named(name)
    assert desk.get(leaf, version).status == 303
    assert [each.certificate for each in desk.asked] == [leaf.der]


@pytest.mark.parametrize("version", VERSIONS, ids=lambda version: version.name)
def test_whoever_shows_none_is_answered_too(desk: Desk, version: int) -> None:
    got = desk.get(version=version)
    assert got.location == "https://hub.test/login/l-1/cps?ticket=t"
    assert [each.certificate for each in desk.asked] == [None]


@pytest.mark.parametrize("version", VERSIONS, ids=lambda version: version.name)
def test_the_next_connection_shows_its_certificate_again(
    desk: Desk, leaves: Leaves, version: int
) -> None:
    context = desk.client.context(leaves.named("good"), version)
    first = desk.client.get(context, NAME)
    second = desk.client.get(context, NAME, session=first.session)
    assert not second.resumed
    assert [each.certificate for each in desk.asked] == [leaves.named("good").der] * 2


def test_chains_beyond_measure_end_the_connection(desk: Desk, leaves: Leaves) -> None:
    with pytest.raises((ssl.SSLError, OSError)):
        desk.get(leaves.with_chain("good", 110_000))
    assert desk.asked == []
    assert desk.get(leaves.named("good")).status == 303


def test_connections_are_not_shared_over_http_2(desk: Desk, leaves: Leaves) -> None:
    context = desk.client.context(leaves.named("good"))
    context.set_alpn_protocols(["h2", "http/1.1"])
    assert desk.client.get(context, NAME).protocol == "http/1.1"


@pytest.mark.parametrize(
    "said",
    [
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"\x16\x03 nonsense\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"x" * 30_000 + b"\r\n\r\n",
    ],
    ids=["two hosts", "no host", "no HTTP", "too long"],
)
def test_what_is_no_request_is_refused(desk: Desk, said: bytes) -> None:
    with desk.secured() as there:
        there.sendall(said)
        assert there.recv(12) == b"HTTP/1.1 400"
    assert desk.asked == []


HASTY = Patience(hello=0.2, handshake=2, request=0.2, answer=5)


def test_who_says_nothing_or_half_of_it_is_shown_out(authority: Authority) -> None:
    with opened(authority, Bounds(patience=HASTY)) as desk:
        with desk.client.connect() as silent, desk.client.connect() as half:
            half.sendall(b"\x16\x03\x01\x02\x00\x01")
            assert silent.recv(1) == half.recv(1) == b""
        with desk.secured() as there:
            there.sendall(b"GET / HT")
            with suppress(OSError):
                assert there.recv(1) == b""
        _wait_for(lambda: desk.counted == ["too_slow"] * 3)


def test_one_network_does_not_take_every_place(authority: Authority, leaves: Leaves) -> None:
    with opened(authority, Bounds(per_network=2)) as desk:
        with desk.client.connect(), desk.client.connect(), desk.client.connect() as third:
            assert third.recv(1) == b""
        assert desk.counted[0] == "too_many_connections"
        _wait_for(lambda: desk.get().status == 303)


def test_a_renewed_certificate_is_served_without_a_restart(
    authority: Authority, tmp_path: Path
) -> None:
    first, second = authority.site("one.test"), authority.site("two.test")
    files = TlsFiles(certificate=tmp_path / "c.pem", key=tmp_path / "c.key")
    files.key.touch(mode=0o600)
    _lay(files, first)
    tls = CardTls(files)
    former = tls.current()
    assert tls.current() is former
    files.certificate.write_bytes(second.chain.read_bytes())
    assert tls.current() is former
    _lay(files, second)
    assert tls.current() is not former


def test_files_that_do_not_go_together_are_named(authority: Authority) -> None:
    one, other = authority.site("one.test"), authority.site("two.test")
    with pytest.raises(ConfigError, match=r"card_host\.certificate"):
        CardTls(TlsFiles(certificate=one.chain, key=other.key))
    with pytest.raises(ConfigError, match=r"card_host\.issuers"):
        CardTls(TlsFiles(certificate=one.chain, key=one.key, issuers=one.key))


def test_browsers_are_told_whose_certificates_to_offer(authority: Authority) -> None:
    site = authority.site("*.card.hub.test")
    files = TlsFiles(certificate=site.chain, key=site.key)
    for issuers, named in ((None, []), (authority.root, ["CN=Hub test authority"])):
        speaking = SSL.Connection(CardTls(replace(files, issuers=issuers)).current(), None)
        told = speaking.get_client_ca_list(as_cryptography=True)
        assert [each.rfc4514_string() for each in told] == named


def _lay(files: TlsFiles, pair: Certificate) -> None:
    files.key.write_bytes(pair.key.read_bytes())
    files.certificate.write_bytes(pair.chain.read_bytes())


def _wait_for(holds: object) -> None:
    assert callable(holds)
    end = time.monotonic() + 10
    while time.monotonic() < end:
        try:
            if holds():
                return
        except OSError:
            pass
        Event().wait(0.02)
    raise AssertionError("not within ten seconds")
