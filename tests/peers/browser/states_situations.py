"""States of choosing the place to act for, and of changing it."""

from tests.peers.browser.people import Kind, Person
from tests.peers.browser.state import STATES
from tests.peers.browser.tab import Tab

LOGIN = "/login/<login>"
GO_ON = "form:has([name=place]) button"


def choose(tab: Tab, place: str) -> None:
    tab.page.locator(f"label:has-text('{place}') [name=place]").check()
    with tab.page.expect_navigation():
        tab.press(GO_ON)


def settled(tab: Tab, person: Person) -> None:
    """Signed in, for the surgery."""
    tab.open("/services")
    with tab.page.expect_navigation():
        tab.password(person)
    choose(tab, "Tilleuls")
    with tab.page.expect_navigation():
        tab.accept_terms()


@STATES("situation", LOGIN, kind=Kind.TWO_PLACES)
def situation(tab: Tab, person: Person) -> None:
    tab.open("/services")
    tab.password(person)


@STATES("situation-not-chosen", LOGIN, kind=Kind.TWO_PLACES)
def not_chosen(tab: Tab, person: Person) -> None:
    situation(tab, person)
    for field in tab.page.locator("[name=place]").all():
        field.evaluate("(field) => { field.required = false; }")
    tab.press(GO_ON)


@STATES("situation-change", LOGIN, kind=Kind.TWO_PLACES)
def change(tab: Tab, person: Person) -> None:
    settled(tab, person)
    tab.open("/situation")


@STATES("situation-changed", "/situation/open", kind=Kind.TWO_PLACES)
def changed(tab: Tab, person: Person) -> None:
    change(tab, person)
    choose(tab, "Clinique")


@STATES("situation-still-open", "/situation/open", kind=Kind.TWO_PLACES)
def still_open(tab: Tab, person: Person) -> None:
    settled(tab, person)
    tab.open(f"{tab.town.emage.site.origin}/")
    tab.open("/situation")
    choose(tab, "Clinique")


@STATES("situation-places", "/apps/situation/", kind=Kind.TWO_PLACES)
def places(tab: Tab, person: Person) -> None:
    settled(tab, person)
    tab.open("/apps/situation/")
