"""The worker gone, a wrong clock, a workstation without its agent: another means is left."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.faults.told import assert_clear, says
from tests.faults.ways import (
    assert_arrived,
    at_second_step,
    awaiting_code,
    typing,
    watched,
    with_app,
)
from tests.flows.region import Region
from tests.flows.steps import newest_code
from tests.plugins.cps.visit import LUCAS
from tests.plugins.cps.whole import SECRET, Desk

pytestmark = pytest.mark.slow


def test_while_no_worker_works_the_page_says_that_the_code_waits_and_the_application_opens(
    region: Region,
) -> None:
    browser = region.browser()
    page = awaiting_code(browser, at_second_step(browser))
    page = browser.open(page.address)
    assert says(watched(browser, page), "sent_code.state.waiting.sms", "sent_code")
    assert_arrived(with_app(region, browser, page))


def test_a_clock_that_is_wrong_refuses_the_application_in_words_and_a_sent_code_opens(
    region: Region,
) -> None:
    code = region.totp()
    region.clock.now += timedelta(minutes=10)
    browser = region.browser()
    page = with_app(region, browser, at_second_step(browser), code)
    assert says(page, "refusal.totp.wrong", "totp")
    assert_clear(page)
    page = awaiting_code(browser, page)
    assert_arrived(typing(browser, page, newest_code(region)))


def test_without_an_agent_the_card_s_page_says_so_and_offers_the_other_ways(
    tmp_path: Path,
) -> None:
    desk = Desk(tmp_path, LUCAS)
    page = desk.choose()
    # What the script shows when nobody answers on loopback; without it the link stands there.
    absent = page.text.partition('data-when="absent"')[2].partition("</div>")[0]
    assert "ne répond pas" in absent and 'name="agent" value="pair"' in page.text
    assert 'name="tls" value="1"' in page.text and 'href="/diagnostic"' in page.text
    assert "Changer de moyen" in page.text
    desk.get("/services")
    desk.post("/password", identifier=LUCAS.identifiers[0].number, password=SECRET)
    assert desk.path == "/services"
