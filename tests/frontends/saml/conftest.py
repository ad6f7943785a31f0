from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.frontends.saml.party import Party
from tests.saml.programs import forbid_programs


@pytest.fixture(autouse=True)
def no_program_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    forbid_programs(monkeypatch)


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keys are slow to make and never change: all tests sign with the same."""
    return tmp_path_factory.mktemp("saml")


@pytest.fixture
def party(keys: Path) -> Iterator[Party]:
    party = Party(keys)
    yield party
    party.close()
