"""States of the public pages, of « Mes services » and of leaving."""

from urllib.parse import urlencode

from tests.peers.browser.people import Kind, Person
from tests.peers.browser.state import SEED, STATES
from tests.peers.browser.tab import Tab


@STATES("front", "/")
def front(tab: Tab, person: Person) -> None:
    tab.open("/")


@STATES("front-signed-in", "/")
def front_signed_in(tab: Tab, person: Person) -> None:
    tab.sign_in(person)
    tab.open("/")


@STATES("help", "/help")
def help_centre(tab: Tab, person: Person) -> None:
    tab.open("/help")


@STATES("help-card", "/help/<name>")
def help_page(tab: Tab, person: Person) -> None:
    tab.open("/help")
    tab.press("main a[href='/help/choose']")


@STATES("services", "/services")
def services(tab: Tab, person: Person) -> None:
    tab.sign_in(person)


@STATES("services-menu", "/services")
def services_menu(tab: Tab, person: Person) -> None:
    tab.sign_in(person)
    tab.press("details.menu summary")


@STATES("services-bubble", "/services")
def services_bubble(tab: Tab, person: Person) -> None:
    tab.sign_in(person)
    tab.press("details.bubble summary")


@STATES("services-strong", "/services", seed=SEED)
def services_strong(tab: Tab, person: Person) -> None:
    tab.sign_in_strong(person)
    tab.open("/services")


@STATES("services-without-rights", "/services", kind=Kind.SECRETARY)
def services_without_rights(tab: Tab, person: Person) -> None:
    tab.sign_in(person)


@STATES("services-found", "/services")
def services_found(tab: Tab, person: Person) -> None:
    tab.sign_in(person)
    tab.open("/services?q=messagerie")


@STATES("services-unfound", "/services")
def services_unfound(tab: Tab, person: Person) -> None:
    tab.sign_in(person)
    tab.open("/services?q=zzz")


@STATES("service", "/services/<name>")
def service(tab: Tab, person: Person) -> None:
    tab.sign_in(person)
    tab.open("/services/medimail")


@STATES("service-locked", "/services/<name>", kind=Kind.SECRETARY)
def service_locked(tab: Tab, person: Person) -> None:
    tab.sign_in(person)
    tab.open("/services/emage")


@STATES("level", "/services/level")
def level(tab: Tab, person: Person) -> None:
    tab.sign_in(person)
    tab.press("a.padlock")


@STATES("level-highest", "/services/level", seed=SEED)
def level_highest(tab: Tab, person: Person) -> None:
    tab.sign_in_strong(person)
    tab.open("/services/level")


@STATES("bad-link", "/open/<name>", status=400)
def bad_link(tab: Tab, person: Person) -> None:
    tab.open("/open/medimail?language=42")


@STATES("leave", "/logout")
def leave(tab: Tab, person: Person) -> None:
    tab.sign_in(person)
    tab.open("/logout")


@STATES("leave-for-a-service", "/logout/<key>", once=True)
def leave_for_a_service(tab: Tab, person: Person) -> None:
    tab.sign_in(person)
    asked = {"client_id": "emage", "post_logout_redirect_uri": f"{tab.town.emage.site.origin}/"}
    tab.open(f"/oidc/end_session?{urlencode(asked)}")


@STATES("leave-one-or-all", "/logout/<key>", seed=SEED, once=True)
def leave_one_or_all(tab: Tab, person: Person) -> None:
    tab.sign_in_strong(person)
    for service in ("emage", "medimail"):
        tab.open(f"/open/{service}")
    tab.open("/oidc/end_session?client_id=emage")


@STATES("left-telling", "/logout/<key>")
def left_telling(tab: Tab, person: Person) -> None:
    tab.sign_in(person)
    tab.open("/open/emage")
    tab.open("/services")
    tab.press("details.menu summary")
    tab.press("details.menu form[action='/logout'] button")
    tab.page.locator("meta[http-equiv=refresh]").wait_for(state="detached")


@STATES("left-before", "/logout/done")
def left_before(tab: Tab, person: Person) -> None:
    tab.open("/logout/done")


@STATES("left", "/logout/<key>")
def left(tab: Tab, person: Person) -> None:
    services_menu(tab, person)
    tab.press("details.menu form[action='/logout'] button")
