"""Plans `oidcc-client-basic-…` and `oidcc-client-formpost-basic-…`: the hub as their client."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.backends.oidc_provider.provider import one_key
from tests.backends.oidc_provider.region import Region

MODES = ("query", "form_post")


@pytest.fixture(params=MODES)
def region(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Region]:
    yield Region(tmp_path, response_mode=request.param)


def refused(region: Region, words: str) -> bool:
    """The suite wants an error shown to the person; here nobody is signed in either."""
    page = region.sign_in()
    assert words in page.alert(), page.words
    return not region.inside


def with_claim(region: Region, name: str, said: Any) -> Region:
    region.provider.claims = {name: said}
    return region


def test_oidcc_client_test(region: Region) -> None:
    region.sign_in()
    assert region.inside


def test_oidcc_client_test_invalid_iss(region: Region) -> None:
    assert refused(with_claim(region, "iss", "https://provider.test/1"), "autre fournisseur")


def test_oidcc_client_test_missing_sub(region: Region) -> None:
    assert refused(with_claim(region, "sub", None), "ne dit pas qui vous êtes")


def test_oidcc_client_test_invalid_aud(region: Region) -> None:
    assert refused(with_claim(region, "aud", "hub1"), "autre application")


def test_oidcc_client_test_missing_iat(region: Region) -> None:
    assert refused(with_claim(region, "iat", None), "incomplet")


def test_oidcc_client_test_kid_absent_single_jwks(region: Region) -> None:
    region.provider.header = {"kid": None}
    region.sign_in()
    assert region.inside


def test_oidcc_client_test_kid_absent_multiple_jwks(region: Region) -> None:
    # Both outcomes pass there; here each of a few keys is tried.
    region.provider.keys = [one_key("other"), region.provider.key]
    region.provider.header = {"kid": None}
    region.sign_in()
    assert region.inside


def test_oidcc_client_test_idtoken_sig_rs256(region: Region) -> None:
    region.provider.alg = "RS256"
    region.sign_in()
    assert region.inside


def test_oidcc_client_test_idtoken_sig_none(region: Region) -> None:
    region.provider.tampered = lambda token: f"eyJhbGciOiJub25lIn0.{token.split('.')[1]}."
    assert refused(region, "pas signé comme convenu")


def test_oidcc_client_test_invalid_sig_rs256(region: Region) -> None:
    region.provider.tampered = lambda token: token[:-8] + token[-8:].swapcase()
    assert refused(region, "signature")


def test_oidcc_client_test_userinfo_invalid_sub(region: Region) -> None:
    region.provider.userinfo["sub"] = "somebody"
    assert refused(region, "une autre personne")


def test_oidcc_client_test_nonce_invalid(region: Region) -> None:
    assert refused(with_claim(region, "nonce", "of another"), "autre identification")


def test_oidcc_client_test_scope_userinfo_claims(region: Region) -> None:
    address = httpx.URL(region.leave())
    assert address.params["scope"].split() == ["openid", "profile"]
    region.sign_in()
    # Ann is found by the number that UserInfo alone told.
    assert region.inside


def test_oidcc_client_test_client_secret_basic(region: Region) -> None:
    region.sign_in()
    [request] = region.provider.calls("/token")
    assert request.headers["Authorization"].startswith("Basic ")
    assert region.inside
