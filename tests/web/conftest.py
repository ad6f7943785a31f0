"""One site for each test."""

from pathlib import Path

import pytest

from tests.web.site import Site, make


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return make(tmp_path)
