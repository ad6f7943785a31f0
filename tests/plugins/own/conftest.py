"""A store of one's own on a database in memory."""

from collections.abc import Iterator

import pytest

from hub.testing.tables import Statements, memory_database
from hub_plugins.stores.own.store import OwnSettings, OwnStore
from hub_plugins.stores.own.tables import METADATA


@pytest.fixture
def kept() -> Iterator[tuple[OwnStore, Statements]]:
    unit_of_work, statements, engine = memory_database(METADATA)
    yield OwnStore(OwnSettings(), unit_of_work), statements
    engine.dispose()


@pytest.fixture
def store(kept: tuple[OwnStore, Statements]) -> OwnStore:
    return kept[0]
