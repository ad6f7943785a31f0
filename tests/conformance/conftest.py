"""One hub for all modules of a run; each has its own browser and its own client."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.conformance.high import HighSuite
from tests.conformance.joined import JoinedSuite
from tests.conformance.suite import Suite
from tests.conformance.target import Target, target
from tests.peers.authority import Authority

HERE = Path(__file__).parent
Open = Callable[..., Suite]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="session")
def examined(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    folder = tmp_path_factory.mktemp("conformance")
    with target(authority, folder) as started:
        yield started


@pytest.fixture
def opened(examined: Target) -> Iterator[Open]:
    """Makes a suite for the client named; it is closed with the test."""
    with ExitStack() as all_of_them:

        def make(client: str = "first", mode: str = "query") -> Suite:
            suite = Suite(examined, client, mode)
            all_of_them.callback(suite.close)
            return suite

        yield make


@pytest.fixture
def opened_high(examined: Target) -> Iterator[Open]:
    """The same for clients of the high profile."""
    with ExitStack() as all_of_them:

        def make(client: str = "high") -> HighSuite:
            suite = HighSuite(examined, client)
            all_of_them.callback(suite.close)
            return suite

        yield make


@pytest.fixture
def joined(examined: Target) -> Iterator[JoinedSuite]:
    """Not registered yet: each module says with what."""
    suite = JoinedSuite(examined)
    yield suite
    suite.close()


@pytest.fixture
def suite(opened: Open) -> Suite:
    return opened()
