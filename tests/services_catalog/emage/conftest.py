"""One hub with e-mage is made for a whole run; each test opens a copy of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from .region import Region, made, opened


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("emage") / "hub"
    made(folder)
    return folder


@pytest.fixture
def region(template: Path, tmp_path: Path) -> Iterator[Region]:
    region = opened(template, tmp_path / "hub")
    yield region
    region.hub.app.database.engine.dispose()
