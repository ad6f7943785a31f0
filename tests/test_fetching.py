import gzip
import socket
import ssl
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import Any

import httpcore
import httpx
import pytest

from hub.contract.fetching import Fetched, Unfetchable, Unfit
from hub.fetching import GuardedFetcher, GuardedTransport, Network, system_network
from hub.settings import FetchingSettings
from hub.testing.toolbox import MemoryClock
from tests.peers.authority import Authority
from tests.tls_server import TlsServer, document, tls_server

PUBLIC = "93.184.216.34"


class Connections(httpcore.SyncBackend):
    """Whatever the address, loopback answers; which was meant is written down."""

    def __init__(self) -> None:
        self.to: list[str] = []

    def connect_tcp(
        self, host: str, port: int, *more: Any, **options: Any
    ) -> httpcore.NetworkStream:
        self.to.append(host)
        return super().connect_tcp("127.0.0.1", port, *more, **options)


class Site:
    """`keys.test`, as the names and the network of a test lead to it."""

    def __init__(self, authority: Authority, server: TlsServer) -> None:
        self.server = server
        self.clock = MemoryClock()
        self.answers: list[Sequence[str]] = [[PUBLIC]]
        self.looked_up: list[str] = []
        self.connections = Connections()
        self.settings = FetchingSettings(ports=(server.port,), longest=timedelta(seconds=2))
        self._trusted = ssl.create_default_context(cafile=str(authority.root))
        self.url = f"https://keys.test:{server.port}/jwks"

    def fetcher(self, **changed: Any) -> GuardedFetcher:
        network = Network(
            resolve=self._resolve, trusted=lambda: self._trusted, connections=self.connections
        )
        return GuardedFetcher(replace(self.settings, **changed), self.clock, network)

    def _resolve(self, host: str, seconds: float) -> Sequence[str]:
        self.looked_up.append(host)
        return self.answers[min(len(self.looked_up), len(self.answers)) - 1]


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def site(authority: Authority) -> Iterator[Site]:
    with tls_server(authority.site("keys.test")) as server:
        yield Site(authority, server)


def why(answer: Fetched | Unfetchable) -> Unfit | None:
    return answer.why if isinstance(answer, Unfetchable) else None


def test_a_document_is_read_from_the_address_its_name_leads_to(site: Site) -> None:
    site.server.said = lambda: [document(b"[1]", "Content-Type: Application/JSON; charset=utf-8")]
    assert site.fetcher().get(site.url) == Fetched(body=b"[1]", content_type="application/json")
    assert site.connections.to == [PUBLIC] and site.server.names == ["keys.test"]
    assert f"Host: keys.test:{site.server.port}".encode() in site.server.heard[0]


def test_a_name_that_moves_inside_after_it_was_judged_is_not_asked_again(site: Site) -> None:
    site.answers = [[PUBLIC], ["127.0.0.1"]]
    assert isinstance(site.fetcher().get(site.url), Fetched)
    assert site.looked_up == ["keys.test"] and site.connections.to == [PUBLIC]


@pytest.mark.parametrize(
    "addresses",
    [["127.0.0.1"], ["::1"], ["169.254.169.254"], ["64:ff9b::a00:1"], [PUBLIC, "10.0.0.1"]],
)
def test_a_name_that_leads_inside_is_not_asked_at_all(site: Site, addresses: list[str]) -> None:
    site.answers = [addresses]
    assert why(site.fetcher().get(site.url)) is Unfit.ADDRESS
    assert site.connections.to == []


def test_a_host_the_operator_allowed_may_stand_inside(site: Site) -> None:
    site.answers = [["10.0.0.1"]]
    fetcher = site.fetcher(allowed_hosts=("keys.test",))
    assert isinstance(fetcher.get(site.url.replace("keys.test", "KEYS.test")), Fetched)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://keys.test/jwks", Unfit.NOT_HTTPS),
        ("file:///etc/passwd", Unfit.MALFORMED),
        ("ftp://keys.test/", Unfit.NOT_HTTPS),
        ("https://keys.test:22/", Unfit.PORT),
        ("https://keys.test:99999/", Unfit.MALFORMED),
        ("https://ann@keys.test/", Unfit.MALFORMED),
        ("https://keys.test/#x", Unfit.MALFORMED),
        ("https://keys.test\\@evil.test/", Unfit.MALFORMED),
        ("https://keys.test/\r\nX: y", Unfit.MALFORMED),
        ("https://kéys.test/", Unfit.MALFORMED),
        ("https://[::1/", Unfit.MALFORMED),
        ("https:///jwks", Unfit.MALFORMED),
        ("", Unfit.MALFORMED),
    ],
)
def test_an_unfit_address_is_not_even_looked_up(site: Site, url: str, expected: Unfit) -> None:
    assert why(site.fetcher(ports=(443,)).get(url)) is expected
    assert site.looked_up == []


@pytest.mark.parametrize("literal", ["127.0.0.1", "[::1]", "2130706433", "0x7f.1", "localhost"])
def test_a_number_for_a_host_leads_inside_no_more_than_a_name(literal: str) -> None:
    settings = FetchingSettings()
    fetcher = GuardedFetcher(settings, MemoryClock(), system_network(settings))
    assert why(fetcher.get(f"https://{literal}/")) is Unfit.ADDRESS


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 Other", "307 T", "308 P"])
def test_a_redirect_is_not_followed(site: Site, status: str) -> None:
    away = f"Location: https://keys.test:{site.server.port}/other"
    site.server.said = lambda: [document(b"", away, status=status)]
    assert why(site.fetcher().get(site.url)) is Unfit.REDIRECT
    assert len(site.server.heard) == 1


def test_only_a_plain_success_is_a_document(site: Site) -> None:
    site.server.said = lambda: [document(b"{}", status="404 Not Found")]
    assert why(site.fetcher().get(site.url)) is Unfit.STATUS


def test_a_compressed_body_is_refused_unopened(site: Site) -> None:
    bomb = gzip.compress(b"0" * 1_000_000)
    site.server.said = lambda: [document(bomb, "Content-Encoding: gzip")]
    assert why(site.fetcher().get(site.url)) is Unfit.ENCODED
    assert b"Accept-Encoding: identity" in site.server.heard[0]


def test_reading_stops_at_the_largest_size_whatever_was_announced(site: Site) -> None:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

    def endless() -> Iterable[bytes]:
        yield head
        while True:
            yield b"1000\r\n" + b"x" * 4096 + b"\r\n"

    site.server.said = endless
    assert why(site.fetcher(largest=10_000).get(site.url)) is Unfit.TOO_LARGE


@pytest.mark.slow
@pytest.mark.parametrize("start", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n"])
def test_drops_that_each_come_in_time_come_too_late_together(site: Site, start: bytes) -> None:
    between = Event()

    def drops() -> Iterable[bytes]:
        yield start or b"HTTP/1.1 200 OK\r\nX: "
        for _ in range(40):
            if between.wait(0.05):
                return
            yield b"x"

    site.server.said = drops
    try:
        fetcher = site.fetcher(longest=timedelta(seconds=0.4))
        assert why(fetcher.get(site.url)) is Unfit.TOO_SLOW
    finally:
        between.set()


def test_a_certificate_for_another_name_is_refused(site: Site) -> None:
    other = site.url.replace("keys.test", "other.test")
    assert why(site.fetcher().get(other)) is Unfit.CERTIFICATE
    assert site.server.heard == []


def test_a_certificate_of_an_unknown_authority_is_refused(site: Site, tmp_path: Path) -> None:
    settings = replace(site.settings, allowed_hosts=("localhost",))
    fetcher = GuardedFetcher(settings, site.clock, system_network(settings))
    assert why(fetcher.get(f"https://localhost:{site.server.port}/")) is Unfit.CERTIFICATE


def test_the_operators_own_authority_is_trusted(site: Site, authority: Authority) -> None:
    settings = replace(site.settings, allowed_hosts=("keys.test",), authorities=str(authority.root))
    made = replace(system_network(settings), resolve=lambda *_: ["127.0.0.1"])
    fetcher = GuardedFetcher(settings, site.clock, made)
    assert isinstance(fetcher.get(site.url), Fetched)


def test_a_name_nobody_knows_and_a_closed_door_are_told_apart(site: Site) -> None:
    def nobody(host: str, seconds: float) -> Sequence[str]:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    network = Network(resolve=nobody, trusted=ssl.create_default_context)
    assert why(GuardedFetcher(site.settings, site.clock, network).get(site.url)) is (
        Unfit.NO_SUCH_HOST
    )
    site.server.stop()
    assert why(site.fetcher().get(site.url)) is Unfit.UNREACHABLE


@pytest.mark.parametrize(
    ("said", "fresh", "stale"),
    [
        ("max-age=600", 599, 600),
        ("no-store", 59, 60),
        ("max-age=1", 59, 60),
        ("max-age=99999999", 6 * 3600 - 1, 6 * 3600),
        ("max-age=nonsense", 59, 60),
    ],
)
def test_a_document_is_kept_as_its_sender_says_within_bounds(
    site: Site, said: str, fresh: int, stale: int
) -> None:
    site.server.said = lambda: [document(b"{}", f"Cache-Control: public, {said}")]
    fetcher = site.fetcher()
    fetcher.get(site.url)
    site.clock.later(seconds=fresh)
    fetcher.get(site.url)
    assert len(site.server.heard) == 1
    site.clock.later(seconds=stale - fresh)
    fetcher.get(site.url)
    assert len(site.server.heard) == 2


def test_an_address_that_failed_is_left_alone_for_a_moment(site: Site) -> None:
    site.server.said = lambda: [document(b"", status="500 Oh")]
    fetcher = site.fetcher()
    assert [why(fetcher.get(site.url)) for _ in range(5)] == [Unfit.STATUS] * 5
    assert len(site.server.heard) == 1
    site.clock.later(seconds=30)
    fetcher.get(site.url)
    assert len(site.server.heard) == 2


def test_a_renewed_document_is_fetched_again_but_not_at_every_call(site: Site) -> None:
    fetcher = site.fetcher()
    fetcher.get(site.url)
    fetcher.renewed(site.url)
    assert len(site.server.heard) == 1
    site.clock.later(seconds=31)
    site.server.said = lambda: [document(b"[2]")]
    for _ in range(3):
        assert fetcher.renewed(site.url) == Fetched(body=b"[2]", content_type="")
    assert len(site.server.heard) == 2
    assert fetcher.get(site.url) == Fetched(body=b"[2]", content_type="")


def test_many_who_want_one_document_at_once_fetch_it_once(site: Site) -> None:
    asked, go = Event(), Event()

    def slow() -> Iterable[bytes]:
        asked.set()
        go.wait(5)
        return [document(b"{}")]

    site.server.said = slow
    fetcher = site.fetcher()
    with ThreadPoolExecutor(8) as pool:
        answers = [pool.submit(fetcher.get, site.url) for _ in range(8)]
        asked.wait(5)
        go.set()
        assert all(isinstance(each.result(), Fetched) for each in answers)
    assert len(site.server.heard) == 1


def test_when_all_places_are_taken_another_document_is_refused_at_once(site: Site) -> None:
    asked, go = Event(), Event()

    def slow() -> Iterable[bytes]:
        asked.set()
        go.wait(5)
        return [document(b"{}")]

    site.server.said = slow
    fetcher = site.fetcher(places=1)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(fetcher.get, site.url)
        asked.wait(5)
        assert why(fetcher.get(site.url + "2")) is Unfit.BUSY
        go.set()
        assert isinstance(first.result(), Fetched)
    assert isinstance(fetcher.get(site.url + "2"), Fetched)


@pytest.mark.parametrize("status", ["200 OK", "400 Bad Request", "302 Found"])
def test_a_form_is_posted_and_the_status_alone_is_read(site: Site, status: str) -> None:
    site.server.said = lambda: [document(b"", "Location: https://elsewhere.test/", status=status)]
    assert site.fetcher().post(site.url, b"a=b") == int(status[:3])
    [heard] = site.server.heard
    assert heard.startswith(b"POST /jwks ") and b"\r\nContent-Length: 3\r\n" in heard


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1"])
def test_no_form_is_posted_inside(site: Site, address: str) -> None:
    site.answers = [[address]]
    transport = GuardedTransport(site.fetcher())
    with httpx.Client(transport=transport) as client, pytest.raises(httpx.ConnectError):
        client.post(site.url, data={"a": "b"})
    assert site.server.heard == [] and site.connections.to == []
