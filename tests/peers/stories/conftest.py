"""One place for all stories, and browsers to visit it with."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.peers.authority import Authority
from tests.peers.browser.tab import Tab
from tests.peers.stories.later import Later, later_hub
from tests.peers.stories.place import Place, place

PHONE = {"width": 390, "height": 780}


@pytest.fixture(scope="session")
def here(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with place(authority, tmp_path_factory.mktemp("stories")) as started:
        yield started


@pytest.fixture(scope="session")
def later(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Later]:
    """A hub whose clock tests move."""
    with later_hub(authority, tmp_path_factory.mktemp("later")) as started:
        yield started


@pytest.fixture
def tab(browser: Browser, here: Place) -> Iterator[Tab]:
    with Tab(browser, here.town) as opened:
        yield opened


@pytest.fixture
def elsewhere(browser: Browser, here: Place) -> Iterator[Tab]:
    """On another machine."""
    with Tab(browser, here.town) as opened:
        yield opened


@pytest.fixture
def english(browser: Browser, here: Place) -> Iterator[Tab]:
    with Tab(browser, here.town, "en") as opened:
        yield opened


@pytest.fixture
def plain(browser: Browser, here: Place) -> Iterator[Tab]:
    """Runs no script."""
    with Tab(browser, here.town, scripts=False) as opened:
        yield opened


@pytest.fixture
def phone(tab: Tab) -> Tab:
    tab.page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    return tab


@pytest.fixture
def moved(browser: Browser, later: Later) -> Iterator[Tab]:
    """At the hub whose clock tests move."""
    with Tab(browser, later.town) as opened:
        yield opened
    later.today()
