"""A person shows a card in Chromium, from the button to the portal or to what is wrong with it."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Error, Page, TimeoutError

from tests.peers.authority import Authority
from tests.peers.card_browser import Screen, as_a_file, chosen_unasked, in_a_reader, screen
from tests.peers.card_region import PASSWORD, PIN, CardRegion, card_region
from tests.peers.chromium import BOUND, chromium
from tests.peers.reader import readers
from tests.peers.virtual_card import VirtualCard

KEPT = Path(__file__).parents[2] / "var/screenshots"
READ = "Lire la carte avec le navigateur"
AGAIN = "Réessayer à une adresse neuve"


@pytest.fixture(scope="module")
def region(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Iterator[CardRegion]:
    with chosen_unasked(), card_region(tmp_path_factory.mktemp("cards"), authority) as made:
        yield made


class Stuck(Exception):
    """Chromium waits in NSS for a reader whose card was pulled out, and opens no page any more."""


class Seat:
    """One person at one workstation, and the hosts the browser was sent to."""

    def __init__(self, page: Page, region: CardRegion) -> None:
        self.page = page
        self.hosts: list[str] = []
        self._region = region
        page.on("request", lambda request: self._seen(request.url))

    def arrive(self) -> None:
        try:
            self.page.goto(f"{self._region.hub.issuer}/services")
        except Error as error:
            if isinstance(error, TimeoutError) or "ERR_TIMED_OUT" in error.message:
                raise Stuck from error
            raise
        self.page.get_by_role("button", name="Carte CPS").click()

    def at_the_portal(self) -> None:
        try:
            self.page.wait_for_url(f"{self._region.hub.issuer}/services")
        except TimeoutError as error:
            raise AssertionError(self.page.inner_text("main")) from error

    def read_card(self, button: str = READ) -> None:
        # The page that follows goes on by itself, to a connection that waits for a PIN.
        self.page.get_by_role("button", name=button).click(no_wait_after=True)

    def alert(self) -> str:
        return str(self.page.get_by_role("alert").first.inner_text())

    def _seen(self, url: str) -> None:
        host = urlsplit(url).hostname or ""
        if host.endswith(".card.hub.test") and host not in self.hosts:
            self.hosts.append(host)


@contextmanager
def seat(region: CardRegion, home: Path, name: str | None) -> Iterator[Seat]:
    """Before a browser that keeps the card of that case; `None`: none."""
    keeps = as_a_file(region.file(name), PASSWORD) if name else (lambda store: None)
    with (
        chromium(home, region.hub.root, keeps) as browser,
        browser.new_context(locale="fr-FR") as context,
    ):
        context.set_default_timeout(BOUND)
        made = Seat(context.new_page(), region)
        made.arrive()
        yield made


def test_a_card_opens_the_portal(region: CardRegion, tmp_path: Path) -> None:
    with seat(region, tmp_path, "cps") as here:
        here.read_card()
        here.at_the_portal()
        assert "Lucas Moreau" in here.page.inner_text("body")
        assert len(here.hosts) == 1
        # Nothing of the session is ever told to the host that saw the card.
        hosts = {each["domain"] for each in here.page.context.cookies()}
        assert hosts == {"hub.test"}


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("revoked", "Cette carte est en opposition."),
        ("service", "C’est une carte de service"),
        ("same_names_other_keys", "n’a pas été émise par une autorité reconnue"),
        (None, "Le navigateur n’a présenté aucun certificat."),
    ],
)
def test_what_is_wrong_is_said_and_the_next_try_has_a_new_address(
    region: CardRegion, tmp_path: Path, name: str | None, sentence: str
) -> None:
    with seat(region, tmp_path, name) as here:
        here.read_card()
        here.page.get_by_role("alert").first.wait_for()
        assert sentence in here.alert()
        here.read_card(AGAIN)
        here.page.wait_for_url(lambda url: "ticket" not in url and len(here.hosts) == 2)
        assert len(set(here.hosts)) == 2


class Workstation:
    """A browser with a window, a reader, and the cards that were put into it."""

    def __init__(self, browser: Browser, region: CardRegion, port: int, display: Screen) -> None:
        self.region = region
        self._browser = browser
        self._port = port
        self.display = display

    @contextmanager
    def person(self, name: str, *pins: str) -> Iterator[tuple[Seat, VirtualCard]]:
        """Signed out everywhere, put this card in when it is asked for, type these PINs."""
        card = self.region.card(name)
        try:
            with self._browser.new_context(locale="fr-FR") as context:
                context.set_default_timeout(BOUND)
                here = Seat(context.new_page(), self.region)
                here.arrive()
                card.insert(self._port)
                here.read_card()
                self._type(here, name, pins)
                yield here, card
        finally:
            card.remove()
            log = "\n".join(card.log)
            (KEPT / f"card-in-chromium-{name}.apdu.txt").write_text(log, encoding="utf-8")

    def _type(self, here: Seat, name: str, pins: tuple[str, ...]) -> None:
        for number, pin in enumerate(pins, 1):
            window = _asking(here, self.display)
            self.display.keep(KEPT / f"card-in-chromium-{name}-{number}.png")
            self.display.type_into(window, pin)
            _gone(here.page, self.display, window)


@contextmanager
def workstation(region: CardRegion, folder: Path) -> Iterator[Workstation]:
    """Chromium, NSS, OpenSC, pcscd, a virtual reader."""
    KEPT.mkdir(parents=True, exist_ok=True)
    for name in ("readers", "home"):
        (folder / name).mkdir(parents=True)
    with readers(folder / "readers") as plugged, screen(folder / "screen") as display:
        seen = {**plugged.environment, "DISPLAY": display.display}
        with chromium(folder / "home", region.hub.root, in_a_reader, seen) as browser:
            yield Workstation(browser, region, plugged.ports[0], display)


def test_a_card_in_a_reader_opens_the_portal_after_its_pin(
    region: CardRegion, tmp_path: Path
) -> None:
    with (
        workstation(region, tmp_path) as here_is,
        here_is.person("cps", "0000", PIN) as (here, card),
    ):
        here.at_the_portal()
        assert "Lucas Moreau" in here.page.inner_text("body")
        assert card.tries == 3


def test_the_next_person_at_the_workstation_is_read_from_their_own_card(
    region: CardRegion, tmp_path: Path
) -> None:
    """The browser is the same and still open: neither connection nor certificate is kept."""
    for tried in range(4):
        with suppress(Stuck), workstation(region, tmp_path / str(tried)) as here_is:
            with here_is.person("cps", PIN) as (here, _):
                here.at_the_portal()
            with here_is.person("cpe", PIN) as (here, _):
                here.at_the_portal()
                text = here.page.inner_text("body")
                assert "Zoé" in text and "Lucas" not in text
                return
    raise AssertionError("four browsers in turn were stuck when the card was changed")


def _asking(here: Seat, display: Screen) -> str:
    """The window that wants the PIN. A card just put in is known to the browser a moment later."""
    for turn in range(1, 301):
        if window := display.window("Unlock|Déverrouiller"):
            return window
        here.page.wait_for_timeout(100)
        if turn % 30 == 0 and "away" not in here.page.url:
            here.read_card(AGAIN)
    raise AssertionError("no window asked for the PIN")


def _gone(page: Page, display: Screen, window: str) -> None:
    """Each window asks once: the one for the next try is another."""
    for _ in range(300):
        if display.window("Unlock|Déverrouiller") != window:
            return
        page.wait_for_timeout(100)
    raise AssertionError("the window stays")
