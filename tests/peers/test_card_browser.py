"""A card in a reader opens the portal in Chromium, through NSS, OpenSC and pcscd."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.peers.card_browser import Screen, in_a_reader, screen
from tests.peers.card_region import PIN, CardRegion
from tests.peers.card_seat import AGAIN, Seat, Stuck
from tests.peers.chromium import chromium
from tests.peers.reader import readers
from tests.peers.virtual_card import VirtualCard

KEPT = Path(__file__).parents[2] / "var/screenshots"


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
            with Seat(self._browser, self.region) as here:
                here.arrive()
                card.insert(self._port)
                here.show()
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
    taking: CardRegion, tmp_path: Path
) -> None:
    with (
        workstation(taking, tmp_path) as desk,
        desk.person("cps", "0000", PIN) as (here, card),
    ):
        here.at("/services")
        assert "Lucas Moreau" in here.page.inner_text("body")
        assert card.tries == 3


def test_the_next_person_at_the_workstation_is_read_from_their_own_card(
    taking: CardRegion, tmp_path: Path
) -> None:
    """The browser is the same and still open: neither connection nor certificate is kept."""
    for tried in range(4):
        with suppress(Stuck), workstation(taking, tmp_path / str(tried)) as desk:
            with desk.person("cps", PIN) as (here, _):
                here.at("/services")
            with desk.person("cpe", PIN) as (here, _):
                here.at("/services")
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
            here.show(AGAIN)
    raise AssertionError("no window asked for the PIN")


def _gone(page: Page, display: Screen, window: str) -> None:
    """Each window asks once: the one for the next try is another."""
    for _ in range(300):
        if display.window("Unlock|Déverrouiller") != window:
            return
        page.wait_for_timeout(100)
    raise AssertionError("the window stays")
