"""One copy of the product for each test process."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.breakers.tree import Tree


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "breaker: removes a guard and expects a test to notice")


@pytest.fixture(scope="session")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tree]:
    with closing(Tree(tmp_path_factory.mktemp("breakers"))) as copy:
        yield copy
