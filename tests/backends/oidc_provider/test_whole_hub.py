"""Somebody clicks the provider's name on the sign-in page and is in, or is told why not."""

import socket
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread

import httpx
import pytest

from tests.backends.oidc_provider.provider import CLIENT, ISSUER
from tests.backends.oidc_provider.region import NAME, Region
from tests.federation.visits import HUB, browser_of
from tests.flows.browser import Page
from tests.peers.authority import Authority
from tests.test_party_tls import DemandingServer


@pytest.fixture
def region(tmp_path: Path) -> Iterator[Region]:
    yield Region(tmp_path)


def test_somebody_known_by_the_number_the_provider_vouches_for_is_in(region: Region) -> None:
    page = region.sign_in()
    assert page.path == "/services", page.words
    assert "Ann Martin" in page.words


def test_a_forged_answer_signs_nobody_in_and_offers_the_other_means(region: Region) -> None:
    region.provider.claims = {"nonce": "of another"}
    page = region.sign_in()
    assert "Le jeton appartient à une autre identification" in page.alert()
    assert page.has("identifier")
    assert "__Host-hub" not in region.browser.cookies()


def test_a_provider_that_is_down_costs_the_other_means_nothing(region: Region) -> None:
    region.provider.answers["/.well-known/openid-configuration"] = httpx.ConnectError("down")
    page = region.browser.open(f"{HUB}/services")
    page = region.browser.submit(page.form(to=f"/{NAME}"))
    assert "ne répond pas" in page.alert()
    typed = {"identifier": "ann", "password": "correct horse battery staple"}
    page = region.browser.submit(page.form(asking="password"), typed)
    assert page.path == "/services", page.words


class HangingServer:
    """Takes a connection and says nothing, until it is told to hang up."""

    def __init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self.called, self._over = Event(), Event()
        self._thread = Thread(target=self._run, daemon=True)
        self._thread.start()

    def hang_up(self) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        taken, _ = self._listening.accept()
        with self._listening, taken:
            self.called.set()
            self._over.wait()


def test_while_a_provider_hangs_another_sign_in_finishes(tmp_path: Path) -> None:
    server = HangingServer()
    patient = {"outbound": {"read": "PT60S", "longest": "PT60S"}}
    region = Region(tmp_path, patient, issuer=server.address)
    page = region.browser.open(f"{HUB}/services")
    waiting: list[Page] = []
    stuck = Thread(target=lambda: waiting.append(region.browser.submit(page.form(to=f"/{NAME}"))))
    stuck.start()
    assert server.called.wait(10)
    other = browser_of(region.hub)
    typed = {"identifier": "ann", "password": "correct horse battery staple"}
    entered = other.submit(other.open(f"{HUB}/services").form(asking="password"), typed)
    assert entered.path == "/services", entered.words
    assert not waiting
    server.hang_up()
    stuck.join()
    assert "ne répond pas" in waiting[0].alert()


def test_leaving_there_ends_the_session_here(region: Region) -> None:
    region.provider.claims = {"sid": "there-7"}
    region.sign_in()
    now = int(region.hub.clock().timestamp())
    token = region.provider.signed(
        {
            "iss": ISSUER,
            "aud": CLIENT,
            "sid": "there-7",
            "iat": now,
            "exp": now + 60,
            "jti": "one",
            "events": {"http://schemas.openid.net/event/backchannel-logout": {}},
        },
        typ="logout+jwt",
    )
    answer = region.machine().post(f"{HUB}/{NAME}/backchannel-logout", data={"logout_token": token})
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert not region.inside


def test_the_provider_is_shown_the_certificate_of_its_party(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    own = authority.client("hub.test")
    server = DemandingServer(authority.site("provider.test"), authority.root)
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    tls = {
        "certificate": own.chain.name,
        "key": own.key.name,
        "authorities": authority.root.name,
    }
    parties = {"outbound": {"parties": {"oidc_provider/regional": {"tls": tls}}}}
    region = Region(tmp_path, parties, issuer=f"https://127.0.0.1:{server.port}")
    page = region.browser.open(f"{HUB}/services")
    page = region.browser.submit(page.form(to=f"/{NAME}"))
    server.stop()
    thread.join()
    # It answers an empty object to whoever has a certificate, and nothing to others.
    assert "se décrit d’une façon" in page.alert()
    assert server.heard[0].startswith(b"GET /.well-known/openid-configuration")
