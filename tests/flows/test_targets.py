"""Where somebody was going is where they arrive, whatever happens on the way."""

from datetime import timedelta

import pytest

from tests.flows.browser import Browser, Page
from tests.flows.region import EMAGE, HUB, MEDIMAIL, Region
from tests.flows.steps import accepting_terms, newest_code, signed_in, with_code, with_password

pytestmark = pytest.mark.slow

MESSAGE = f"{MEDIMAIL}/message/42"
LOGIN = "nadia.benali"


def with_app(region: Region, browser: Browser, page: Page) -> Page:
    return browser.submit(page.form(asking="code", to="/totp"), {"code": region.totp()})


def arrived(page: Page) -> bool:
    return page.address == MESSAGE and "Message n° 42" in page.words


def test_a_deep_link_ends_at_its_message(region: Region) -> None:
    browser = region.browser()
    page = with_password(browser, browser.open(MESSAGE), LOGIN)
    assert arrived(with_app(region, browser, page))


def test_after_a_deep_link_the_portal_shows_its_terms_without_a_page_between(
    region: Region,
) -> None:
    browser = region.browser()
    page = with_password(browser, browser.open(MESSAGE), LOGIN)
    assert arrived(with_app(region, browser, page))
    page = browser.open(f"{HUB}/services")
    assert page.form(to="/do/terms.portal").asks("accept")
    assert accepting_terms(browser, page).address == f"{HUB}/services"


def test_a_link_of_a_mail_through_the_hub_ends_at_its_message(region: Region) -> None:
    browser = region.browser()
    page = browser.open(f"{HUB}/open/medimail?message=42")
    page = with_password(browser, page, LOGIN)
    assert arrived(with_app(region, browser, page))


@pytest.mark.parametrize("message", ["42/../../evil", "https://evil.test", "abc", "4" * 13, ""])
def test_a_link_that_is_not_as_declared_leads_nowhere(region: Region, message: str) -> None:
    page = region.browser().open(f"{HUB}/open/medimail?message={message}")
    assert page.status == 400 and page.address.startswith(HUB)


def test_a_target_survives_a_changed_method(region: Region) -> None:
    browser = region.browser()
    page = with_password(browser, browser.open(MESSAGE), LOGIN)
    page = browser.submit(page.form(to="/totp"), {"code": "000000"})
    page = browser.submit(page.form(to="/sent_code"), {"begin": "1"})
    page = browser.submit(page.form(to="/sent_code", button="SMS"), button="SMS")
    page = browser.submit(page.form(to="/totp"), {"begin": "1"})
    assert arrived(with_app(region, browser, page))


def test_a_target_survives_a_second_tab_on_another_service(region: Region) -> None:
    browser = region.browser()
    first = browser.open(MESSAGE)
    second = with_password(browser, browser.open(f"{EMAGE}/inside"), "marie.durand")
    assert second.address == f"{EMAGE}/inside"
    first = browser.open(first.address)
    assert not first.has("identifier")
    assert arrived(with_code(region, browser, first, "SMS"))


def test_a_target_survives_the_old_form_of_a_tab_signed_in_elsewhere_meanwhile(
    region: Region,
) -> None:
    browser = region.browser()
    old = browser.open(MESSAGE)
    with_password(browser, browser.open(f"{EMAGE}/inside"), "marie.durand")
    page = with_password(browser, old, "marie.durand")
    assert arrived(with_code(region, browser, browser.open(page.address), "SMS"))


def test_a_target_survives_back_to_the_password_after_the_code(region: Region) -> None:
    browser = region.browser()
    asked = browser.open(MESSAGE)
    page = with_app(region, browser, with_password(browser, asked, LOGIN))
    assert arrived(page)
    back = browser.open(asked.address)
    assert back.status < 500
    assert browser.follow(back, "Reprendre").claims()["acr"]
    assert arrived(browser.open(MESSAGE))


def test_a_target_survives_back_to_the_password_before_the_code(region: Region) -> None:
    browser = region.browser()
    asked = browser.open(MESSAGE)
    with_password(browser, asked, LOGIN)
    page = with_password(browser, asked, LOGIN)
    page = browser.open(page.address)
    assert arrived(with_app(region, browser, page))


def test_a_target_survives_reloads_of_every_page(region: Region) -> None:
    browser = region.browser()
    page = browser.open(browser.open(MESSAGE).address)
    page = with_password(browser, page, LOGIN)
    page = browser.open(browser.open(page.address).address)
    assert arrived(with_app(region, browser, page))


def test_a_reload_sends_no_second_code(region: Region) -> None:
    browser = region.browser()
    page = with_password(browser, browser.open(MESSAGE), "marie.durand")
    page = browser.submit(page.form(to="/sent_code", button="SMS"), button="SMS")
    assert region.letters() == 1
    browser.open(page.address)
    browser.open(page.address)
    assert region.letters() == 1


def test_a_target_survives_a_page_left_open_until_it_expired(region: Region) -> None:
    browser = region.browser()
    page = browser.open(MESSAGE)
    region.clock.now += timedelta(hours=3)
    page = with_password(browser, page, LOGIN)
    page = browser.open(page.address) if page.has("identifier") else page
    page = with_password(browser, page, LOGIN) if page.has("identifier") else page
    assert arrived(with_app(region, browser, page))


def test_a_target_survives_a_restart_of_the_hub_between_password_and_code(region: Region) -> None:
    browser = region.browser()
    page = with_password(browser, browser.open(MESSAGE), LOGIN)
    region.restart()
    assert arrived(with_app(region, browser, page))


def test_a_target_survives_a_restart_of_the_hub_while_a_code_travels(region: Region) -> None:
    browser = region.browser()
    page = with_password(browser, browser.open(MESSAGE), "marie.durand")
    page = browser.submit(page.form(to="/sent_code", button="SMS"), button="SMS")
    region.restart()
    code = newest_code(region)
    assert arrived(browser.submit(page.form(asking="code"), {"code": code}))


def test_the_page_the_service_gets_back_used_twice_goes_on(region: Region) -> None:
    browser = region.browser()
    signed_in(browser, "marie.durand")
    browser.open(f"{EMAGE}/study/1.2.840")
    back = next(str(each.url) for each in browser.sent if "/signed-in" in str(each.url))
    page = browser.open(back)
    assert page.status == 200 and page.claims()["acr"]


def test_a_login_opens_only_in_the_browser_that_began_it(region: Region) -> None:
    address = region.browser().open(MESSAGE).address
    page = region.browser().open(address)
    assert not page.has("identifier")
    assert page.status < 500 and page.words
