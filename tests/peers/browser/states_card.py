"""States of the card's page: before, when something failed, when the agent is opened by a link."""

from tests.peers.browser.people import Person
from tests.peers.browser.state import SEED, STATES
from tests.peers.browser.tab import Tab
from tests.plugins.cps.test_fitness import PHONE

LOGIN = "/login/<login>"
FORM = "form[action$='/cps']"


@STATES("card", LOGIN)
def card(tab: Tab, person: Person) -> None:
    tab.open("/services")
    tab.press("form[action$='/cps'] button")


@STATES("card-in-an-unfit-browser", LOGIN)
def unfit(tab: Tab, person: Person) -> None:
    tab.called(PHONE)
    tab.open("/services")
    tab.page.locator("#unfit-cps").wait_for()


@STATES("card-page-in-an-unfit-browser", LOGIN)
def unfit_page(tab: Tab, person: Person) -> None:
    unfit(tab, person)
    tab.press("form[action$='/cps'] button")


@STATES("card-refused", LOGIN)
def refused(tab: Tab, person: Person) -> None:
    card(tab, person)
    tab.post(FORM, agent_refused="pin_blocked")


@STATES("card-link", LOGIN)
def link(tab: Tab, person: Person) -> None:
    card(tab, person)
    tab.post(FORM, agent="pair")


@STATES("card-linked-to-an-account", "/account/means/<name>", seed=SEED)
def linking(tab: Tab, person: Person) -> None:
    tab.sign_in_strong(person)
    tab.press("form[action$='/means/cps'] button")
