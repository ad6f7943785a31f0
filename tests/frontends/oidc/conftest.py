from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.frontends.oidc.party import Party


@pytest.fixture
def party(tmp_path: Path) -> Iterator[Party]:
    party = Party(tmp_path)
    yield party
    party.close()
