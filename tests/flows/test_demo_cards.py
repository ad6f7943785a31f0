"""Each card of the demo, signed with as its agent does: who is let in, what the others read."""

import re
from base64 import urlsafe_b64decode
from pathlib import Path

import pytest

from hub_plugins.card_agent.cards import Signature
from hub_plugins.card_agent.server import written
from hub_plugins.card_agent.software import SoftwareCards, take_issued
from tests.flows.browser import Browser, Page
from tests.flows.region import HUB, Region
from tests.flows.steps import accepting_terms

pytestmark = pytest.mark.slow
PIN = "1234"


@pytest.fixture
def cards(region: Region) -> SoftwareCards:
    """The demo's reader, once the worker has fetched the lists."""
    region.app.worker.turn()
    folder = region.folder / "cards"
    take_issued(folder)
    return SoftwareCards(folder)


def at_card_page(browser: Browser, target: str = f"{HUB}/services") -> Page:
    return browser.submit(browser.open(target).form(to="/cps"), {"begin": "1"})


def with_card(browser: Browser, page: Page, cards: SoftwareCards, name: str) -> Page:
    cards.insert(name)
    challenge = re.search(r'data-challenge="([^"]+)"', page.text)
    assert challenge, page.words
    signature = cards.sign(urlsafe_b64decode(challenge[1]), PIN)
    assert isinstance(signature, Signature)
    told = {f"agent_{each}": str(text) for each, text in written(signature).items()}
    return browser.submit(page.form(to="/cps"), told)


@pytest.mark.parametrize("name", ["Marie Durand", "Nadia Benali", "Lucas Moreau"])
def test_a_card_of_the_demo_opens_the_portal(
    region: Region, cards: SoftwareCards, name: str
) -> None:
    browser = region.browser()
    page = accepting_terms(browser, with_card(browser, at_card_page(browser), cards, name))
    assert (page.path, name in page.words) == ("/services", True)


def test_a_card_is_strong_enough_for_medimail(region: Region, cards: SoftwareCards) -> None:
    browser = region.browser()
    page = at_card_page(browser, "http://localhost:8001/inside")
    told = with_card(browser, page, cards, "Marie Durand").claims()
    assert told["acr"] in {"urn:hub:acr:strong", "urn:hub:acr:certified"}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Marie Durand, carte volée", "Cette carte est en opposition."),
        ("Marie Durand, carte périmée", "Cette carte a expiré"),
        ("Élodie Renaud, sans compte", "aucun compte régional ne lui est associé"),
    ],
)
def test_the_other_cards_read_why_not(
    region: Region, cards: SoftwareCards, name: str, words: str
) -> None:
    browser = region.browser()
    assert words in with_card(browser, at_card_page(browser), cards, name).alert()


def test_the_reader_has_a_card_of_each(cards: SoftwareCards) -> None:
    assert len(cards.names()) == 7
    assert all(Path(each).name == each for each in cards.names())
