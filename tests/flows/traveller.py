"""Somebody who wants one service and goes on from whatever page they are shown, like a person."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import count
from typing import Any
from urllib.parse import urljoin

import pyotp
from bs4 import BeautifulSoup

from hub.configuration import parsed
from hub.people.newcomers import Newcomers, Reception, WritableStore
from hub_plugins.demo.notice import PASSWORD
from tests.flows.browser import Browser, Form, Page
from tests.flows.psc import WALLET, card
from tests.flows.region import CONFIRMED, EMAGE, HUB, MEDIMAIL, Region
from tests.flows.steps import acting_for, with_password

SEED = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
PORTAL = f"{HUB}/services"
START = {EMAGE: f"{EMAGE}/inside", MEDIMAIL: f"{MEDIMAIL}/inside", PORTAL: PORTAL}
FRESH = "sept merles dans la haie"
MOST_STEPS = 12
_NUMBERS = count(1)
_REFRESH = re.compile(r"url=(.+)")


class DeadEnd(AssertionError):
    """A page from which no step leads on, or too many do."""


@dataclass
class Traveller:
    region: Region
    browser: Browser
    login: str
    wanted: str
    """Where the service begins; the portal is one."""
    leaves: bool = False
    """Says « ce n’est pas moi » where nothing else is left: somebody else sat here before."""
    card: str = ""
    """Signs in at Pro Santé Connect with this one, and in no other way."""

    def begin(self) -> Page:
        return self.browser.open(START[self.wanted])

    def arrived(self, page: Page) -> bool:
        if self.wanted == PORTAL:
            return page.address.partition("?")[0] == PORTAL and page.status == 200
        return page.address.startswith(self.wanted) and bool(page.claims())

    def go_on(self, page: Page) -> Page:
        """To the service, in a few steps, each offered by the page before."""
        way = [f"{page.status} {page.address}"]
        while not self.arrived(page):
            if len(way) > MOST_STEPS:
                raise DeadEnd("round and round: " + " → ".join(way))
            page = self.step(page)
            way.append(f"{page.status} {page.address}")
        return page

    def step(self, page: Page) -> Page:
        for offered in self._steps(page):
            return offered()
        raise DeadEnd(f"no way on from {page.address} ({page.status}): {page.words}")

    def _steps(self, page: Page) -> Iterator[Callable[[], Page]]:
        if page.address.startswith(WALLET):
            yield lambda: self._at_provider(page)
        for form in page.forms():
            if self.leaves and page.status == 403 and form.action.endswith("/change"):
                yield partial(self.browser.submit, form)
            if self.card and form.action.endswith("/psc"):
                yield partial(self.browser.submit, form, {"begin": "1"})
        for form in page.forms():
            if answer := self._answer(form):
                yield answer
        yield from self._links(page)

    def _at_provider(self, page: Page) -> Page:
        """Whoever has no card goes back."""
        if self.card:
            return card(self.browser, page, self.card)
        return self.browser.submit(page.form(button="Annuler"), button="Annuler")

    def _answer(self, form: Form) -> Callable[[], Page] | None:
        page, browser = form.page, self.browser
        known: list[tuple[bool, Callable[[], Page]]] = [
            (form.asks("place"), lambda: acting_for(browser, page)),
            (form.asks("identifier"), lambda: with_password(browser, page, self.login)),
            (form.asks("code"), lambda: browser.submit(form, {"code": self._code()})),
            ("/do/" in form.action, lambda: browser.submit(form, filled(form))),
            (form.action.endswith("/continue"), lambda: browser.submit(form)),
            (form.action.endswith("/totp"), lambda: browser.submit(form, {"begin": "1"})),
        ]
        ours = "/login/" in form.action
        return next((act for fits, act in known if fits and ours), None)

    def _code(self) -> str:
        # RFC 6238 5.2: no code twice, so the next half minute is waited for.
        self.region.clock.later(seconds=31)
        return pyotp.TOTP(SEED).at(int(self.region.clock().timestamp()))

    def _links(self, page: Page) -> Iterator[Callable[[], Page]]:
        soup = BeautifulSoup(page.text, "html.parser")
        if refresh := _REFRESH.search(page.headers.get("refresh", "")):
            yield lambda: self.browser.open(urljoin(page.address, refresh[1]))
        service = {EMAGE: "/open/emage", MEDIMAIL: "/open/medimail"}.get(self.wanted, "/services")
        tiles = [a for a in soup.select("a[href]") if str(a["href"]).endswith(service)]
        # Where the page offers several ways on, the one drawn as a button is meant.
        for link in [*tiles, *soup.select("main a.button[href]"), *soup.select("[role=alert] a")]:
            yield partial(self.browser.open, urljoin(page.address, str(link["href"])))


def filled(form: Form) -> dict[str, str]:
    """Every required field of a form, with what anybody could type there."""
    typed: dict[str, str] = {}
    for tag in form.tag.select("[required][name], input[type=checkbox][name]"):
        box = tag.get("type") in ("checkbox", "radio")
        fitting = CONFIRMED.get(str(tag["name"]))
        given = tag.get("value") or fitting or ("on" if box else _typed(str(tag.get("type"))))
        typed[str(tag["name"])] = str(given)
    pressed = form.tag.select_one("button[name]")
    return {**typed, str(pressed["name"]): str(pressed["value"])} if pressed else typed


def newcomer(region: Region, **more: Any) -> str:
    """The login of somebody of the region who never was here before."""
    number = next(_NUMBERS)
    login = f"voyageur.{number}"
    person = {
        "login": login,
        "given_name": "Camille",
        "family_name": "Voyageur",
        "mail": f"{login}@chu-grandval.example",
        "mobile": f"+33639981{number:03}",
        "numbers": {"rpps": f"{99700800000 + number}"},
        "places": [{"structure": "CHU de Grandval", "role": "Médecin"}],
        "rights": [{"name": "emage.reader"}],
        "secrets": {"password": PASSWORD, "totp": SEED},
    }
    store = region.app.stores["own"]
    assert isinstance(store, WritableStore)
    reception = Reception(store, region.app.rules.methods, region.app.rights, region.clock())
    for each in parsed({"person": [{**person, **more}]}, Newcomers, "").person:
        assert reception.settle(each)
    return login


def _typed(kind: str) -> str:
    known = {"email": "camille@chu-grandval.example", "tel": "0639980199", "password": FRESH}
    return known.get(kind, "Camille")
