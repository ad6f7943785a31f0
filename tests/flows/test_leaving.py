"""Leaving: the hub forgets the session, and a service that asks for it is believed or asked."""

import pytest

from tests.flows.region import EMAGE, HUB, MEDIMAIL, Region
from tests.flows.steps import signed_in

pytestmark = pytest.mark.slow


def test_who_signs_out_at_the_hub_is_out(region: Region) -> None:
    browser = region.browser()
    page = signed_in(browser, "marie.durand")
    page = browser.submit(page.form(to="/logout"))
    assert "déconnecté" in page.words
    assert browser.open(f"{HUB}/services").has("identifier")


def test_a_cookie_kept_from_before_signing_out_opens_nothing(region: Region) -> None:
    browser = region.browser()
    page = signed_in(browser, "marie.durand")
    kept = browser.cookies()
    browser.submit(page.form(to="/logout"))
    thief = region.browser()
    thief.remember(kept)
    assert thief.open(f"{HUB}/services").has("identifier")


def test_a_service_that_signs_out_closes_the_session_and_gets_its_page_back(
    region: Region,
) -> None:
    browser = region.browser()
    signed_in(browser, "marie.durand")
    page = browser.open(f"{EMAGE}/inside")
    page = browser.submit(page.form(to="/sign-out"))
    assert page.address.startswith(f"{EMAGE}/")
    assert browser.open(f"{EMAGE}/inside").has("identifier")


def test_a_service_never_leads_elsewhere_when_it_signs_out(region: Region) -> None:
    browser = region.browser()
    signed_in(browser, "marie.durand")
    page = browser.open(
        f"{HUB}/oidc/end_session?client_id=emage&post_logout_redirect_uri=https://evil.test/"
    )
    assert page.address.startswith(HUB)
    assert browser.open(f"{HUB}/services").path == "/services"


def test_a_strange_site_cannot_sign_somebody_out(region: Region) -> None:
    browser = region.browser()
    signed_in(browser, "marie.durand")
    browser.open(f"{HUB}/oidc/end_session?client_id=medimail")
    assert browser.open(f"{HUB}/services").path == "/services"
    assert MEDIMAIL not in browser.open(f"{HUB}/services").address
