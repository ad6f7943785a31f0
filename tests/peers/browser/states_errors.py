"""States of the pages of mishaps: what each status looks like to whoever meets it."""

import sqlite3
from contextlib import closing

from tests.peers.browser.people import Person
from tests.peers.browser.state import STATES
from tests.peers.browser.tab import Tab

LOGIN = "/login/<login>"


@STATES("error-400-service", "", status=400)
def bad_request(tab: Tab, person: Person) -> None:
    tab.open("/oidc/authorize?client_id=nobody&response_type=code")


@STATES("error-403-elsewhere", "", status=403)
def forged(tab: Tab, person: Person) -> None:
    """A form on another site that changes something here."""
    tab.open("/")
    tab.open(f"{tab.town.emage.site.origin}/nowhere")
    tab.page.set_content(f'<form method="post" action="{tab.hub}/logout"><button>!</button></form>')
    tab.press("button")
    tab.page.wait_for_url(f"{tab.hub}/**")


@STATES("error-403-stale", "", status=403)
def stale(tab: Tab, person: Person) -> None:
    tab.sign_in(person)
    tab.page.locator(".menu form[action='/logout'] [name=csrf]").evaluate(
        "(field) => { field.value = 'of yesterday'; }"
    )
    tab.press("details.menu summary")
    tab.press("details.menu form[action='/logout'] button")


@STATES("error-403-cookies", LOGIN, status=403, once=True)
def cookies(tab: Tab, person: Person) -> None:
    with tab.another() as elsewhere:
        elsewhere.open("/services")
        tab.open(elsewhere.path)


@STATES("error-403-other-browser", LOGIN, status=403)
def other_browser(tab: Tab, person: Person) -> None:
    tab.open("/")
    cookies(tab, person)


@STATES("error-404", "", status=404)
def not_found(tab: Tab, person: Person) -> None:
    tab.open("/nowhere")


@STATES("error-405", "", status=405)
def not_allowed(tab: Tab, person: Person) -> None:
    tab.open("/language/fr")


@STATES("error-410-finished", LOGIN, status=410)
def finished(tab: Tab, person: Person) -> None:
    tab.open("/services")
    login = tab.path
    tab.password(person)
    tab.accept_terms()
    tab.press("details.menu summary")
    tab.press("details.menu form[action='/logout'] button")
    tab.open(login)


@STATES("error-413", "", status=413)
def too_large(tab: Tab, person: Person) -> None:
    tab.open("/services")
    tab.page.locator("[name=identifier]").evaluate("(field) => field.removeAttribute('maxlength')")
    tab.send(identifier="a" * 70_000, password="b")


@STATES("error-414", "/help", status=414)
def too_long(tab: Tab, person: Person) -> None:
    tab.open("/help?" + "a" * 9_000)


@STATES("error-503", "", status=503, once=True)
def no_store(tab: Tab, person: Person) -> None:
    """Somebody else holds the database, longer than the hub waits for it."""
    tab.open("/services")
    with closing(sqlite3.connect(tab.town.hub.folder / "hub.db", isolation_level=None)) as held:
        held.execute("BEGIN IMMEDIATE")
        tab.password(person)
