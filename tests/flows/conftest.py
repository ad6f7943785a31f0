"""One region is made for a whole run; each test opens a copy of its own."""

from pathlib import Path

import pytest

from tests.flows.region import Region, made, opened


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("flows") / "region"
    made(folder)
    return folder


@pytest.fixture
def region(template: Path, tmp_path: Path) -> Region:
    return opened(template, tmp_path / "region")
