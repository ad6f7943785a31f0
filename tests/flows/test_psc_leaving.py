"""Leaving the hub leaves Pro Santé Connect by one's own click alone; leaving there leaves here."""

import re

import pytest

from tests.flows.browser import Browser, Page
from tests.flows.psc import WALLET, Psc, by_card
from tests.flows.region import EMAGE, HUB, MEDIMAIL, Region
from tests.flows.steps import accepting_terms, signed_in

pytestmark = pytest.mark.slow

NAME = "Pro Santé Connect"


@pytest.fixture
def psc(region: Region) -> Psc:
    return Psc(region)


@pytest.fixture
def marie(region: Region, psc: Psc) -> Browser:
    """In at the portal by card, with Medimail open."""
    browser = region.browser()
    page = by_card(browser, browser.open(f"{HUB}/services"), "marie.durand")
    accepting_terms(browser, page)
    assert browser.open(f"{MEDIMAIL}/inside").claims()
    return browser


def leaving(browser: Browser) -> Page:
    return browser.submit(browser.open(f"{HUB}/services").form(to="/logout"))


def next_stop(page: Page) -> str:
    """Where the page goes on to by itself, if it does."""
    found = re.fullmatch(r"[0-9]+; url=(.*)", page.headers.get("refresh", ""))
    return found[1] if found else ""


def test_a_click_ends_the_session_there_after_all_services(
    region: Region, psc: Psc, marie: Browser
) -> None:
    page = leaving(marie)
    assert "déconnecté" in page.words and next_stop(page) == ""
    region.app.worker.turn()
    assert f"{MEDIMAIL}/signed-out" in region.told
    page = marie.open(page.address)
    assert next_stop(page).startswith(psc.provider.simulated.auth)
    assert psc.provider.memory.sessions
    page = marie.open(next_stop(page))
    assert not psc.provider.memory.sessions
    assert page.address.startswith(f"{HUB}/logout/") and next_stop(page) == ""
    assert NAME in page.words and "Medimail (démonstration) : fermé" in page.words


def test_afterwards_the_card_is_asked_for_again(region: Region, psc: Psc, marie: Browser) -> None:
    page = leaving(marie)
    region.app.worker.turn()
    marie.open(next_stop(marie.open(page.address)))
    assert by_card(marie, marie.open(f"{MEDIMAIL}/inside"), "marie.durand").claims()


def test_a_session_that_idles_out_leaves_the_other_one_alone(
    region: Region, psc: Psc, marie: Browser
) -> None:
    region.clock.later(minutes=31)
    region.app.worker.turn()
    assert f"{MEDIMAIL}/signed-out" in region.told
    assert marie.open(f"{HUB}/services").has("identifier")
    assert psc.provider.memory.sessions and "logout" not in psc.asked()


def test_nobody_who_came_by_password_is_sent_there(region: Region, psc: Psc) -> None:
    browser = region.browser()
    signed_in(browser, "marie.durand")
    page = leaving(browser)
    region.app.worker.turn()
    page = browser.open(page.address)
    assert next_stop(page) == "" and NAME not in page.words


def test_whoever_never_comes_back_from_there_is_out_all_the_same(
    region: Region, psc: Psc, marie: Browser
) -> None:
    page = leaving(marie)
    region.app.worker.turn()
    marie.open(page.address)
    assert marie.open(f"{HUB}/services").has("identifier")
    assert marie.open(f"{MEDIMAIL}/inside").has("identifier")
    assert NAME in marie.open(page.address).words


def test_the_return_in_a_browser_that_left_nothing_says_nothing(
    region: Region, psc: Psc, marie: Browser
) -> None:
    leaving(marie)
    region.app.worker.turn()
    stranger = region.browser()
    page = stranger.open(f"{HUB}/logout/returned")
    assert page.status == 200 and "Medimail" not in page.words and NAME not in page.words


def test_a_session_closed_there_is_closed_here_and_at_every_service(
    region: Region, psc: Psc, marie: Browser
) -> None:
    page = marie.open(f"{WALLET}/session")
    marie.submit(page.form(button="Fermer ma session"), button="Fermer ma session")
    assert marie.open(f"{HUB}/services").has("identifier")
    region.app.worker.turn()
    assert f"{MEDIMAIL}/signed-out" in region.told


def test_a_session_closed_there_closes_nobody_else_s(
    region: Region, psc: Psc, marie: Browser
) -> None:
    lucas = region.browser()
    page = by_card(lucas, lucas.open(f"{EMAGE}/inside"), "lucas.moreau")
    assert page.claims()
    page = marie.open(f"{WALLET}/session")
    marie.submit(page.form(button="Fermer ma session"), button="Fermer ma session")
    assert lucas.open(f"{HUB}/open/emage").claims()
