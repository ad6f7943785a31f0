"""Certificates shown to parties outside, and parties with authorities of their own."""

import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread

import httpx
import pytest

from hub.contract.errors import ConfigErrors
from hub.outbound import Outbound
from hub.party_tls import transports
from hub.settings import PartySettings, TlsSettings
from tests.peers.authority import Authority, Certificate
from tests.tls_server import TlsServer

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


class DemandingServer(TlsServer):
    """Speaks with nobody who shows no certificate of the authority."""

    def __init__(self, certificate: Certificate, root: Path) -> None:
        super().__init__(certificate)
        self._context.verify_mode = ssl.CERT_REQUIRED
        self._context.load_verify_locations(root)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def server(authority: Authority) -> Iterator[DemandingServer]:
    server = DemandingServer(authority.site("party.test"), authority.root)
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    yield server
    server.stop()
    thread.join()


def outbound(tls: TlsSettings | None) -> Outbound:
    parties = {"psc": PartySettings(tls=tls)}
    return Outbound(lambda: NOON, carried=transports(parties, Path))


def test_the_certificate_is_shown_to_the_party_it_is_for(
    authority: Authority, server: DemandingServer
) -> None:
    own = authority.client("hub.test")
    tls = TlsSettings(certificate=str(own.chain), key=str(own.key), authorities=str(authority.root))
    kept = outbound(tls)
    answer = kept.client("psc", "anything").get(f"https://127.0.0.1:{server.port}/")
    kept.close()
    assert answer.status_code == 200


def test_without_it_such_a_party_is_not_reached(
    authority: Authority, server: DemandingServer
) -> None:
    kept = outbound(TlsSettings(authorities=str(authority.root)))
    with pytest.raises(httpx.TransportError):
        kept.client("psc", "anything").get(f"https://127.0.0.1:{server.port}/")
    kept.close()
    assert not server.heard


def test_a_party_of_another_authority_is_not_reached(server: DemandingServer) -> None:
    kept = outbound(None)
    with pytest.raises(httpx.ConnectError):
        kept.client("psc", "anything").get(f"https://127.0.0.1:{server.port}/")
    kept.close()


@pytest.mark.parametrize(
    ("make", "at"),
    [
        (lambda own: TlsSettings(certificate=str(own.chain)), "tls"),
        (lambda own: TlsSettings(key=str(own.key)), "tls"),
        (lambda own: TlsSettings(certificate=str(own.key), key=str(own.key)), "tls.certificate"),
        (lambda own: TlsSettings(certificate="absent", key=str(own.key)), "tls.certificate"),
        (lambda own: TlsSettings(certificate=str(own.chain), key="absent"), "tls.key"),
        (lambda own: TlsSettings(authorities="absent"), "tls.authorities"),
        (lambda own: TlsSettings(authorities=str(own.key)), "tls.authorities"),
    ],
)
def test_files_that_cannot_serve_stop_the_hub(
    authority: Authority, make: Callable[[Certificate], TlsSettings], at: str
) -> None:
    with pytest.raises(ConfigErrors) as wrong:
        outbound(make(authority.client("hub.test")))
    assert [each.path for each in wrong.value.errors] == [f"outbound.parties.psc.{at}"]


def test_a_key_that_others_may_read_stops_the_hub(authority: Authority) -> None:
    own = authority.client("exposed.test")
    own.key.chmod(0o644)
    with pytest.raises(ConfigErrors, match="chmod 600"):
        outbound(TlsSettings(certificate=str(own.chain), key=str(own.key)))
