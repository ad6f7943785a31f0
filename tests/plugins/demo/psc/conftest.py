"""A fresh simulator for each test."""

import pytest

from tests.plugins.demo.psc.application import Application


@pytest.fixture
def app() -> Application:
    return Application()
