"""The demo region, made once for a run; each test breaks a copy of its own."""

from pathlib import Path

import pytest

from tests.faults.watch import Watch
from tests.flows.region import Region, made, opened


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("faults") / "region"
    made(folder)
    return folder


@pytest.fixture
def region(template: Path, tmp_path: Path) -> Region:
    return opened(template, tmp_path / "region")


@pytest.fixture
def watch(region: Region) -> Watch:
    """Sees what happens from `watch.begin()` on: call it between the sound flow and the fault."""
    return Watch(region)
