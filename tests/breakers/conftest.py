"""One copy of the product for each test process."""

import pytest

from tests.breakers.tree import Tree


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "breaker: removes a guard and expects a test to notice")


@pytest.fixture(scope="session")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Tree:
    return Tree(tmp_path_factory.mktemp("breakers"))
