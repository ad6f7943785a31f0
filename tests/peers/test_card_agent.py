"""The agent with a card in a reader: pcscd, OpenSC, and Chromium before the hub's page."""

import sys
from base64 import b64decode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from hub_plugins.methods.cps.challenge import drawn, shown, signed
from tests.peers.chromium import BOUND, as_it_comes
from tests.peers.card_desk import (
    PIN,
    Agent,
    Ear,
    Town,
    agent,
    number_on,
    on_the_internet,
    simulator,
)
from tests.peers.reader import Readers
from tests.peers.virtual_card import VirtualCard

KEPT = Path(__file__).parents[2] / "var/screenshots"
ASKS = "(4 chiffres)"


class Workstation:
    """An agent, what its pages hear of it, and two readers."""

    def __init__(self, started: Agent, ear: Ear, plugged: Readers, place: Town) -> None:
        self.agent = started
        self.ear = ear
        self.plugged = plugged
        self._place = place
        self._inserted: list[VirtualCard] = []
        self._threads = ThreadPoolExecutor(1)

    def insert(self, name: str, reader: int = 0) -> VirtualCard:
        card = self._place.card(name)
        card.insert(self.plugged.ports[reader])
        self._inserted.append(card)
        return card

    def asked(self, pin: str) -> Any:
        """What a page gets for its challenge, when this is typed at the terminal."""
        said = self.asking()
        self.agent.until(ASKS)
        self.agent.type(pin)
        return said.result(30)

    def asking(self) -> Any:
        self.challenge = drawn(self._place.hub, "/login/1/cps", datetime.now(UTC)).text
        return self._threads.submit(self.ear.sign, shown(self.challenge))

    def close(self) -> None:
        for card in self._inserted:
            card.remove()
        self.ear.close()
        self._threads.shutdown()


@contextmanager
def _workstation(place: Town, plugged: Readers) -> Iterator[Workstation]:
    with agent(place.hub, place.port, plugged.environment) as started:
        made = Workstation(started, Ear(place.hub, place.port), plugged, place)
        try:
            yield made
        finally:
            made.close()


@pytest.fixture
def desk(place: Town, plugged: Readers) -> Iterator[Workstation]:
    with _workstation(place, plugged) as made:
        yield made


def test_a_card_put_in_is_named_and_signs_once_its_pin_is_typed(desk: Workstation) -> None:
    desk.ear.state("no_card")
    desk.insert("Marie Durand")
    assert desk.ear.state("ready")["holder"] == "Marie Durand"
    said = desk.asked(PIN)
    der, signature = b64decode(said["certificate"]), b64decode(said["signature"])
    assert signed(der, said["algorithm"], signature, desk.challenge)


def test_a_card_pulled_out_while_its_pin_is_asked_ends_the_question(desk: Workstation) -> None:
    card = desk.insert("Marie Durand")
    desk.ear.state("ready")
    said = desk.asking()
    desk.agent.until(ASKS)
    card.remove()
    assert said.result(30)["refused"] == "removed"
    assert (desk.ear.state("removed")["holder"], card.tries) == ("", 3)


def test_the_third_wrong_pin_blocks_the_card_by_its_own_count(desk: Workstation) -> None:
    card = desk.insert("Paul Lambert")
    desk.ear.state("ready")
    said = [desk.asked("0000") for _ in range(3)]
    assert [each["refused"] for each in said] == ["wrong_pin", "wrong_pin", "pin_blocked"]
    assert (said[1]["tries_left"], card.tries) == (1, 0)
    desk.ear.state("blocked")
    # Not even asked any more: a blocked card has nothing to be guessed.
    assert desk.asking().result(30)["refused"] == "pin_blocked"


def test_another_card_is_another_person(desk: Workstation) -> None:
    first = desk.insert("Marie Durand")
    desk.ear.state("ready")
    first.remove()
    desk.ear.state("removed")
    desk.insert("Nadia Benali", reader=1)
    assert desk.ear.state("ready")["holder"] == "Nadia Benali"


def test_of_two_cards_none_is_asked_for_its_pin(desk: Workstation) -> None:
    desk.insert("Marie Durand")
    second = desk.insert("Nadia Benali", reader=1)
    desk.ear.state("several_cards")
    assert desk.asking().result(30)["refused"] == "several_cards"
    second.remove()
    assert desk.ear.state("ready")["holder"] == "Marie Durand"


def test_a_reader_unplugged_is_missed_and_found_again(desk: Workstation) -> None:
    desk.ear.state("no_card")
    desk.plugged.unplug()
    desk.ear.state("no_reader")
    assert desk.asking().result(30)["refused"] == "no_reader"
    desk.plugged.plug()
    desk.ear.state("no_card")
    desk.insert("Marie Durand")
    assert "signature" in (desk.ear.state("ready") and desk.asked(PIN))


def _at_card_page(browser: Browser, place: Town, *granted: str) -> Page:
    context = browser.new_context(locale="fr-FR")
    if granted:
        # With none, this would refuse all.
        context.grant_permissions([*granted])
    context.set_default_timeout(BOUND)
    page = context.new_page()
    page.goto(f"{place.hub}/services")
    page.get_by_role("button", name="identifier avec une carte").click()
    page.locator("#agent").wait_for()
    return page


def _inside(page: Page) -> None:
    """Signed in as Marie, who is asked for the terms of use next."""
    page.get_by_text("Conditions générales d’utilisation du portail").first.wait_for()
    page.get_by_text("Marie Durand").first.wait_for()


def test_somebody_signs_in_with_a_card_in_a_reader(desk: Workstation, place: Town) -> None:
    with as_it_comes(on_the_internet(place)) as browser:
        # Granted before: nothing is explained again, nothing need be clicked.
        page = _at_card_page(browser, place, "local-network-access")
        page.get_by_text("Le lecteur est vide").wait_for()
        card = desk.insert("Marie Durand")
        page.get_by_text("Tapez le code de votre carte dans la fenêtre").wait_for()
        assert "Marie Durand" in page.locator("#agent-says").inner_text()
        KEPT.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=KEPT / "card-agent.png", full_page=True)
        desk.agent.until(ASKS)
        desk.agent.type("9999")
        page.get_by_role("alert").get_by_text("n’est pas celui de la carte").wait_for()
        page.get_by_role("button", name="Réessayer avec le programme").click()
        desk.agent.until(ASKS)
        desk.agent.type(PIN)
        _inside(page)
    card.keep_log(KEPT / "card-agent.apdu.txt")
    assert any(line.startswith("> 0087") for line in card.log)


def test_without_the_browser_s_permission_a_link_leads_to_the_agent(
    desk: Workstation, place: Town, plugged: Readers
) -> None:
    desk.insert("Marie Durand")
    desk.ear.state("ready")
    with as_it_comes(on_the_internet(place)) as browser:
        page = _at_card_page(browser, place)
        page.locator("#agent-go").click()
        page.get_by_text("Le navigateur n’a pas le droit de parler").wait_for()
        page.get_by_role("button", name="Ouvrir le programme de lecture par un lien").click()
        link = page.get_by_role("link", name="Ouvrir le programme de lecture").get_attribute("href")
        number = number_on(page.content())
        assert link and link.startswith(f"hubcard:{place.hub}/apps/cps/agent/")
        with _called(place, plugged, link) as called:
            called.until("chiffres affichés sur la page")
            called.type(number)
            called.until(ASKS)
            called.type(PIN)
            called.until("taken")
        _inside(page)


@contextmanager
def _called(place: Town, plugged: Readers, link: str) -> Iterator[Agent]:
    """As the desktop opens a link: the program, with the address as its word."""
    words = ["card-agent", "--ask", "terminal", "--language", "fr", "--hub", place.hub, link]
    argv = [sys.executable, "-m", "hub.cli", *words]
    started = Agent(argv, plugged.environment, place.hub)
    try:
        yield started
    finally:
        started.close()


def test_the_demo_shows_it_all_without_hardware(place: Town, tmp_path: Path) -> None:
    with ExitStack() as all_of_it:
        reader = all_of_it.enter_context(simulator(place, tmp_path / "agent.log"))
        browser = all_of_it.enter_context(as_it_comes())
        page = _at_card_page(browser, place)
        page.locator("#agent-go").click()
        hand = page.context.new_page()
        hand.goto(reader)
        hand.get_by_role("button", name="Insérer : Marie Durand, carte volée").click()
        page.get_by_text("Tapez le code de votre carte").wait_for()
        hand.goto(reader)
        hand.locator("#pin").fill(PIN)
        hand.keyboard.press("Enter")
        page.get_by_role("alert").get_by_text("en opposition").wait_for()
        hand.get_by_role("button", name="Retirer la carte").click()
        hand.get_by_role("button", name="Insérer : Marie Durand", exact=True).click()
        page.get_by_role("button", name="Réessayer avec le programme").click()
        page.get_by_text("Tapez le code de votre carte").wait_for()
        hand.goto(reader)
        hand.locator("#pin").fill(PIN)
        hand.keyboard.press("Enter")
        _inside(page)
