"""One town for the whole run, and a tab for each test."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser
from werkzeug.routing import Map

from tests.peers.authority import Authority
from tests.peers.browser.every_state import every_state
from tests.peers.browser.people import ASKER, PLAIN, SORTER, Person
from tests.peers.browser.rules import rules_of
from tests.peers.browser.states_medimail import mailboxes
from tests.peers.browser.tab import Tab
from tests.peers.browser.town import Town, town

WALKER = Person(login="marie.durand.1", number=9001)
"""Walks whole stories."""
TYPIST = Person(login="marie.durand.2", number=9002)
"""Has no mouse."""
ROAMER = Person(login="marie.durand.roams", number=9090)
"""Goes back, loads again, and has two tabs."""


@pytest.fixture(scope="session")
def here(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    people = [state.person for state in every_state()]
    everybody = [*people, WALKER, TYPIST, ROAMER, ASKER, SORTER, PLAIN]
    with town(authority, tmp_path_factory.mktemp("town"), everybody, mailboxes()) as started:
        yield started


@pytest.fixture(scope="session")
def rules(here: Town) -> Map:
    return rules_of(here)


@pytest.fixture
def tab(browser: Browser, here: Town) -> Iterator[Tab]:
    with Tab(browser, here) as opened:
        yield opened
