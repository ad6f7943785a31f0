"""Cards by TLS for real: our own listener, nginx and HAProxy before a hub that serves."""

import socket
import ssl
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from hub_plugins.demo.pki.authority import Issued
from hub_plugins.demo.pki.folder import write_card
from tests.card_leaves import Leaf, Leaves
from tests.peers.authority import Authority
from tests.peers.card_fronts import (
    DOMAIN,
    PROXIES,
    SECRET,
    WAYS,
    CardFronts,
    card_fronts,
    careless,
)
from tests.peers.processes import listening, running, wait_until
from tests.plugins.cps.pki import certificates

EVERY = ("good", "expired", "not_yet_valid", "self_signed", "unknown_issuer", "authority", "small")
VERSIONS = (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3)
# Whatever its bind line says; no card of the national authorities has such an extension.
STOPPED = (("haproxy", "unknown_critical"),)
FORGED = b64encode(b"a forged certificate").decode()
HEADERS = (
    f"Hub-Card: {SECRET} {FORGED}",
    f"Hub_Card: {SECRET} {FORGED}",
    f"HUB-CARD: {SECRET} {FORGED}",
    f"hub_CARD: {FORGED}",
    f"Client-Cert: :{FORGED}:",
    f"X-SSL-Client-Cert: {quote(FORGED)}",
    "SSL_CLIENT_VERIFY: SUCCESS",
    "X-Forwarded-For: 127.0.0.1, 127.0.0.1",
    "Connection: Hub-Card, X-SSL-Client-Cert",
)


@pytest.fixture(scope="module")
def fronts(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Iterator[CardFronts]:
    with card_fronts(tmp_path_factory.mktemp("fronts"), authority) as started:
        yield started


@pytest.fixture(scope="module")
def leaves(tmp_path_factory: pytest.TempPathFactory) -> Leaves:
    return Leaves(tmp_path_factory.mktemp("leaves"))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("version", VERSIONS, ids=lambda version: version.name)
def test_every_certificate_reaches_the_hub_as_it_was_shown(
    fronts: CardFronts, leaves: Leaves, way: str, version: int
) -> None:
    client = fronts.client(way)
    for name in EVERY:
        leaf = leaves.named(name)
        got = client.get(client.context(leaf, version), fronts.lend())
        laid = fronts.taken(got.location)
        assert (name, got.status, laid and laid.certificate) == (name, 303, leaf.der)


@pytest.mark.parametrize("way", WAYS)
def test_every_card_of_the_test_authority_is_brought_to_its_judge(
    fronts: CardFronts, way: str, tmp_path: Path
) -> None:
    client = fronts.client(way)
    for name, card in certificates().items():
        if name == "oversized":
            continue
        context = client.context(written(tmp_path, name, card))
        if (way, name) in STOPPED:
            with pytest.raises(OSError, match="certificate unknown"):
                client.get(context, fronts.lend())
            continue
        laid = fronts.taken(client.get(context, fronts.lend()).location)
        assert (name, laid and laid.certificate) == (name, card.der)


@pytest.mark.parametrize("way", WAYS)
def test_whoever_shows_none_is_led_back(fronts: CardFronts, way: str) -> None:
    client = fronts.client(way)
    laid = fronts.taken(client.get(client.context(), fronts.lend()).location)
    assert laid and laid.refused and laid.refused.code == "cps.no_certificate"


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("version", VERSIONS, ids=lambda version: version.name)
def test_no_connection_resumes_another(
    fronts: CardFronts, leaves: Leaves, way: str, version: int
) -> None:
    client = fronts.client(way)
    context = client.context(leaves.named("good"), version)
    first = client.get(context, fronts.lend())
    name = fronts.lend()
    second = client.get(context, name, session=first.session)
    laid = fronts.taken(second.location)
    assert not second.resumed
    assert laid and laid.certificate == leaves.named("good").der


def test_a_session_begun_at_the_main_address_is_none_of_a_card_s(
    fronts: CardFronts, leaves: Leaves
) -> None:
    client = fronts.client("nginx")
    for version in VERSIONS:
        context = client.context(leaves.named("good"), version)
        begun = client.get(context, "hub.test")
        try:
            got = client.get(context, fronts.lend(), session=begun.session)
        except OSError:
            continue
        assert (got.status, fronts.taken(got.location)) == (421, None)


@pytest.mark.parametrize("way", PROXIES)
@pytest.mark.parametrize("header", HEADERS)
def test_what_a_browser_says_it_holds_is_worth_nothing(
    fronts: CardFronts, leaves: Leaves, way: str, header: str
) -> None:
    client = fronts.client(way)
    bare = fronts.taken(client.get(client.context(), fronts.lend(), headers=[header]).location)
    assert bare is None or (bare.certificate is None and bare.refused)
    good = leaves.named("good")
    shown = client.get(client.context(good), fronts.lend(), headers=[header, header])
    laid = fronts.taken(shown.location)
    # Spoilt, or as if it had not been sent; never what was sent.
    assert laid is None or laid.certificate == good.der


@pytest.mark.parametrize("way", WAYS)
def test_certificates_beyond_measure_are_not_taken(
    fronts: CardFronts, leaves: Leaves, way: str
) -> None:
    client = fronts.client(way)
    for leaf in (leaves.large(17_000), leaves.large(60_000), leaves.with_chain("good", 120_000)):
        name = fronts.lend()
        try:
            got = client.get(client.context(leaf), name)
        except OSError:
            continue
        laid = fronts.taken(got.location)
        assert laid is None or laid.certificate is None
    good = leaves.named("good")
    assert fronts.taken(client.get(client.context(good), fronts.lend()).location)


def test_a_card_s_name_at_the_main_address_is_refused(fronts: CardFronts) -> None:
    main = fronts.client("nginx")
    for headers in ((), HEADERS[:1]):
        name = fronts.lend()
        got = main.get(main.context(), "hub.test", headers=headers, host=name)
        assert got.status in (400, 421), got.answer


def test_the_main_address_drops_the_header(fronts: CardFronts) -> None:
    main = fronts.client("nginx")
    got = main.get(main.context(), "hub.test", headers=HEADERS[:1])
    assert got.status == 200


def test_past_the_proxies_the_hub_believes_nobody(fronts: CardFronts) -> None:
    right = f"Hub-Card: {SECRET} {FORGED}"
    for source, header in (
        ("127.0.0.1", f"Hub-Card: {FORGED}"),
        ("127.0.0.1", f"{right}\r\n{right}"),
        ("127.0.0.2", f"{right}\r\nX-Forwarded-For: 198.51.100.7"),
        ("127.0.0.1", right),
    ):
        assert _plain(fronts, source, fronts.lend(), header).startswith(b"HTTP/1.1 400")


@pytest.mark.parametrize("way", WAYS)
def test_nothing_of_the_hub_is_served_where_cards_are_shown(fronts: CardFronts, way: str) -> None:
    client = fronts.client(way)
    name = fronts.lend()
    with client.secured(client.context(), name) as there:
        there.sendall(
            f"GET /login/x HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n\r\n".encode()
        )
        answer = b"".join(iter(lambda: there.recv(4096), b""))
    assert answer.startswith(b"HTTP/1.1 404")
    assert b"set-cookie" not in answer.lower()


def test_a_hub_that_serves_has_tried_a_forged_certificate(fronts: CardFronts) -> None:
    assert fronts.ready() == {"status": "ready", "card_host": "open"}
    checked = fronts.check(reached_at=fronts.ports.nginx)
    assert checked.returncode == 0, checked.stderr


def test_a_proxy_that_believes_browsers_is_found_out(
    fronts: CardFronts, authority: Authority
) -> None:
    argv, port = careless(fronts.folder, fronts.ports, authority.site(f"*.{DOMAIN}"))
    log = fronts.folder / "careless.log"
    with running(argv, log) as process:
        wait_until(lambda: listening(port), process, log)
        checked = fronts.check(reached_at=port)
    assert checked.returncode == 2
    assert "a forged certificate was taken for a real one" in checked.stderr


def written(folder: Path, name: str, card: Issued) -> Leaf:
    write_card(folder, name, card)
    return Leaf(chain=folder / f"{name}.pem", key=folder / f"{name}.key", der=card.der)


def _plain(fronts: CardFronts, source: str, name: str, header: str) -> bytes:
    """Straight to the hub's own port, from any address of this machine."""
    there = ("127.0.0.1", fronts.ports.hub)
    with socket.create_connection(there, timeout=5, source_address=(source, 0)) as plain:
        plain.sendall(
            f"GET / HTTP/1.1\r\nHost: {name}\r\n{header}\r\nConnection: close\r\n\r\n".encode()
        )
        return plain.recv(4096)
