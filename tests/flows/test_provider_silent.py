"""A provider that gives no answer: its button says so to everybody, and stays a button."""

import re
from collections.abc import Mapping

import pytest

from hub.assembly import App
from hub_plugins.demo.psc.faults import Fault

from tests.flows.browser import Browser, Page
from tests.flows.psc import BUTTON, Psc, by_card, card, to_psc
from tests.flows.region import HUB, MEDIMAIL, Region
from tests.flows.wsgi import Application

pytestmark = pytest.mark.slow
SAYS = "Ne répond pas en ce moment"


@pytest.fixture
def psc(region: Region) -> Psc:
    """Somebody signed in with it a moment ago: its documents are kept."""
    psc = Psc(region)
    browser = region.browser()
    by_card(browser, browser.open(f"{HUB}/services"), "marie.durand")
    region.clock.later(minutes=2)
    return psc


def gone(region: Region, psc: Psc) -> Mapping[str, Application]:
    """PSC falls silent; what stood there, to put it back."""
    at = psc.provider.simulated.auth
    return {at: region.sites.pop(at)}


def tried(browser: Browser) -> Page:
    page = browser.open(f"{HUB}/services")
    return browser.submit(page.form(to="/psc", button=BUTTON), button=BUTTON)


def order(page: Page) -> list[str]:
    """The methods with a button of their own, in the order of the page."""
    return re.findall(r'<li><form method="post" action="/login/[^/]+/(\w+)"', page.text)


def at(app: App, region: Region) -> Browser:
    return Browser({**region.sites, HUB: app.wsgi})


def test_whoever_finds_out_is_told_and_the_next_ones_read_it_on_the_button(
    region: Region, psc: Psc
) -> None:
    other = region.composed()
    before = order(region.browser().open(f"{HUB}/services"))
    gone(region, psc)
    told = tried(region.browser())
    assert told.alert() and told.has("identifier") and told.address.startswith(f"{HUB}/login/")
    for browser in (region.browser(), at(other, region)):
        page = browser.open(f"{HUB}/services")
        assert f"{SAYS} (depuis 9 h 14)" in page.words.replace("\u00a0", " ")
        # The others are put forward; nothing is taken away.
        assert order(page) == [*(each for each in before if each != "psc"), "psc"]


def test_the_words_are_english_for_whoever_reads_english(region: Region, psc: Psc) -> None:
    gone(region, psc)
    tried(region.browser())
    page = region.browser("en").open(f"{HUB}/services")
    assert "Not answering at the moment (since" in page.words


def test_whoever_was_told_by_the_button_may_try_all_the_same(region: Region, psc: Psc) -> None:
    gone(region, psc)
    tried(region.browser())
    away = tried(region.browser())
    assert "Y aller maintenant" in away.words


def test_when_it_answers_again_the_button_is_as_before(region: Region, psc: Psc) -> None:
    kept = gone(region, psc)
    tried(region.browser())
    region.sites.update(kept)
    region.clock.later(minutes=2)
    assert SAYS in region.browser().open(f"{HUB}/services").words
    tried(region.browser())
    page = region.browser().open(f"{HUB}/services")
    assert SAYS not in page.words and order(page)[0] == "psc"


def test_answers_that_fail_are_said_until_one_comes_back(region: Region, psc: Psc) -> None:
    browser = region.browser()
    there = to_psc(browser, browser.open(f"{HUB}/services"))
    psc.spoil(Fault.SERVER_ERROR)
    assert SAYS in card(browser, there, "marie.durand").words
    psc.spoil()
    again = region.browser()
    # Its documents come, and say nothing of its answers: it is not well because of them.
    there = to_psc(again, again.open(f"{HUB}/services"))
    assert SAYS in region.browser().open(f"{HUB}/services").words
    card(again, there, "marie.durand")
    assert SAYS not in region.browser().open(f"{HUB}/services").words


def test_nobody_makes_it_silent_with_words_of_their_own(region: Region, psc: Psc) -> None:
    stranger = region.browser()
    away = tried(stranger)
    sent = re.search(r"state=([\w-]+)", away.text)
    assert sent
    said = f"error=temporarily_unavailable&state={sent[1]}"
    assert stranger.open(f"{HUB}/psc/callback?{said}").alert()
    assert SAYS not in region.browser().open(f"{HUB}/services").words


def test_of_a_silence_nobody_met_for_a_while_nothing_is_said(region: Region, psc: Psc) -> None:
    gone(region, psc)
    tried(region.browser())
    region.clock.later(minutes=14)
    assert SAYS in region.browser().open(f"{HUB}/services").words
    region.clock.later(minutes=2)
    assert SAYS not in region.browser().open(f"{HUB}/services").words


def test_a_provider_that_was_never_silent_has_a_plain_button(region: Region, psc: Psc) -> None:
    browser = region.browser()
    by_card(browser, browser.open(f"{MEDIMAIL}/inside"), "marie.durand")
    assert SAYS not in region.browser().open(f"{HUB}/services").words
