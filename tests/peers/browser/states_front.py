"""States of what everybody may see, of the check of a workstation, and of the degraded modes."""

from tests.peers.browser.people import Kind, Person
from tests.peers.browser.state import SEED, STATES
from tests.peers.browser.tab import Tab


@STATES("legal", "/legal/<name>")
def legal(tab: Tab, person: Person) -> None:
    tab.open("/")
    tab.press("footer a[href='/legal/privacy']")


@STATES("diagnostic", "/diagnostic")
def diagnostic(tab: Tab, person: Person) -> None:
    tab.open("/diagnostic")
    tab.page.locator("[data-check=clock] [data-outcome=right]").wait_for()


@STATES("diagnostic-cookies", "/diagnostic", once=True)
def diagnostic_without_cookies(tab: Tab, person: Person) -> None:
    """What is wrong is told with its next step."""
    tab.open("/diagnostic")
    tab.page.context.clear_cookies()
    tab.page.locator("#diagnostic button.wide").click()
    tab.page.locator("[data-check=cookies] .bad").wait_for()


@STATES("diagnostic-noted", "/diagnostic", once=True)
def diagnostic_noted(tab: Tab, person: Person) -> None:
    tab.open("/diagnostic")
    tab.page.locator("[data-check=clock] [data-outcome=right]").wait_for()
    tab.press("#diagnostic button.wide")


@STATES("console-degraded", "/console/degraded", kind=Kind.OPERATOR, seed=SEED)
def console_degraded(tab: Tab, person: Person) -> None:
    tab.sign_in_strong(person, "/console/degraded")
