"""What the agent's tests share: one key, made once, and a workstation with Marie's card in it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.plugins.card_agent.pieces import (
    PIN,
    Caller,
    Typist,
    Workstation,
    ear,
    heard,
    workstation,
)


@pytest.fixture(scope="session")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def station(tmp_path: Path, key: rsa.RSAPrivateKey) -> Iterator[Workstation]:
    """Its person types the right PIN, each time they are asked."""
    with workstation(tmp_path, key, Typist(PIN, PIN, PIN)) as made:
        yield made


@pytest.fixture
def caller(station: Workstation) -> Iterator[Caller]:
    with heard(ear(station)) as made:
        yield made
