"""The hub's pages before the agent of a workstation, in Chromium: by a script, or by a link."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.peers.card_desk import PIN, Agent, Town, number_on, on_the_internet, simulator
from tests.peers.card_workstation import Workstation, workstation
from tests.peers.chromium import as_it_comes
from tests.peers.reader import Readers
from tests.peers.stories.reading import Guest
from tests.peers.stories.ways import DESK, also_in_english, also_without_scripts

KEPT = Path(__file__).parents[2] / "var/screenshots"
MARIE = "Marie Durand"
CARD = "form[action$='/cps'] button"
NEW = "4321"
EIGHT = "12345678"


@pytest.fixture(scope="module")
def browser(place: Town) -> Iterator[Browser]:
    with as_it_comes(on_the_internet(place)) as started:
        yield started


@pytest.fixture
def tab(browser: Browser, place: Town, request: pytest.FixtureRequest) -> Iterator[Guest]:
    with Guest(browser, place.hub, getattr(request, "param", DESK)) as opened:
        yield opened


@pytest.fixture
def desk(tab: Guest, place: Town, plugged: Readers, tmp_path: Path) -> Iterator[Workstation]:
    """Of many people; in the language of the browser."""
    told = tmp_path / "agent.toml"
    told.write_text(f'hubs = ["{place.hub}"]\nshared = true\n', encoding="utf-8")
    more = ("--config", str(told))
    with workstation(place, plugged, *more, language=tab.way.language) as made:
        yield made


def _arrive(tab: Guest) -> None:
    tab.open("/services")
    tab.press(CARD)
    tab.page.locator("#agent").wait_for()


def _inside(tab: Guest, name: str = MARIE) -> None:
    """Signed in, and asked for the terms of use the first time."""
    tab.page.locator("[name=accept], details.menu").first.wait_for()
    assert name in tab.read("body")


def _says(tab: Guest, key: str) -> None:
    """The page, of the agent, sooner or later."""
    tab.page.locator("#agent-says").get_by_text(tab.says(key, "cps")).wait_for()


def _refused(tab: Guest, code: str, **told: object) -> None:
    tab.page.get_by_role("alert").get_by_text(
        tab.says(f"refusal.cps.{code}", "cps", **told)
    ).wait_for()


@also_in_english
def test_somebody_signs_in_with_a_card_in_a_reader(tab: Guest, desk: Workstation) -> None:
    # Granted before: nothing is explained again, nothing need be clicked.
    tab.context.grant_permissions(["local-network-access"])
    _arrive(tab)
    _says(tab, "cps.agent.no_card")
    card = desk.insert(MARIE)
    _says(tab, "cps.agent.pin")
    assert MARIE in tab.read("#agent-says")
    KEPT.mkdir(parents=True, exist_ok=True)
    tab.page.screenshot(path=KEPT / f"card-agent-{tab.way.language}.png", full_page=True)
    assert MARIE in desk.until_asked()
    desk.agent.type("9999")
    # PKCS#11 says of a card's tries that few are left, and which is the last.
    _refused(tab, "wrong_pin_unknown")
    tab.button("cps.agent.again", "cps").click()
    desk.until_asked()
    desk.agent.type(PIN)
    _inside(tab)
    assert tab.says("shared.by.program") in tab.read("footer")
    card.keep_log(KEPT / "card-agent.apdu.txt")
    assert any(line.startswith("> 0087") for line in card.log)


@also_without_scripts
def test_without_the_browser_s_permission_a_link_leads_to_the_agent(
    tab: Guest, desk: Workstation, tmp_path: Path
) -> None:
    desk.insert(MARIE)
    desk.ear.state("ready")
    _arrive(tab)
    if tab.way.scripts:
        tab.press("#agent-go")
        _says(tab, "cps.agent.denied")
    tab.button("cps.agent.pair", "cps").click()
    link = tab.link("cps.agent.pair.link", "cps").get_attribute("href")
    number = number_on(tab.page.content())
    assert link and link.startswith(f"hubcard:{tab.hub}/apps/cps/agent/")
    with _called(desk, link, tmp_path / "agent.toml") as called:
        called.until(desk.words["number.label"])
        called.type(number)
        # Whose card it is stands before the place where its PIN is typed.
        assert MARIE in called.until(desk.words["pin.label"])
        called.type(PIN)
        called.until("taken")
    if not tab.way.scripts:
        tab.button("cps.agent.pair.done", "cps").click()
    _inside(tab)
    assert tab.says("shared.by.program") in tab.read("footer")


@contextmanager
def _called(desk: Workstation, link: str, told: Path) -> Iterator[Agent]:
    """As the desktop opens a link: the program, with the address as its word."""
    hub = desk.place.hub
    words = ["card-agent", "--ask", "terminal", "--language", "fr", "--config", str(told), link]
    argv = [sys.executable, "-m", "hub.cli", *words]
    started = Agent(argv, desk.plugged.environment, hub)
    try:
        yield started
    finally:
        started.close()


class Hand:
    """Moves cards in the demonstration's reader, and types their PIN there."""

    def __init__(self, tab: Guest, reader: str) -> None:
        self.page = tab.context.new_page()
        self._tab = tab
        self._reader = reader

    def insert(self, card: str) -> None:
        self.page.goto(self._reader)
        name = self._tab.says("simulator.insert", "card_agent", card=card)
        self.page.get_by_role("button", name=name, exact=True).click()

    def type(self, pin: str) -> None:
        self.page.goto(self._reader)
        self.page.locator("#pin").fill(pin)
        self.page.keyboard.press("Enter")

    def remove(self) -> None:
        """What is in it, if anything is."""
        self.page.goto(self._reader)
        button = self.page.locator("form[action$='/remove'] button")
        if button.count():
            button.click()

    def unblock(self, code: str, pin: str) -> None:
        self.page.goto(self._reader)
        self.page.locator("#code").fill(code)
        self.page.locator("#new").fill(pin)
        self.page.locator("form[action$='/unblock'] button").click()

    def reads(self, key: str) -> None:
        self.page.get_by_text(self._tab.says(key, "card_agent")).first.wait_for()


@pytest.fixture
def hand(tab: Guest, place: Town, tmp_path: Path) -> Iterator[Hand]:
    with simulator(place, tmp_path / "agent.log", tab.way.language) as reader:
        tab.context.grant_permissions(["local-network-access"])
        moves = Hand(tab, reader)
        yield moves
        moves.remove()


@also_in_english
def test_three_wrong_pins_block_a_card_and_eight_digits_free_it(tab: Guest, hand: Hand) -> None:
    # Each way has a card of its own: the new PIN stays.
    name = {"fr": "Paul Lambert", "en": "Nadia Benali"}[tab.way.language]
    _arrive(tab)
    hand.insert(name)
    for left in (2, 1):
        _says(tab, "cps.agent.pin")
        hand.type("0000")
        _refused(tab, "wrong_pin", tries_left=left, n=left)
        tab.button("cps.agent.again", "cps").click()
    _says(tab, "cps.agent.last_try")
    hand.page.goto(hand.page.url)
    hand.reads("pin.last")
    hand.type("0000")
    _refused(tab, "pin_blocked")
    assert tab.says("refusal.cps.pin_blocked.next", "cps") in tab.read("[role=alert]")
    hand.page.goto(hand.page.url)
    hand.reads("simulator.blocked")
    hand.unblock(EIGHT, NEW)
    tab.button("cps.agent.again", "cps").click()
    _says(tab, "cps.agent.pin")
    hand.type(NEW)
    _inside(tab, name)


@also_in_english
def test_the_demo_shows_it_all_without_hardware(tab: Guest, hand: Hand) -> None:
    _arrive(tab)
    for card, cause in (("carte volée", "revoked"), ("carte périmée", "expired")):
        hand.insert(f"{MARIE}, {card}")
        _says(tab, "cps.agent.pin")
        hand.type(PIN)
        tab.page.get_by_role("alert").get_by_text(
            tab.before("this", f"refusal.cps.{cause}", "cps")
        ).wait_for()
        hand.remove()
        tab.button("cps.agent.again", "cps").click()
        _says(tab, "cps.agent.removed")
    hand.insert(MARIE)
    _says(tab, "cps.agent.pin")
    hand.type(PIN)
    _inside(tab)
