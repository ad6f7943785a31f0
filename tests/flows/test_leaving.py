"""Leaving: the hub forgets the session, and a service that asks for it is believed or asked."""

import pytest

from tests.flows.browser import Browser
from tests.flows.region import EMAGE, HUB, MEDIMAIL, Region
from tests.flows.steps import accepting_terms, signed_in, with_code, with_password

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


def test_leaving_the_hub_closes_every_service_and_says_so(region: Region) -> None:
    browser = region.browser()
    both_open(region, browser)
    page = browser.submit(browser.open(f"{HUB}/services").form(to="/logout"))
    assert "Medimail (démonstration) : sera fermé" in page.words
    region.app.worker.turn()
    page = browser.open(page.address)
    assert "Medimail (démonstration) : fermé" in page.words
    assert "e-mage (démonstration) : fermé" in page.words
    assert sorted(region.told) == [f"{MEDIMAIL}/signed-out", f"{EMAGE}/signed-out"]
    for service in (MEDIMAIL, EMAGE):
        assert browser.open(f"{service}/inside").has("identifier")


def test_a_service_that_is_down_is_told_when_it_answers_again(region: Region) -> None:
    browser = region.browser()
    both_open(region, browser)
    down = region.sites.pop(EMAGE)
    page = browser.submit(browser.open(f"{HUB}/services").form(to="/logout"))
    region.app.worker.turn()
    page = browser.open(page.address)
    assert "Medimail (démonstration) : fermé" in page.words
    assert "e-mage (démonstration) : sera fermé" in page.words
    region.sites[EMAGE] = down
    region.restart()
    region.clock.later(seconds=10)
    region.app.worker.turn()
    assert "e-mage (démonstration) : fermé" in browser.open(page.address).words
    assert browser.open(f"{EMAGE}/inside").has("identifier")


def test_a_session_that_idles_out_closes_the_services_too(region: Region) -> None:
    browser = region.browser()
    both_open(region, browser)
    region.clock.later(minutes=31)
    region.app.worker.turn()
    assert len(region.told) == 2
    assert browser.open(f"{EMAGE}/inside").has("identifier")


def test_of_two_services_one_may_be_closed_alone(region: Region) -> None:
    browser = region.browser()
    both_open(region, browser)
    page = browser.submit(browser.open(f"{EMAGE}/inside").form(to="/sign-out"))
    assert "Medimail (démonstration)" in page.words and page.address.startswith(HUB)
    only = "Fermer e-mage (démonstration) seulement"
    page = browser.submit(page.form(to="/logout", button=only), button=only)
    assert page.address.startswith(f"{EMAGE}/")
    region.app.worker.turn()
    assert region.told == []
    assert browser.open(f"{MEDIMAIL}/inside").claims()
    assert browser.open(f"{EMAGE}/inside").claims()


def test_closing_everything_from_a_service_leads_back_to_it(region: Region) -> None:
    browser = region.browser()
    both_open(region, browser)
    page = browser.submit(browser.open(f"{EMAGE}/inside").form(to="/sign-out"))
    page = browser.submit(page.form(to="/logout", button="Tout fermer"), button="Tout fermer")
    assert "Medimail (démonstration) : sera fermé" in page.words
    region.app.worker.turn()
    assert browser.open(page.address).address.startswith(f"{EMAGE}/?state=")
    assert browser.open(f"{MEDIMAIL}/inside").has("identifier")


def both_open(region: Region, browser: Browser) -> None:
    """Medimail needs a strong means; e-mage then opens by itself."""
    page = with_password(browser, browser.open(f"{MEDIMAIL}/inside"), "marie.durand")
    assert with_code(region, browser, page, "SMS").claims()
    assert browser.open(f"{EMAGE}/inside").claims()
    page = browser.open(f"{HUB}/services")
    if page.path.startswith("/login/"):
        accepting_terms(browser, page)
