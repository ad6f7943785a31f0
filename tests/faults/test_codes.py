"""A code typed twice, elsewhere, too late, too often, all at once: refused, nothing lost."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from tests.faults.rough import rough
from tests.faults.told import assert_clear, says
from tests.faults.watch import Watch
from tests.faults.ways import (
    WRONG,
    assert_arrived,
    at_second_step,
    awaiting_code,
    by_mail,
    sound,
    typing,
    with_app,
)
from tests.flows.browser import Browser, Page
from tests.flows.region import Region
from tests.flows.steps import newest_code

pytestmark = pytest.mark.slow
HALF_A_MINUTE = timedelta(seconds=31)


@pytest.fixture
def asked(region: Region, watch: Watch) -> tuple[Browser, Page, str]:
    """The sound flow was passed; in another browser a code has come and is asked for."""
    sound(region)
    region.clock.now += HALF_A_MINUTE
    watch.begin()
    browser = region.browser()
    page = awaiting_code(browser, at_second_step(browser))
    return browser, page, newest_code(region)


Asked = tuple[Browser, Page, str]


def test_a_sent_code_that_opened_one_sign_in_opens_no_second(
    region: Region, watch: Watch, asked: Asked
) -> None:
    browser, page, code = asked
    assert_arrived(typing(browser, page, code))
    watch.begin()
    region.clock.now += HALF_A_MINUTE
    other = region.browser()
    page = typing(other, awaiting_code(other, at_second_step(other)), code)
    assert watch.reasons() == ["sent_code.wrong"] and page.alert()
    watch.assert_a_password_opened_nothing_more()
    assert_arrived(with_app(region, other, page))


def test_the_form_of_a_code_sent_twice_grants_once(
    region: Region, watch: Watch, asked: Asked
) -> None:
    browser, page, code = asked
    assert_arrived(typing(browser, page, code))
    again = typing(browser, page, code)
    assert again.status < 500 and watch.proofs() == ["password", "sent_code"]
    assert watch.reasons() == []


def test_a_code_of_an_app_opens_one_sign_in_only(region: Region, watch: Watch) -> None:
    first, second = region.browser(), region.browser()
    assert_arrived(with_app(region, first, at_second_step(first)))
    watch.begin()
    page = with_app(region, second, at_second_step(second))
    assert watch.reasons() == ["totp.used"] and says(page, "refusal.totp.used", "totp")
    watch.assert_a_password_opened_nothing_more()
    assert_arrived(by_mail(region, second, page))
    watch.assert_one_is_in()


def test_a_code_is_worth_nothing_in_another_browser_of_the_same_person(
    region: Region, watch: Watch, asked: Asked
) -> None:
    _, _, code = asked
    watch.begin()
    other = region.browser()
    page = at_second_step(other)
    # This browser asked for no code of its own: whatever is typed fits none.
    page = other.submit(page.form(to="/sent_code"), {"begin": "1"})
    form = page.form(to="/sent_code", button="SMS")
    page = other.submit(form, {"code": code})
    assert watch.reasons() == ["sent_code.no_code"]
    assert says(page, "refusal.sent_code.no_code", "sent_code")
    watch.assert_a_password_opened_nothing_more()
    assert_arrived(with_app(region, other, page))


def test_a_code_typed_into_the_login_of_another_browser_is_not_looked_at(
    region: Region, watch: Watch, asked: Asked
) -> None:
    browser, page, code = asked
    thief = rough(region)
    with_a_form_of_its_own = at_second_step(thief).form(to="/sent_code")
    stolen = dict(with_a_form_of_its_own.sent({"code": code}, ""))
    answer = thief.send(page.form(asking="code").action, stolen)
    assert answer.status == 403 and says(answer, "error.other_browser.why")
    assert_clear(answer)
    assert watch.proofs() == ["password", "password"]
    assert_arrived(typing(browser, page, code))


def test_a_code_typed_too_late_is_refused(region: Region, watch: Watch, asked: Asked) -> None:
    browser, page, code = asked
    region.clock.now += timedelta(minutes=11)
    page = typing(browser, page, code)
    assert watch.reasons() == ["sent_code.expired"]
    assert says(page, "refusal.sent_code.expired", "sent_code")
    watch.assert_a_password_opened_nothing_more()
    assert_arrived(with_app(region, browser, page))
    watch.assert_one_is_in()


def test_six_wrong_codes_close_the_method_even_to_the_right_one(
    region: Region, watch: Watch, asked: Asked
) -> None:
    browser, page, code = asked
    for _ in range(5):
        page = typing(browser, page, WRONG)
    assert watch.reasons() == ["sent_code.wrong"] * 4 + ["sent_code.spent"]
    assert says(page, "refusal.sent_code.spent", "sent_code")
    for each in (WRONG, code):
        page = browser.submit(page.form(to="/sent_code"), {"code": each})
        assert watch.reasons()[-1] == "hub.too_many_tries"
        assert says(page, "refusal.hub.too_many_tries")
    watch.assert_a_password_opened_nothing_more()
    assert_arrived(with_app(region, browser, page))
    watch.assert_one_is_in()


def test_a_code_answered_wrong_five_times_is_dead_after_the_pause_too(
    region: Region, watch: Watch, asked: Asked
) -> None:
    browser, page, code = asked
    for _ in range(5):
        page = typing(browser, page, WRONG)
    region.clock.now += timedelta(minutes=5, seconds=1)
    page = browser.submit(page.form(to="/sent_code"), {"code": code})
    assert watch.reasons()[-1] == "sent_code.no_code"
    assert says(page, "refusal.sent_code.no_code", "sent_code")
    watch.assert_a_password_opened_nothing_more()
    assert_arrived(with_app(region, browser, page))


def test_of_fifty_guesses_at_once_five_are_looked_at(
    region: Region, watch: Watch, asked: Asked
) -> None:
    browser, page, code = asked
    guesses = [f"{(int(code) + off) % 1_000_000:06}" for off in range(1, 51)]
    statuses = at_once(region, browser, page, guesses)
    assert set(statuses) <= {303, 503}
    looked_at = [each for each in watch.reasons() if each.startswith("sent_code.")]
    assert 1 <= len(looked_at) <= 5
    watch.assert_a_password_opened_nothing_more()
    assert_arrived(with_app(region, browser, browser.open(page.address)))
    watch.assert_one_is_in()


def test_the_right_code_fifty_times_at_once_lets_in_once(
    region: Region, watch: Watch, asked: Asked
) -> None:
    browser, page, code = asked
    assert set(at_once(region, browser, page, [code] * 50)) <= {303, 503}
    assert watch.proofs() == ["password", "sent_code"]


def at_once(region: Region, browser: Browser, page: Page, codes: list[str]) -> list[int]:
    """The statuses of one form sent by as many tabs of *browser* at the same moment."""
    form, kept = page.form(asking="code", to="/sent_code"), browser.cookies()

    def type_in(code: str) -> int:
        tab = rough(region)
        tab.remember(kept)
        return tab.send(form.action, form.sent({"code": code}, ""), follow=False).status

    with ThreadPoolExecutor(len(codes)) as tabs:
        return list(tabs.map(type_in, codes))
