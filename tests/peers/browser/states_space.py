"""States of one's own space: arranged, with links, notices, requests; and of its session."""

import base64
import json
from collections.abc import Mapping
from itertools import repeat
from typing import Any
from urllib.parse import urlencode

from tests.peers.browser.people import ASKER, Kind, Person
from tests.peers.browser.state import SEED, STATES
from tests.peers.browser.tab import Tab

MANAGE, NEW, LINK = "/services/manage", "/services/links/new", "/services/links/<link_id>"
ASK = "/services/<name>/request"
LINKS = ("Laboratoire du Centre", "Protocoles du service", "Garde de nuit", "Pharmacovigilance")
LINK_TITLE = LINKS[0]


@STATES("services-favourites", "/services")
def favourites(tab: Tab, person: Person) -> None:
    _many(tab, person)
    for title in ("Medimail", LINK_TITLE):
        _press(tab, f"Ajouter {title} aux favoris")
    tab.open("/services")


@STATES("services-no-favourite", "/services")
def no_favourite(tab: Tab, person: Person) -> None:
    _many(tab, person)
    tab.open("/services?tab=favourites")


@STATES("services-list", "/services", kind=Kind.SECRETARY)
def as_list(tab: Tab, person: Person) -> None:
    _many(tab, person)
    tab.open("/services")
    tab.press("button[name=as]")


@STATES("services-typed", "/services", once=True)
def typed(tab: Tab, person: Person) -> None:
    """Filtered by the script, letter by letter."""
    tab.sign_in(person)
    tab.page.locator("#q").press_sequentially("imagérie")
    tab.page.locator("#found:not([hidden])").wait_for()


@STATES("services-bell", "/services")
def bell(tab: Tab, person: Person) -> None:
    _noticed(tab, person)
    tab.open("/services")


@STATES("services-warned", "/services", once=True)
def warned(tab: Tab, person: Person) -> None:
    tab.sign_in(person)
    _hear(tab, 95)


@STATES("services-shared", "/services")
def shared(tab: Tab, person: Person) -> None:
    tab.sign_in(person)
    tab.press("details.menu summary")
    tab.press("form[action='/workstation'] button")


@STATES("manage", MANAGE)
def manage(tab: Tab, person: Person) -> None:
    tab.sign_in(person)
    tab.open(MANAGE)


@STATES("manage-moved", MANAGE)
def moved(tab: Tab, person: Person) -> None:
    _many(tab, person)
    _press(tab, f"Ajouter {LINK_TITLE} aux favoris")
    _press(tab, f"Monter {LINK_TITLE}")


@STATES("own-link-new", NEW)
def new_link(tab: Tab, person: Person) -> None:
    tab.sign_in(person)
    tab.open(NEW)


@STATES("own-link-wrong", NEW, status=422, once=True)
def wrong_link(tab: Tab, person: Person) -> None:
    tab.sign_in(person)
    tab.open(NEW)
    tab.send(name="Un piège", address="javascript:alert(1)")


@STATES("own-link-over", NEW, once=True)
def over(tab: Tab, person: Person) -> None:
    """The session ended while somebody was typing: nothing typed goes away."""
    tab.sign_in(person)
    tab.open(NEW)
    tab.fill("name", "Laboratoire")
    _hear(tab, 0)


@STATES("own-link-change", LINK)
def change_link(tab: Tab, person: Person) -> None:
    _linked(tab, person)


@STATES("own-link-other", LINK, status=409, once=True)
def other_tab(tab: Tab, person: Person) -> None:
    """Changed in another tab since this one was drawn."""
    _linked(tab, person)
    path = tab.path
    second = tab.page.context.new_page()
    second.goto(f"{tab.hub}{path}")
    second.locator("[name=name]").fill("Labo, l’autre onglet")
    second.locator("form:has([name=name]) button").first.click()
    second.close()
    tab.send(name="Labo, cet onglet")


@STATES("access", ASK, kind=Kind.REFERENT)
def ask(tab: Tab, person: Person) -> None:
    tab.sign_in(person)
    tab.press("a.offer[href='/services/emage/request']")


@STATES("access-nobody", ASK, kind=Kind.SECRETARY)
def ask_nobody(tab: Tab, person: Person) -> None:
    tab.sign_in(person)
    tab.press("a.offer[href='/services/emage/request']")


@STATES("access-wrong", ASK, kind=Kind.REFERENT, status=422, once=True)
def ask_wrong(tab: Tab, person: Person) -> None:
    ask(tab, person)
    tab.page.locator("[name=structure]").evaluate("each => { each.value = 'Ailleurs' }")
    tab.press("form[action$='/request'] button")


@STATES("service-asked", "/services/<name>", kind=Kind.REFERENT)
def asked(tab: Tab, person: Person) -> None:
    ask(tab, person)
    tab.fill("message", "Pour suivre les radiographies des urgences")
    tab.press("form[action$='/request'] button")


@STATES("console-access", "/console/access", kind=Kind.REFERENT, seed=SEED)
def console_access(tab: Tab, person: Person) -> None:
    with tab.another() as theirs:
        theirs.sign_in(ASKER)
        theirs.open("/services/emage")
        if theirs.page.locator("main a[href$='/request']").count():
            asked_once(theirs)
    tab.sign_in_strong(person, "/console/access")
    tab.press("main details summary")


def asked_once(tab: Tab) -> None:
    tab.press("main a[href$='/request']")
    tab.press("form[action$='/request'] button")


@STATES("notices", "/notices")
def notices(tab: Tab, person: Person) -> None:
    _noticed(tab, person)
    tab.open("/notices")


@STATES("notices-read", "/notices")
def notices_read(tab: Tab, person: Person) -> None:
    notices(tab, person)
    tab.press("form[action='/notices/read'] button")


@STATES("notices-none", "/notices")
def no_notice(tab: Tab, person: Person) -> None:
    tab.sign_in(person)
    tab.press("a.bell")


@STATES("idle", "/session/idle")
def idle(tab: Tab, person: Person) -> None:
    tab.sign_in(person)
    tab.open("/session/idle?back=/services")


@STATES("idle-over", "/session/idle")
def idle_over(tab: Tab, person: Person) -> None:
    tab.open("/session/idle?back=/services")


@STATES("signin-shared", "/login/<login>")
def signin_shared(tab: Tab, person: Person) -> None:
    tab.open("/services")
    tab.press("form[action='/workstation'] button")


@STATES("signin-evicted", "/login/<login>")
def evicted(tab: Tab, person: Person) -> None:
    tab.sign_in(person)
    for _ in range(3):
        with tab.another() as newer:
            newer.sign_in(person)
    tab.open("/services")


def _many(tab: Tab, person: Person) -> None:
    """So many tiles that favourites have a tab; ends where they are arranged."""
    tab.sign_in(person)
    for number, title in enumerate(LINKS):
        tab.open(NEW)
        tab.page.locator("[name=icon]").nth(number).check()
        tab.send(name=title, address="labo.test/accueil", description="Sur l’intranet")


def _linked(tab: Tab, person: Person) -> None:
    tab.sign_in(person)
    tab.open(NEW)
    tab.send(name=LINK_TITLE, address="labo.test/accueil")
    tab.press("main li a.round[href^='/services/links/']")


def _press(tab: Tab, label: str) -> None:
    """Before its page is left: the next press waits for the one that follows."""
    with tab.page.expect_navigation():
        tab.page.get_by_role("button", name=label, exact=True).click()


def _hear(tab: Tab, left: int) -> None:
    """As if that many seconds were left, the script asks: nobody waits for half an hour."""
    tab.page.route("**/session/left", lambda route: route.fulfill(json={"left": left}))
    tab.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    tab.page.locator("dialog[open]").wait_for()


def _noticed(tab: Tab, person: Person) -> None:
    """e-mage has seen this person, and posts two notices."""
    tab.sign_in(person)
    tab.open("/open/emage")
    told = json.loads(tab.page.locator("#claims").inner_text())
    subject = told["id_token"]["sub"]
    for text in ("Le compte rendu que vous attendiez est arrivé", "Un confrère demande votre avis"):
        _post(tab, {"sub": subject, "text": text})


def _post(tab: Tab, notice: Mapping[str, str]) -> None:
    party, hub = tab.town.emage, tab.town.hub
    named = base64.b64encode(f"{party.client_id}:{party.secret}".encode()).decode()
    form = {"grant_type": "client_credentials", "scope": "notices"}
    headers = {
        "Authorization": f"Basic {named}",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    given: dict[str, Any] = _json(tab, "/oidc/token", urlencode(form), headers)
    bearer = {
        "Authorization": f"Bearer {given['access_token']}",
        "Content-Type": "application/json",
    }
    # The worker links the trail each second; until then the person is nobody to the service.
    for _ in repeat(None, 400):
        with hub.ask("POST", "/apps/notices/", json.dumps(notice), bearer) as answer:
            if answer.status == 201:
                return
        tab.page.wait_for_timeout(50)
    raise AssertionError("the notice was not taken")


def _json(tab: Tab, path: str, body: str, headers: Mapping[str, str]) -> Any:
    with tab.town.hub.ask("POST", path, body, headers) as answer:
        return json.loads(answer.read())
