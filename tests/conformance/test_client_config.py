"""Plan `oidcc-client-config-certification-test-plan`: metadata and keys as a client reads them."""

from pathlib import Path

import pytest

from tests.backends.oidc_provider.provider import one_key
from tests.backends.oidc_provider.region import NAME, Region
from tests.federation.visits import HUB, browser_of


@pytest.fixture
def region(tmp_path: Path) -> Region:
    return Region(tmp_path)


def test_oidcc_client_test_discovery_openid_config(region: Region) -> None:
    region.provider.metadata["authorization_endpoint"] = "https://provider.test/moved"
    assert region.leave().startswith("https://provider.test/moved?")
    assert len(region.provider.calls("/.well-known/openid-configuration")) == 1


def test_oidcc_client_test_discovery_jwks_uri_keys(region: Region) -> None:
    region.sign_in()
    assert region.inside
    assert len(region.provider.calls("/keys")) == 1


def test_oidcc_client_test_discovery_issuer_mismatch(region: Region) -> None:
    region.provider.metadata["issuer"] = "https://provider.test/other"
    page = region.browser.open(f"{HUB}/services")
    page = region.browser.submit(page.form(to=f"/{NAME}"))
    assert "se décrit d’une façon qui ne correspond pas" in page.alert()


def test_oidcc_client_test_idtoken_sig_none(region: Region) -> None:
    region.provider.tampered = lambda token: f"eyJhbGciOiJub25lIn0.{token.split('.')[1]}."
    assert "pas signé comme convenu" in region.sign_in().alert()
    assert not region.inside


def test_oidcc_client_test_signing_key_rotation_just_before_signing(region: Region) -> None:
    region.sign_in()
    rotated(region)
    assert signed_in_anew(region)


def test_oidcc_client_test_signing_key_rotation(region: Region) -> None:
    region.sign_in()
    region.hub.clock.later(minutes=70)
    rotated(region)
    assert signed_in_anew(region)


def rotated(region: Region) -> None:
    region.hub.clock.later(seconds=11)
    region.provider.key = one_key("next")
    region.provider.keys = [region.provider.key]


def signed_in_anew(region: Region) -> bool:
    """In another browser: the session of the first would do."""
    region.browser = browser_of(region.hub)
    region.sign_in()
    return region.inside
