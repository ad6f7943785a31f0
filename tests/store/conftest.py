"""Every store test runs on SQLite, and again on PostgreSQL where it is installed."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from hub.store.database import Database, open_database
from hub.store.schema import migrate
from hub.store.sealing import KeyRing
from hub.testing.toolbox import MemoryClock
from tests.peers.database import Cluster, cluster

DATABASES = ("sqlite", pytest.param("postgresql", marks=(pytest.mark.postgres, pytest.mark.slow)))


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    with cluster() as started:
        yield started


@pytest.fixture(params=DATABASES)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """Migrated and empty."""
    if request.param == "sqlite":
        opened = open_database(f"sqlite:///{tmp_path}/hub.db")
    else:
        served: Cluster = request.getfixturevalue("postgres")
        opened = open_database(served.create(f"hub_{uuid4().hex}"))
    migrate(opened, {})
    yield opened
    opened.engine.dispose()


@pytest.fixture
def keys(tmp_path: Path) -> KeyRing:
    return KeyRing.create(tmp_path / "secrets")


@pytest.fixture
def clock() -> MemoryClock:
    return MemoryClock()
