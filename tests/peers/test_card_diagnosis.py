"""« Diagnostic de mon poste » before a running agent: each line as it is, and what to do next."""

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page

from tests.peers.card_desk import PIN, Ear, Town, agent, on_the_internet
from tests.peers.chromium import as_it_comes
from tests.peers.reader import Readers

KEPT = Path(__file__).parents[2] / "var/screenshots"
OTHER = "http://localhost:1"


@pytest.fixture(scope="module")
def browser(place: Town) -> Iterator[Browser]:
    with as_it_comes(on_the_internet(place)) as started:
        yield started


@contextmanager
def diagnosis(browser: Browser, place: Town, language: str, *granted: str) -> Iterator[Page]:
    context = browser.new_context(locale=language)
    if granted:
        context.grant_permissions([*granted])
    context.set_default_timeout(20_000)
    page = context.new_page()
    page.goto(f"{place.hub}/diagnostic")
    yield page
    context.close()


def line(page: Page, name: str, outcome: str) -> str:
    """The line of that check, once it says so; a bad one says what to do."""
    row: Locator = page.locator(f"[data-check='cps.{name}'] [data-outcome='{outcome}']")
    row.wait_for()
    if "bad" in (row.get_attribute("class") or ""):
        assert row.locator("p.soft").inner_text().strip()
    return str(row.inner_text())


def test_every_line_follows_the_agent_the_reader_and_the_card(
    browser: Browser, place: Town, plugged: Readers
) -> None:
    with diagnosis(browser, place, "fr", "local-network-access") as page:
        line(page, "agent", "absent")
        line(page, "permission", "granted")
        with agent(place.hub, place.port, plugged.environment):
            line(page, "agent", "there")
            assert line(page, "version", "current").rstrip().endswith("2")
            line(page, "shared", "own")
            assert "Virtual PCD" in line(page, "reader", "there")
            line(page, "card", "none")
            card = place.card("Marie Durand")
            card.insert(plugged.ports[0])
            assert "Marie Durand" in line(page, "card", "there")
            assert re.search(r"\b20\d\d\b", line(page, "certificate", "valid"))
            page.screenshot(path=KEPT / "card-diagnosis.png", full_page=True)
            card.remove()
            line(page, "card", "none")
            line(page, "certificate", "unchecked")
        line(page, "agent", "absent")
        line(page, "reader", "unchecked")


def test_an_agent_that_does_not_know_this_portal_is_told_from_one_that_is_not_there(
    browser: Browser, place: Town, plugged: Readers
) -> None:
    with (
        diagnosis(browser, place, "en", "local-network-access") as page,
        agent(OTHER, place.port, plugged.environment),
    ):
        told = line(page, "agent", "refuses")
        assert "nothing that this portal can read" in told and "IT department" in told
        line(page, "reader", "unchecked")


def test_a_permission_refused_says_where_it_is_given(
    browser: Browser, place: Town, plugged: Readers
) -> None:
    with (
        diagnosis(browser, place, "fr") as page,
        agent(place.hub, place.port, plugged.environment),
    ):
        page.locator("#workstation-ask button").click()
        assert "à gauche de l’adresse" in line(page, "permission", "denied")
        # Nothing else is blamed for it.
        line(page, "agent", "unchecked")


def test_a_shared_workstation_is_told_by_its_agent_and_the_person_reads_why(
    browser: Browser, place: Town, plugged: Readers, tmp_path: Path
) -> None:
    told = tmp_path / "agent.toml"
    told.write_text(f'hubs = ["{place.hub}"]\nshared = true\n', encoding="utf-8")
    card = place.card("Marie Durand")
    card.insert(plugged.ports[0])
    more = ("--config", str(told))
    with (
        agent(place.hub, place.port, plugged.environment, *more) as started,
        closing(Ear(place.hub, place.port)) as ear,
        diagnosis(browser, place, "fr", "local-network-access") as page,
    ):
        ear.state("ready")
        assert "rien n’y est retenu" in line(page, "shared", "many")
        page.get_by_role("button", name="Obtenir un code").click()
        page.get_by_text("Votre établissement déclare ce poste partagé").wait_for()
        page.goto(f"{place.hub}/services")
        page.get_by_role("button", name="identifier avec une carte").click()
        started.until("(4 chiffres)")
        started.type(PIN)
        page.locator("footer").get_by_text("un programme installé ici").wait_for()
        assert page.evaluate("fetch('/session/left').then((r) => r.json())")["left"] <= 300
        assert page.locator("form[action='/workstation']").count() == 0
    card.remove()
