"""PKCE cannot be bargained down, whoever asks."""

import base64
import hashlib
import json
from collections.abc import Iterator
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from playwright.sync_api import Page

from tests.peers.authority import Authority
from tests.peers.region import Region, region
from tests.peers.walker import Visit, Walker, sign_in

VERIFIER = "a-verifier-of-at-least-forty-three-characters-in-all"
S256 = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
GOOD = {"code_challenge": S256, "code_challenge_method": "S256"}


@pytest.fixture(scope="module")
def here(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Region]:
    folder = tmp_path_factory.mktemp("pkce")
    with region(authority, f"sqlite:///{folder}/hub.db", folder, pkce="plain") as started:
        yield started


@pytest.mark.parametrize(
    "weakened",
    [
        {},
        {"code_challenge": VERIFIER},
        {"code_challenge": VERIFIER, "code_challenge_method": "plain"},
        {"code_challenge": S256, "code_challenge_method": "s256"},
        {"code_challenge": "short", "code_challenge_method": "S256"},
        {"code_challenge_method": "S256"},
    ],
)
def test_an_authorization_request_without_s256_gets_no_page(
    here: Region, weakened: dict[str, str]
) -> None:
    assert "/login/" in _asked(here, GOOD).address
    refused = _asked(here, weakened)
    told = parse_qs(urlsplit(refused.address).query)
    assert refused.address.startswith(here.emage.redirect_uri)
    assert told["error"] == ["invalid_request"]
    assert told["state"] == ["the-state"] and "code" not in told


def test_apache_asking_plain_is_refused_before_any_password(page: Page, here: Region) -> None:
    page.goto(f"{here.medimail.site.origin}/protected/")
    assert page.url.startswith(here.medimail.site.origin)
    assert "error=invalid_request" in page.url
    assert page.locator("#claims").count() == 0


@pytest.mark.parametrize("verifier", [None, "", S256, VERIFIER + "x"])
def test_a_code_without_its_verifier_is_worth_nothing(here: Region, verifier: str | None) -> None:
    assert "id_token" in _redeemed(here, _code(here), VERIFIER)
    refused = _redeemed(here, _code(here), verifier)
    assert refused["error"] in ("invalid_grant", "invalid_request")
    assert "access_token" not in refused


def _asked(here: Region, challenge: dict[str, str], walker: Walker | None = None) -> Visit:
    query = {
        "client_id": here.emage.client_id,
        "redirect_uri": here.emage.redirect_uri,
        "response_type": "code",
        "scope": "openid",
        "state": "the-state",
        "nonce": "the-nonce",
        **challenge,
    }
    walker = walker or _walker(here)
    return walker.open(f"{here.hub.issuer}/oidc/authorize?{urlencode(query)}")


def _code(here: Region) -> str:
    walker = _walker(here)
    arrived = sign_in(walker, _asked(here, GOOD, walker), here.person.login, here.person.password)
    return parse_qs(urlsplit(arrived.address).query)["code"][0]


def _redeemed(here: Region, code: str, verifier: str | None) -> dict[str, object]:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": here.emage.redirect_uri,
        **({} if verifier is None else {"code_verifier": verifier}),
    }
    named = f"{here.emage.client_id}:{here.emage.secret}".encode()
    headers = {
        "Authorization": f"Basic {base64.b64encode(named).decode()}",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    with here.hub.ask("POST", "/oidc/token", urlencode(form), headers) as response:
        answered: dict[str, object] = json.loads(response.read())
    return answered


def _walker(here: Region) -> Walker:
    return Walker(str(here.hub.root), within=here.hub.issuer)
