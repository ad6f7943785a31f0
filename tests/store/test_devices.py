"""A device is news once, and the first one never."""

from hub.contract.identifiers import AccountId
from hub.store.database import Database
from hub.store.devices import SqlDevices
from hub.testing.seal import MemorySeal
from hub.testing.toolbox import MemoryClock

ANN, BOB = AccountId("a-1"), AccountId("b-2")


def test_a_device_is_news_once_and_the_first_never(database: Database) -> None:
    devices = SqlDevices(database, MemorySeal(), MemoryClock())
    assert not devices.arrives(ANN, "laptop")
    assert devices.arrives(ANN, "phone")
    assert not devices.arrives(ANN, "phone") and not devices.arrives(ANN, "laptop")
    assert not devices.arrives(BOB, "phone"), "Bob's first"
    assert devices.arrives(BOB, "laptop")
