from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from tests.peers.database import Cluster, cluster
from tests.frontends.oidc.party import Party


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keys are slow to make and never change: all tests sign with the same."""
    return tmp_path_factory.mktemp("keys")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    with cluster() as started:
        yield started


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest) -> str:
    """The address of an empty one, of each kind in turn."""
    if request.param == "sqlite":
        return "sqlite:///hub.db"
    served: Cluster = request.getfixturevalue("postgres")
    return served.create(f"hub_{uuid4().hex}")


@pytest.fixture
def party(keys: Path) -> Iterator[Party]:
    party = Party(keys)
    yield party
    party.close()
