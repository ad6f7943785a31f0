"""The same kit for memory and for the tables."""

from collections.abc import Callable, Sequence

import pytest

from hub.broker.records import Records
from hub.store.database import Database
from hub.store.drawers import SqlDrawer
from hub.store.one_time import SqlOneTime
from hub.store.records import SqlRecords
from hub.store.requests import SqlRequests
from hub.store.sealing import KeyRing
from hub.store.throttle import Limits, SqlThrottle
from hub.testing.memory import MemoryRecords, MemoryThrottle
from hub.testing.small_store_kits import (
    DRAWER,
    ONE_TIME,
    THROTTLE,
    MakeBox,
    MakeDrawer,
    MakeThrottle,
)
from hub.testing.requests import REQUESTS, MakeBook, MemoryRequests
from hub.testing.store_kits import RECORDS
from hub.testing.toolbox import MemoryClock, MemoryDrawer, MemoryOneTime

CheckRecords = Callable[[Callable[[], Records]], None]


@pytest.mark.parametrize("check", RECORDS)
def test_records_in_memory(check: CheckRecords) -> None:
    check(MemoryRecords)


@pytest.mark.parametrize("check", RECORDS)
def test_records_in_tables(
    check: CheckRecords, database: Database, keys: KeyRing, clock: MemoryClock
) -> None:
    check(lambda: SqlRecords(database, keys, clock))


@pytest.mark.parametrize("check", THROTTLE)
def test_throttle_in_memory(check: Callable[[MakeThrottle], None]) -> None:
    check(MemoryThrottle)


@pytest.mark.parametrize("check", THROTTLE)
def test_throttle_in_tables(
    check: Callable[[MakeThrottle], None], database: Database, keys: KeyRing
) -> None:
    check(lambda clock: SqlThrottle(database, keys, clock, Limits()))


@pytest.mark.parametrize("check", DRAWER)
def test_drawer_in_memory(check: Callable[[MakeDrawer], None]) -> None:
    check(MemoryDrawer)


@pytest.mark.parametrize("check", DRAWER)
def test_drawer_in_tables(
    check: Callable[[MakeDrawer], None], database: Database, keys: KeyRing
) -> None:
    check(lambda: SqlDrawer(database, keys, "totp", "secrets"))


@pytest.mark.parametrize("check", ONE_TIME)
def test_one_time_box_in_memory(check: Callable[[MakeBox], None]) -> None:
    check(MemoryOneTime)


@pytest.mark.parametrize("check", ONE_TIME)
def test_one_time_box_in_tables(
    check: Callable[[MakeBox], None], database: Database, keys: KeyRing
) -> None:
    check(lambda clock: SqlOneTime(database, keys, clock, "card"))


@pytest.mark.parametrize("check", REQUESTS)
def test_requests_in_memory(check: Callable[[MakeBook], None]) -> None:
    check(MemoryRequests)


@pytest.mark.parametrize("check", REQUESTS)
def test_requests_in_tables(
    check: Callable[[MakeBook], None], database: Database, keys: KeyRing
) -> None:
    check(lambda: SqlRequests(database, keys))


@pytest.mark.parametrize("kit", [RECORDS, THROTTLE, DRAWER, ONE_TIME, REQUESTS])
def test_no_kit_is_empty(kit: Sequence[Callable[..., None]]) -> None:
    # pytest passes over a test without parameters, and says so to nobody.
    assert len(kit) == len({check.__name__ for check in kit}) > 1
