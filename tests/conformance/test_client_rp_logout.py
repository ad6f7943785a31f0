"""Plan `oidc-client-rp-initiated-logout-rp-basic`: who leaves here leaves there."""

from pathlib import Path

import httpx
import pytest

from tests.backends.oidc_provider.provider import CLIENT, ISSUER
from tests.backends.oidc_provider.region import Region
from tests.federation.visits import HUB, browser_of
from tests.flows.browser import Page

RETURN = f"{HUB}/logout/returned"


@pytest.fixture
def region(tmp_path: Path) -> Region:
    return Region(tmp_path)


def left(region: Region) -> httpx.URL:
    """Where a click on « Se déconnecter » sends the browser, the session here being over."""
    page = region.sign_in()
    page = region.browser.submit(page.form(to="/logout"))
    assert "Vous êtes déconnecté" in page.words
    return httpx.URL(page.headers["refresh"].partition("url=")[2])


def closed(page: Page) -> bool:
    return "Identité régionale : session fermée" in " ".join(page.words.split())


def test_oidcc_client_test_rp_init_logout(region: Region) -> None:
    there = left(region)
    assert str(there).startswith(f"{ISSUER}/leave?")
    assert there.params["post_logout_redirect_uri"] == RETURN
    assert there.params["client_id"] == CLIENT
    assert there.params["id_token_hint"].count(".") == 2
    assert closed(region.browser.open(RETURN))
    assert not region.inside


def test_oidcc_client_test_rp_init_logout_no_state(region: Region) -> None:
    # The way back is bound by the browser's cookie: no state is sent, and none is missed.
    assert "state" not in left(region).params
    assert closed(region.browser.open(RETURN))


def test_a_state_that_comes_back_is_believed_by_nobody(region: Region) -> None:
    left(region)
    stranger = browser_of(region.hub)
    assert not closed(stranger.open(f"{RETURN}?state=of-another"))
    assert closed(region.browser.open(f"{RETURN}?state=of-another"))
