"""A pharmacy asks for one person, who comes by Pro Santé Connect: whoever else comes is told."""

from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

import pytest

from hub_plugins.demo import pharmacy as module
from hub_plugins.demo.desktop import RPPS
from hub_plugins.demo.pharmacy import Begun, Failed, Pharmacy
from tests.flows.browser import Page
from tests.flows.psc import Psc, by_card, by_mobile
from tests.flows.region import CENTURY, HUB, Region
from tests.flows.wsgi import back_channel

pytestmark = pytest.mark.slow

BACK = "http://127.0.0.1:49152/back"


@pytest.fixture(autouse=True)
def psc(region: Region) -> Psc:
    return Psc(region)


@pytest.fixture
def software(region: Region, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pharmacy]:
    # Its own clock is the real one; the region's stands where the test put it.
    monkeypatch.setattr(module, "_SKEW", CENTURY)
    software = Pharmacy(HUB, "pharmacie", back_channel(region.serve, region.back))
    yield software
    software.close()


def answer(page: Page) -> dict[str, str]:
    assert page.address.startswith(BACK), page.words
    return dict(parse_qsl(urlsplit(page.address).query))


def expected(software: Pharmacy) -> Begun:
    """A sign-in that asks for the pharmacist by her number."""
    return software.begin(BACK, RPPS)


def test_whom_the_provider_vouches_for_is_in_without_another_page(
    region: Region, software: Pharmacy
) -> None:
    browser = region.browser()
    begun = expected(software)
    page = by_card(browser, browser.open(begun.address), "nadia.benali")
    visit = software.finish(begun, answer(page), RPPS)
    assert visit.claims["rpps"] == RPPS and visit.claims["given_name"] == "Nadia"


def test_a_telephone_vouches_as_well_as_a_card(region: Region, software: Pharmacy) -> None:
    browser = region.browser()
    begun = expected(software)
    page = by_mobile(region, browser, browser.open(begun.address), f"8{RPPS}")
    assert software.finish(begun, answer(page), RPPS).claims["rpps"] == RPPS


def test_somebody_else_is_told_who_was_expected(region: Region, software: Pharmacy) -> None:
    browser = region.browser()
    begun = expected(software)
    page = by_card(browser, browser.open(begun.address), "lucas.moreau")
    assert page.address.startswith(f"{HUB}/login/")
    assert "Lucas Moreau" in page.words and RPPS in page.words


def test_somebody_else_who_goes_on_all_the_same_is_refused_by_the_software(
    region: Region, software: Pharmacy
) -> None:
    browser = region.browser()
    begun = expected(software)
    page = by_card(browser, browser.open(begun.address), "lucas.moreau")
    page = browser.submit(page.form(to="/continue"))
    with pytest.raises(Failed) as failed:
        software.finish(begun, answer(page), RPPS)
    assert failed.value.why == "other"


def test_who_is_signed_in_by_card_already_comes_back_without_a_page(
    region: Region, software: Pharmacy
) -> None:
    browser = region.browser()
    begun = expected(software)
    by_card(browser, browser.open(begun.address), "nadia.benali")
    again = expected(software)
    browser.sent.clear()
    page = browser.open(again.address)
    assert software.finish(again, answer(page), RPPS)
    assert browser.requests(HUB) == ["GET /oidc/authorize"]
