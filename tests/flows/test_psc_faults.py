"""What PSC may do wrong: a sentence, a reason, other ways in, and nobody signed in."""

from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from hub.store.tables import trail
from hub.store.trail_rows import entry_of
from hub_plugins.demo.psc.faults import Fault

from tests.flows.browser import Browser, Page
from tests.flows.psc import BUTTON, Psc, by_card, card, to_psc
from tests.flows.region import HUB, MEDIMAIL, Region

pytestmark = pytest.mark.slow

REFUSED = {
    Fault.WRONG_KEY: "psc.wrong_signature",
    Fault.ALG_NONE: "psc.wrong_algorithm",
    Fault.HS256: "psc.wrong_algorithm",
    Fault.WRONG_AUD: "psc.wrong_audience",
    Fault.WRONG_AZP: "psc.wrong_audience",
    Fault.WRONG_ISS: "psc.wrong_issuer",
    Fault.WRONG_NONCE: "psc.wrong_nonce",
    Fault.MISSING_NONCE: "psc.wrong_nonce",
    Fault.OLD_EXP: "psc.expired",
    Fault.SUB_MISMATCH: "psc.userinfo_subject",
    Fault.SERVER_ERROR: "psc.unavailable",
    Fault.ISS_OF_ANOTHER: "psc.wrong_issuer",
}
HARMLESS = [
    Fault.MISSING_ACR,
    Fault.ACR_EIDAS3,
    Fault.USERINFO_JWT,
    Fault.SLOW,
    # The real one advertises it and was seen to leave it out.
    Fault.ISS_MISSING,
]


@pytest.fixture
def psc(region: Region) -> Psc:
    return Psc(region)


@pytest.mark.parametrize("fault", REFUSED)
def test_a_fault_lets_nobody_in_and_offers_the_other_ways(
    region: Region, psc: Psc, fault: Fault
) -> None:
    browser = region.browser()
    page = to_psc(browser, browser.open(f"{HUB}/services"))
    psc.spoil(fault)
    page = card(browser, page, "marie.durand")
    assert page.address.startswith(f"{HUB}/login/") and page.status < 500
    assert page.alert() and "refusal." not in page.alert() and page.has("identifier")
    assert browser.open(f"{HUB}/services").has("identifier")
    [(reason, cause)] = reasons(region)
    assert reason == REFUSED[fault] and cause
    asked = psc.asked()
    assert max(asked.count(each) for each in asked) <= 2, asked


@pytest.mark.parametrize("fault", HARMLESS)
def test_what_the_real_one_does_too_is_no_fault(region: Region, psc: Psc, fault: Fault) -> None:
    psc.spoil(fault)
    browser = region.browser()
    page = by_card(browser, browser.open(f"{MEDIMAIL}/inside"), "marie.durand")
    assert page.claims()["rpps"] == "99700075064"


def test_a_rotated_key_is_fetched_again_once(region: Region, psc: Psc) -> None:
    for _ in range(2):
        browser = region.browser()
        by_card(browser, browser.open(f"{MEDIMAIL}/inside"), "marie.durand")
        psc.provider.keys.rotate()
        region.clock.later(minutes=5)
    browser = region.browser()
    assert by_card(browser, browser.open(f"{MEDIMAIL}/inside"), "marie.durand").claims()
    assert psc.asked().count("certs") == 3


def test_a_provider_that_is_down_leaves_the_other_ways(region: Region, psc: Psc) -> None:
    del region.sites[psc.provider.simulated.auth]
    browser = region.browser()
    page = browser.open(f"{HUB}/services")
    page = browser.submit(page.form(to="/psc", button=BUTTON), button=BUTTON)
    assert "refusal." not in page.words
    assert page.address.startswith(f"{HUB}/login/") and page.alert() and page.has("identifier")


def answer_of(browser: Browser) -> str:
    """The address at which the browser brought the answer of the provider."""
    return next(
        str(each.url) for each in reversed(browser.sent) if each.url.path == "/psc/callback"
    )


def nobody(browser: Browser, page: Page) -> bool:
    signed_out = browser.open(f"{HUB}/services").has("identifier")
    return signed_out and page.status < 500 and page.address.startswith(HUB)


def test_an_answer_used_twice_signs_nobody_in_a_second_time(region: Region, psc: Psc) -> None:
    browser = region.browser()
    by_card(browser, browser.open(f"{HUB}/services"), "marie.durand")
    thief = region.browser()
    asked = len(psc.asked())
    assert nobody(thief, thief.open(answer_of(browser)))
    assert len(psc.asked()) == asked


def test_an_answer_brought_by_another_browser_is_worth_nothing_there(
    region: Region, psc: Psc
) -> None:
    there = region.browser()
    page = to_psc(there, there.open(f"{HUB}/services"))
    stolen = there._client.post(
        page.form(asking="card").action, data={"card": "marie.durand"}, follow_redirects=False
    ).headers["Location"]
    assert urlsplit(stolen).path == "/psc/callback"
    thief = region.browser()
    assert nobody(thief, thief.open(stolen))
    assert nobody(there, there.open(stolen))


def test_two_tabs_each_get_their_own_answer(region: Region, psc: Psc) -> None:
    browser = region.browser()
    first = to_psc(browser, browser.open(f"{MEDIMAIL}/message/1"))
    second = to_psc(browser, browser.open(f"{MEDIMAIL}/message/2"))
    assert card(browser, first, "marie.durand").address == f"{MEDIMAIL}/message/1"
    assert card(browser, second, "marie.durand").address == f"{MEDIMAIL}/message/2"


@pytest.mark.parametrize(
    "query", ["", "?state=x&code=y", "?code=y", "?error=access_denied", "?state=x&state=x&code=y"]
)
def test_an_answer_nobody_waits_for_is_a_page_with_a_way_on(
    region: Region, psc: Psc, query: str
) -> None:
    browser = region.browser()
    page = browser.open(f"{HUB}/psc/callback{query}")
    assert nobody(browser, page) and psc.asked() == []


def reasons(region: Region) -> list[tuple[str, str]]:
    """Code and cause of each refusal in the trail, oldest first."""
    with region.app.database.transaction() as transaction:
        rows = transaction.execute(select(trail).where(trail.c.action == "method.refused"))
        told = [entry_of(row).details for row in rows.mappings()]
    return [(str(each["why"]), str(each.get("cause", ""))) for each in told]
