"""Leases go to one node at a time, and what is of no use any more goes away."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from hub.broker.records import LoginGone, NewKey, SessionKey
from hub.contract.identifiers import ChannelKind, LoginId, SessionId
from hub.contract.messages import Message, MessageId
from hub.store.database import Database
from hub.store.expiry import end_dead_sessions
from hub.store.leases import Leases
from hub.store.lifetimes import Lifetimes
from hub.store.one_time import SqlOneTime
from hub.store.outbox import Caps, Outbox
from hub.store.purge import purge
from hub.store.records import SqlRecords
from hub.store.sealing import KeyRing
from hub.store.throttle import Limits, SqlThrottle
from hub.testing.small_store_kits import TRY
from hub.testing.store_kits import JOINS, LOGIN, SESSION
from hub.testing.toolbox import MemoryClock


def test_a_lease_is_one_nodes_until_it_runs_out(database: Database, clock: MemoryClock) -> None:
    leases = Leases(database, clock)
    assert leases.take("job", "one", 60)
    assert leases.take("job", "one", 60)
    assert not leases.take("job", "two", 60)
    assert leases.take("other", "two", 60)
    clock.later(seconds=60)
    assert leases.take("job", "two", 60)
    assert not leases.take("job", "one", 60)


@pytest.mark.slow
def test_of_ten_nodes_that_ask_at_once_one_gets_the_lease(
    database: Database, clock: MemoryClock
) -> None:
    leases = Leases(database, clock)
    with ThreadPoolExecutor(10) as pool:
        taken = list(pool.map(lambda node: leases.take("job", str(node), 60), range(10)))
    assert taken.count(True) == 1


@pytest.mark.slow
def test_of_ten_that_come_with_one_ticket_one_finds_it(
    database: Database, keys: KeyRing, clock: MemoryClock
) -> None:
    box = SqlOneTime(database, keys, clock, "card")
    box.put("ticket", {"n": 1}, seconds=60)
    with ThreadPoolExecutor(10) as pool:
        found = list(pool.map(lambda _: box.take("ticket"), range(10)))
    assert found.count(None) == 9


def test_a_ticket_is_its_owners_alone(
    database: Database, keys: KeyRing, clock: MemoryClock
) -> None:
    SqlOneTime(database, keys, clock, "card").put("ticket", {"n": 1}, seconds=60)
    assert SqlOneTime(database, keys, clock, "mail").take("ticket") is None


class House:
    """One row of everything that grows."""

    def __init__(self, database: Database, keys: KeyRing, clock: MemoryClock) -> None:
        self.database, self.clock = database, clock
        self.records = SqlRecords(database, keys, clock)
        self.records.hold(LOGIN)
        self.records.admit(
            replace(LOGIN, version=1), SESSION, NewKey(key=SessionKey("k"), ends=None)
        )
        self.records.finish(replace(LOGIN, version=2), JOINS)
        self.records.hold(replace(LOGIN, id=LoginId("l-2")))
        SqlOneTime(database, keys, clock, "card").put("ticket", {}, seconds=60)
        throttle = SqlThrottle(database, keys, clock, Limits())
        throttle.spend(TRY)
        throttle.clear(TRY)
        self.outbox = Outbox(database, keys, clock, Caps(), lambda: None, "mail")
        letter = Message(kind=ChannelKind("mail"), to="ann@hub.test", template="t")
        posted = self.outbox.post(letter)
        assert isinstance(posted, str)
        self.posted = MessageId(posted)
        Leases(database, clock).take("job", "one", 1)

    def purge(self) -> Mapping[str, int]:
        return {table: gone for table, gone in purge(self.database, self.clock()).items() if gone}


@pytest.fixture
def house(database: Database, keys: KeyRing, clock: MemoryClock) -> House:
    return House(database, keys, clock)


def test_nothing_that_may_still_serve_is_purged(house: House) -> None:
    house.clock.later(seconds=59)
    assert house.purge() == {}
    house.clock.later(hours=23)
    assert house.purge() == {"one_time": 1}
    assert house.records.pending(LoginId("l-2"), LOGIN.browser)
    with pytest.raises(LoginGone) as gone:
        house.records.pending(LOGIN.id, LOGIN.browser)
    assert gone.value.service == "mail"
    assert house.records.participations(SESSION.id) == [JOINS]


def test_what_is_of_no_use_any_more_is_purged(house: House) -> None:
    house.clock.later(hours=5)
    assert end_dead_sessions(house.database, house.clock, Lifetimes()) == 1
    house.clock.later(days=1)
    assert house.purge() == {
        "pending_login": 2,
        "browser_session": 1,
        "participation": 1,
        "one_time": 1,
        "lease": 1,
    }
    assert house.outbox.progress(house.posted)
    house.clock.later(days=200)
    assert house.purge().keys() == {"counter", "known_browser", "message", "notice"}
    assert house.purge() == {}


def test_an_ended_session_is_purged_after_a_day(house: House) -> None:
    house.records.end(SESSION.id)
    house.clock.later(hours=24)
    assert house.purge()["browser_session"] == 1
    assert house.records.participations(SessionId("s-1")) == []
