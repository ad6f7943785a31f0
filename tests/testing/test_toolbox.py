"""The toolbox in memory keeps the promises of the real one."""

from dataclasses import replace

import pytest

from hub.contract.errors import HubError, StaleCredential
from hub.contract.identifiers import AccountId
from hub.contract.toolbox import Credential
from hub.testing.toolbox import MemoryToolbox

TOTP = Credential(id="1", account=AccountId("a-1"), label="app", public={}, secret=b"seed")


def test_a_credential_read_twice_is_written_once() -> None:
    drawer = MemoryToolbox().drawer("totp")
    drawer.put(TOTP)
    (read,) = drawer.of(TOTP.account)
    drawer.put(replace(read, label="first"))
    with pytest.raises(StaleCredential):
        drawer.put(replace(read, label="second"))
    assert drawer.of(TOTP.account)[0].label == "first"


def test_a_removed_credential_is_not_written_again() -> None:
    drawer = MemoryToolbox().drawer("totp")
    drawer.put(TOTP)
    (read,) = drawer.of(TOTP.account)
    drawer.remove(TOTP.account, TOTP.id)
    with pytest.raises(StaleCredential):
        drawer.put(read)


def test_a_one_time_thing_is_found_once_and_not_too_late() -> None:
    box = MemoryToolbox()
    box.one_time.put("key", {"a": 1}, seconds=60)
    assert box.one_time.take("key") == {"a": 1}
    assert box.one_time.take("key") is None
    box.one_time.put("late", {"a": 1}, seconds=60)
    box.time.later(seconds=60)
    assert box.one_time.take("late") is None


def test_a_seal_opens_only_in_its_own_place() -> None:
    seal = MemoryToolbox().seal
    closed = seal.close(b"seed", "totp")
    assert b"seed" not in closed
    assert seal.open(closed, "totp") == b"seed"
    with pytest.raises(HubError):
        seal.open(closed, "password")
