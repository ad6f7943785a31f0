"""States of the pages for those who make services: what was exchanged, and one flow to try."""

from tests.peers.browser.people import Kind, Person
from tests.peers.browser.state import STATES
from tests.peers.browser.tab import Tab

ALL, ONE = "/apps/oidc/developer/", "/apps/oidc/developer/<service>"
BACK = "/apps/oidc/developer/-/back"


@STATES("developer-of-nothing", ALL)
def developer_of_nothing(tab: Tab, person: Person) -> None:
    tab.sign_in(person, ALL)


@STATES("developer-services", ALL, kind=Kind.DEVELOPER)
def developer_services(tab: Tab, person: Person) -> None:
    tab.sign_in(person, ALL)


@STATES("developer-flows", ONE, kind=Kind.DEVELOPER)
def developer_flows(tab: Tab, person: Person) -> None:
    tab.sign_in(person, f"{ALL}workshop")
    _refused(tab)
    tab.press("form[action$='/try'] button")
    tab.open(f"{ALL}workshop")


@STATES("developer-without-journal", ONE, kind=Kind.DEVELOPER)
def developer_without_journal(tab: Tab, person: Person) -> None:
    tab.sign_in(person, f"{ALL}pocket")


@STATES("developer-another-s-service", ONE, kind=Kind.DEVELOPER, status=404)
def developer_another_s_service(tab: Tab, person: Person) -> None:
    tab.sign_in(person, f"{ALL}emage")


@STATES("developer-tried", BACK, kind=Kind.DEVELOPER, once=True)
def developer_tried(tab: Tab, person: Person) -> None:
    tab.sign_in(person, f"{ALL}workshop")
    tab.press("form[action$='/try'] button")


@STATES("developer-trial-over", BACK, kind=Kind.DEVELOPER, status=400)
def developer_trial_over(tab: Tab, person: Person) -> None:
    tab.sign_in(person, f"{BACK}?state=none")


@STATES("developer-trial-refused", BACK, kind=Kind.DEVELOPER, once=True)
def developer_trial_refused(tab: Tab, person: Person) -> None:
    tab.sign_in(person, f"{ALL}asking")
    tab.press("form[action$='/try'] button")
    tab.press("form[action$='/cancel'] button")


def _refused(tab: Tab) -> None:
    """An exchange that ends on a page: the address to answer to is not registered."""
    asked = "client_id=workshop&redirect_uri=https://other.test/"
    with tab.town.hub.get(f"/oidc/authorize?{asked}") as answer:
        assert answer.status == 400
