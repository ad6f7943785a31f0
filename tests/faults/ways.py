"""The way to the demo’s strong service into which faults are put: password, second step."""

import re

from tests.flows.browser import Browser, Page
from tests.flows.region import HUB, MEDIMAIL, Region
from tests.flows.steps import newest_code, with_code, with_password

TARGET = f"{MEDIMAIL}/message/42"
LOGIN = "nadia.benali"
"""She has an authenticator app, a telephone and an address: three second steps."""
WRONG = "000000"


def at_second_step(browser: Browser) -> Page:
    return with_password(browser, browser.open(TARGET), LOGIN)


def awaiting_code(browser: Browser, page: Page, button: str = "SMS") -> Page:
    """At the page that asks for the code just sent."""
    if page.has("begin"):
        page = browser.submit(page.form(to="/sent_code"), {"begin": "1"})
    return browser.submit(page.form(to="/sent_code", button=button), button=button)


def with_app(region: Region, browser: Browser, page: Page, code: str = "") -> Page:
    """Changes to the authenticator app when another method's form is shown, and types its code."""
    page = _showing(browser, page, "totp")
    return browser.submit(page.form(asking="code", to="/totp"), {"code": code or region.totp()})


def by_mail(region: Region, browser: Browser, page: Page) -> Page:
    page = _showing(browser, page, "sent_code")
    return with_code(region, browser, page, "mail")


def typing(browser: Browser, page: Page, code: str) -> Page:
    return browser.submit(page.form(asking="code", to="/sent_code"), {"code": code})


def watched(browser: Browser, page: Page) -> Page:
    """What the page's frame shows."""
    found = re.search(r'<iframe[^>]* src="([^"]+)"', page.text)
    assert found, page.text
    return browser.open(f"{HUB}{found[1]}")


def assert_arrived(page: Page) -> None:
    assert page.address == TARGET, (page.address, page.status, page.words)
    assert "Message n° 42" in page.words


def sound(region: Region) -> None:
    """The same flow without the fault."""
    browser = region.browser()
    page = awaiting_code(browser, at_second_step(browser))
    assert_arrived(typing(browser, page, newest_code(region)))


def _showing(browser: Browser, page: Page, method: str) -> Page:
    other = next((each for each in page.forms() if each.action.endswith(f"/{method}")), None)
    assert other, (page.address, page.status, page.words)
    return browser.submit(other, {"begin": "1"}) if other.asks("begin") else page
