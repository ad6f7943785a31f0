"""The simulated Pro Santé Connect beside the demo region, and what people do there."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

import httpx

from hub_plugins.demo.psc.faults import Fault
from hub_plugins.demo.psc.issuer import make_issuer
from hub_plugins.demo.psc.provider import Provider
from hub_plugins.demo.psc.settings import simulated
from hub_plugins.demo.psc.wallet import make_wallet
from tests.flows.browser import Browser, Page
from tests.flows.region import HUB, Region

BUTTON = "Pro Santé Connect"
WALLET = "http://localhost:8004"


@dataclass
class Psc:
    region: Region
    paused: list[float] = field(default_factory=list)
    """Seconds the slow fault would have taken."""
    provider: Provider = field(init=False)

    def __post_init__(self) -> None:
        told = simulated(self.region.folder)
        clock = self.region.clock
        self.provider = Provider(told, lambda: clock().timestamp(), self._post)
        self.region.sites[told.auth] = make_issuer(self.provider, self.paused.append).wsgi_app
        self.region.sites[told.wallet] = make_wallet(self.provider).wsgi_app

    def spoil(self, *faults: Fault) -> None:
        self.provider.faults.switch(faults)

    def asked(self) -> list[str]:
        """The last words of what the hub asked the simulator behind the browser's back."""
        at = self.provider.simulated.auth
        asked = [urlsplit(each).path for each in self.region.told if each.startswith(f"{at}/")]
        return [each.rpartition("/")[2] for each in asked]

    def _post(self, address: str, form: dict[str, str]) -> None:
        hub = self.region.sites[HUB]
        with httpx.Client(transport=httpx.WSGITransport(hub)) as client:
            client.post(address, data=form)


def to_psc(browser: Browser, page: Page) -> Page:
    """From a sign-in page of the hub to the page of the simulator."""
    away = browser.submit(page.form(to="/psc", button=BUTTON), button=BUTTON)
    # A browser follows the header Refresh by itself; the link is for the others.
    there = browser.follow(away, "Y aller maintenant")
    assert there.address.startswith(f"{WALLET}/"), there.words
    return there


def card(browser: Browser, page: Page, key: str) -> Page:
    return browser.submit(page.form(asking="card"), {"card": key})


def by_card(browser: Browser, page: Page, key: str) -> Page:
    """All the way: from a sign-in page of the hub, by card, to where it leads."""
    return card(browser, to_psc(browser, page), key)


def by_mobile(region: Region, browser: Browser, page: Page, identifier: str) -> Page:
    """With the e-CPS, the right number chosen on the telephone."""
    there = browser.follow(to_psc(browser, page), "e-CPS")
    waiting = browser.submit(there.form(asking="identifier"), {"identifier": identifier})
    number = waiting.text.split('data-number="')[1][:2]
    telephone = region.browser()
    form = telephone.open(f"{WALLET}/telephone").form(asking="number")
    telephone.submit(form, {"number": number})
    return browser.open(waiting.address)
