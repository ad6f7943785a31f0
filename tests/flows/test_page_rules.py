"""What every page of a sign-in keeps to: fields that say what they hold, nothing kept, no clock."""

import pytest
from bs4 import BeautifulSoup

from tests.flows.browser import Page
from tests.flows.region import HUB, MEDIMAIL, Region
from tests.flows.steps import accepting_terms, newest_code, signed_in, with_password

pytestmark = pytest.mark.slow


def held(page: Page) -> set[str]:
    """What the fields of *page* tell a password manager that they hold."""
    fields = BeautifulSoup(page.text, "html.parser").select("input[autocomplete]")
    return {str(each["autocomplete"]) for each in fields}


def test_the_fields_of_a_sign_in_say_what_they_hold(region: Region) -> None:
    browser = region.browser()
    page = browser.open(f"{MEDIMAIL}/inside")
    assert {"username", "current-password"} <= held(page)
    page = with_password(browser, page, "marie.durand")
    form = page.form(to="/sent_code")
    page = browser.submit(form, {"begin": "1"})
    page = browser.submit(page.form(to="/sent_code", button="SMS"), button="SMS")
    assert "one-time-code" in held(page)
    # Nothing keeps a person from pasting, nor a manager from typing.
    assert "onpaste" not in page.text
    page = browser.submit(page.form(asking="code"), {"code": newest_code(region)})
    assert page.status == 200


def test_pages_of_somebody_signed_in_are_kept_nowhere(region: Region) -> None:
    browser = region.browser()
    signed_in(browser, "marie.durand")
    for path in ("/services", "/account", "/account/sessions", "/account/history", "/help"):
        page = browser.open(f"{HUB}{path}")
        assert (page.status, page.headers["cache-control"]) == (200, "no-store"), path


def test_a_bookmarked_page_of_a_login_leads_on(region: Region) -> None:
    browser = region.browser()
    begun = with_password(browser, browser.open(f"{HUB}/services"), "marie.durand")
    accepting_terms(browser, begun)
    for address in (begun.address, f"{HUB}/login/never-was"):
        page = region.browser().open(address)
        # Another browser, another day: no dead end, and nobody is in by it.
        assert page.status < 500 and "Mes services" not in page.words
        way_on = BeautifulSoup(page.text, "html.parser").select("main a.button, main form")
        assert way_on, page.words


def test_the_browser_s_clock_does_not_matter(region: Region) -> None:
    answers = [region.browser().open(f"{HUB}{path}") for path in ("/", "/help", "/logout")]
    told = [each.headers["set-cookie"] for each in answers]
    # A moment told to a browser is read by its own clock: a day late, it would be signed out.
    assert told and not any("expires=" in each.lower() for each in told)
    assert not any("expires" in {name.lower() for name in each.headers} for each in answers)
