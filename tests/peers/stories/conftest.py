"""One place for all stories, and browsers to visit it with."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.peers.authority import Authority
from tests.peers.stories.later import Later, later_hub
from tests.peers.stories.neighbour import Neighbour, neighbouring
from tests.peers.stories.place import Place, place
from tests.peers.stories.visit import Visit
from tests.peers.stories.ways import DESK, PHONE, PLAIN, Way


@pytest.fixture(scope="session")
def here(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with place(authority, tmp_path_factory.mktemp("stories")) as started:
        yield started


@pytest.fixture(scope="session")
def later(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Later]:
    """A hub whose clock tests move."""
    with later_hub(authority, tmp_path_factory.mktemp("later")) as started:
        yield started


@pytest.fixture(scope="session")
def neighbour(
    authority: Authority, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Neighbour]:
    """Another region, where levels have other names and a stricter meaning."""
    with neighbouring(authority, tmp_path_factory.mktemp("neighbour")) as started:
        yield started


@pytest.fixture
def tab(browser: Browser, here: Place, request: pytest.FixtureRequest) -> Iterator[Visit]:
    """In French at a desk, or as the test says: see `ways`."""
    way: Way = getattr(request, "param", DESK)
    with Visit(browser, here.town, way) as opened:
        yield opened
    if way == PHONE:
        assert opened.amiss == []


@pytest.fixture
def elsewhere(browser: Browser, here: Place) -> Iterator[Visit]:
    """On another machine."""
    with Visit(browser, here.town) as opened:
        yield opened


@pytest.fixture
def english(browser: Browser, here: Place) -> Iterator[Visit]:
    with Visit(browser, here.town, Way(name="", language="en")) as opened:
        yield opened


@pytest.fixture
def plain(browser: Browser, here: Place) -> Iterator[Visit]:
    """Runs no script."""
    with Visit(browser, here.town, PLAIN) as opened:
        yield opened


@pytest.fixture
def phone(browser: Browser, here: Place) -> Iterator[Visit]:
    with Visit(browser, here.town, Way(name="", narrow=True)) as opened:
        yield opened
    assert opened.amiss == []


@pytest.fixture
def moved(browser: Browser, later: Later, request: pytest.FixtureRequest) -> Iterator[Visit]:
    """At the hub whose clock tests move."""
    way: Way = getattr(request, "param", DESK)
    with Visit(browser, later.town, way) as opened:
        yield opened
    later.today()
    if way == PHONE:
        assert opened.amiss == []


@pytest.fixture
def away(browser: Browser, neighbour: Neighbour, request: pytest.FixtureRequest) -> Iterator[Visit]:
    """In the neighbouring region."""
    way: Way = getattr(request, "param", DESK)
    with Visit(browser, neighbour.town, way) as opened:
        yield opened
    neighbour.at.today()
    if way == PHONE:
        assert opened.amiss == []
