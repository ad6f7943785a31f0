"""Cookies off, JavaScript off, a login opened elsewhere: a clear page, and the way on."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.faults.rough import rough
from tests.faults.told import assert_clear, says
from tests.faults.watch import Watch
from tests.faults.ways import (
    LOGIN,
    TARGET,
    WRONG,
    assert_arrived,
    at_second_step,
    awaiting_code,
    by_mail,
    sound,
    typing,
    watched,
    with_app,
)
from tests.flows.browser import Browser, Page
from tests.flows.region import Region
from tests.flows.steps import newest_code, with_password

pytestmark = pytest.mark.slow
SENT = "sent_code"


def test_a_login_opened_in_another_browser_stays_closed_there(region: Region, watch: Watch) -> None:
    sound(region)
    watch.begin()
    here, there = region.browser(), region.browser()
    page = here.open(TARGET)
    # It has been here before: the page knows that cookies work.
    there.open(TARGET)
    elsewhere = there.open(page.address)
    assert elsewhere.status == 403 and says(elsewhere, "error.other_browser.why")
    assert not elsewhere.has("identifier")
    assert_clear(elsewhere)
    watch.assert_nobody_is_in()
    assert_arrived(with_app(region, here, with_password(here, page, LOGIN)))


def test_a_form_of_a_login_sent_from_another_browser_proves_nothing(
    region: Region, watch: Watch
) -> None:
    sound(region)
    watch.begin()
    here, there = region.browser(), rough(region)
    page = here.open(TARGET)
    own = there.open(TARGET).form(asking="identifier")
    typed = {"identifier": LOGIN, "password": "quatre-chats-sur-le-toit"}
    answer = there.send(page.form(asking="identifier").action, own.sent(typed, ""))
    assert answer.status == 403 and says(answer, "error.other_browser.why")
    watch.assert_nobody_is_in()
    assert watch.proofs() == []
    assert_arrived(with_app(region, here, with_password(here, page, LOGIN)))


def test_without_cookies_nobody_is_in_and_the_page_says_what_is_missing(
    region: Region, watch: Watch
) -> None:
    sound(region)
    watch.begin()
    browser = rough(region)
    browser.refuse_cookies()
    page = browser.open(TARGET)
    assert (
        page.status == 403 and says(page, "error.cookies.why") and says(page, "error.cookies.next")
    )
    assert_clear(page)
    watch.assert_nobody_is_in()
    browser.accept_cookies()
    page = with_password(browser, browser.open(TARGET), LOGIN)
    assert_arrived(by_mail(region, browser, page))
    watch.assert_one_is_in()


def test_cookies_switched_off_at_the_password_lose_nothing_but_a_click(
    region: Region, watch: Watch
) -> None:
    sound(region)
    watch.begin()
    browser = rough(region)
    page = browser.open(TARGET)
    kept = browser.cookies()
    browser.refuse_cookies()
    answer = with_password(browser, page, LOGIN)
    assert answer.status == 403 and says(answer, "error.cookies.why")
    watch.assert_nobody_is_in()
    assert watch.proofs() == []
    browser.accept_cookies()
    browser.remember(kept)
    page = with_password(browser, browser.open(page.address), LOGIN)
    assert_arrived(with_app(region, browser, page))


@pytest.mark.parametrize("ending", [by_mail, with_app])
def test_every_page_of_a_sign_in_works_without_javascript(
    region: Region, watch: Watch, ending: Callable[[Region, Browser, Page], Page]
) -> None:
    sound(region)
    region.clock.now += timedelta(seconds=31)
    watch.begin()
    browser = region.browser()
    first = browser.open(TARGET)
    second = with_password(browser, first, LOGIN)
    waiting = awaiting_code(browser, second)
    # What is typed there stays: what waits is a frame, which loads itself again.
    assert 'http-equiv="refresh"' not in waiting.text
    frame = watched(browser, waiting)
    assert re.search(r'<meta http-equiv="refresh" content="\d+; url=\?look=1"', frame.text)
    assert newest_code(region) != WRONG
    arrived = browser.open(waiting.address)
    assert "<iframe" not in arrived.text
    left = browser.open(frame.address)
    assert says(left, "sent_code.state.handed_over.sms", "sent_code")
    assert 'http-equiv="refresh"' not in left.text
    for page in (first, second, waiting, arrived):
        assert_needs_no_script(page)
    refused = typing(browser, arrived, WRONG)
    assert watch.reasons() == ["sent_code.wrong"] and says(refused, "refusal.sent_code.wrong", SENT)
    assert_needs_no_script(refused)
    watch.assert_a_password_opened_nothing_more()
    region.clock.now += timedelta(seconds=31)
    assert_arrived(ending(region, browser, refused))
    watch.assert_one_is_in()


def assert_needs_no_script(page: Page) -> None:
    # Some methods bring a script; what they ask without it is said to everybody else.
    assert page.text.count("<script") == len(
        re.findall(r'<script src="/static/[^"]+" defer>', page.text)
    )
    assert not re.search(r"\son[a-z]+=", page.text)
    # No policy of the page would let one run either.
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert all(form.buttons() or form.tag.has_attr("hidden") for form in page.forms())


def test_the_password_works_after_a_login_was_opened_in_twenty_places(
    region: Region, watch: Watch
) -> None:
    sound(region)
    watch.begin()
    here = region.browser()
    page = at_second_step(here)
    for _ in range(20):
        elsewhere = region.browser().open(page.address)
        assert elsewhere.status == 403 and not elsewhere.forms()[-1].asks("code")
    watch.assert_a_password_opened_nothing_more()
    assert_arrived(with_app(region, here, page))
