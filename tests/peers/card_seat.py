"""One person before a browser that shows cards: what it read, and where it was sent."""

import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Error, TimeoutError

from tests.peers.card_browser import as_a_file
from tests.peers.card_region import PASSWORD, CardRegion
from tests.peers.chromium import chromium
from tests.peers.parts import program
from tests.peers.stories.reading import Guest, flat
from tests.peers.stories.ways import DESK, Way

CARD = "form[action$='/cps'] button"
SHOW, AGAIN = "cps.browser", "cps.browser.again"


class Stuck(Exception):
    """Chromium waits in NSS for a reader whose card was pulled out, and opens no page any more."""


class Seat(Guest):
    """`hosts`: those for cards that the browser was sent to, each once."""

    def __init__(self, browser: Browser, region: CardRegion, way: Way = DESK) -> None:
        super().__init__(browser, region.hub.issuer, way)
        self.hosts: list[str] = []
        self.page.on("request", lambda request: self._seen(request.url))

    def arrive(self, path: str = "/services") -> None:
        """On the card's own page."""
        try:
            self.open(path)
        except Error as error:
            if isinstance(error, TimeoutError) or "ERR_TIMED_OUT" in error.message:
                raise Stuck from error
            raise
        self.press(CARD)

    def show(self, button: str = SHOW) -> None:
        # The page that follows goes on by itself, to a connection that waits for a PIN.
        self.button(button, "cps").click(no_wait_after=True)

    def come_back(self, hosts: int) -> None:
        """To the hub, from the host of that number."""
        self._until(lambda url: len(self.hosts) == hosts and not _waits(url))

    def at(self, path: str) -> None:
        self._until(lambda url: url.partition("?")[0] == self.hub + path)

    def alert(self) -> str:
        return flat(self.page.get_by_role("alert").first.inner_text())

    def _until(self, there: Callable[[str], bool]) -> None:
        try:
            self.page.wait_for_url(there)
        except TimeoutError:
            raise AssertionError(f"{self.page.url}: {self.read('body')}") from None

    def _seen(self, url: str) -> None:
        host = urlsplit(url).hostname or ""
        if host.endswith(".card.hub.test") and host not in self.hosts:
            self.hosts.append(host)


def _waits(url: str) -> bool:
    """Whether it is the page behind the browser's windows, or that host, or the way back."""
    return "away" in url or "ticket" in url or ".card.hub.test" in url


class Purse:
    """One browser, in whose store there is one card at a time."""

    def __init__(self, browser: Browser, region: CardRegion, store: Path) -> None:
        self.browser = browser
        self._region = region
        self._store = store

    def hold(self, name: str) -> None:
        """The card of that case; empty: none."""
        for held in self._held():
            self._certutil("-F", "-n", held)
        if name:
            as_a_file(self._region.file(name), PASSWORD)(self._store)

    def _held(self) -> list[str]:
        lines = self._certutil("-L").splitlines()
        return [line.rsplit(None, 1)[0].strip() for line in lines if line.endswith("u,u,u")]

    def _certutil(self, *words: str) -> str:
        argv = [program("certutil"), "-d", f"sql:{self._store}", *words]
        done = subprocess.run(argv, capture_output=True, text=True, check=True, timeout=20)
        return done.stdout


@contextmanager
def purse(region: CardRegion, home: Path) -> Iterator[Purse]:
    stores: list[Path] = []
    with chromium(home, region.hub.root, stores.append) as browser:
        yield Purse(browser, region, stores[0])
