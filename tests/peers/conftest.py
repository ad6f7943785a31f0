"""Peers for the whole run: each is started once, only when a test asks for it."""

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.peers.authority import Authority
from tests.peers.card_browser import chosen_unasked
from tests.peers.card_desk import Town as CardTown
from tests.peers.card_desk import town
from tests.peers.card_region import CardRegion, card_region
from tests.peers.chromium import BOUND, Kept
from tests.peers.database import Cluster, cluster
from tests.peers.mail import Mailbox, mail_server
from tests.peers.parts import versions
from tests.peers.patience import Patience
from tests.peers.reader import Readers, readers
from tests.peers.seen import Seen
from tests.peers.sms import MessageCentre, message_centre

HERE = Path(__file__).parent
HUNG = Path(os.environ.get("HUNG_LOG", HERE.parents[1] / "var/hung.log"))
"""Of two runs at once each has its own."""


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Patience(HERE, 60, HUNG))
    config.pluginmanager.register(Seen())


def pytest_report_header() -> list[str]:
    return list(versions())


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.peer)
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CardTown]:
    """The demo's hub, for agents that read cards."""
    with town(tmp_path_factory.mktemp("town")) as made:
        yield made


@pytest.fixture(scope="session")
def taking(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Iterator[CardRegion]:
    """A hub that takes cards from browsers, which show the only one they have."""
    with chosen_unasked(), card_region(tmp_path_factory.mktemp("cards"), authority) as made:
        yield made


@pytest.fixture(scope="session")
def plugged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Readers]:
    with readers(tmp_path_factory.mktemp("readers")) as made:
        yield made


@pytest.fixture(scope="session")
def kept(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept]:
    with closing(Kept(lambda: tmp_path_factory.mktemp("home"), authority.root)) as browsers:
        yield browsers


@pytest.fixture
def browser(kept: Kept) -> Browser:
    """The one of the whole run."""
    return kept.browser()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A tab of a browser that has never been anywhere."""
    with browser.new_context(locale="fr-FR") as context:
        context.set_default_timeout(BOUND)
        yield context.new_page()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    with cluster() as started:
        yield started


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with mail_server() as started:
        yield started


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[MessageCentre]:
    with message_centre(tmp_path) as started:
        yield started
