"""What the operator decides is known to every process within a second, and is in the trail."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import NoReturn, cast

import pytest

from hub.contract.errors import StoreUnavailable
from hub.contract.identifiers import MethodName
from hub.people.announcing import MOST
from hub.people.operating import OperatorBook
from hub.store.database import Database, open_database
from hub.store.operating import SqlOperator
from hub.store.sealing import KeyRing
from hub.store.trail import SqlTrail
from hub.testing.operating import ENTRY, OPERATOR, PAUSE, SMS, MemoryOperator
from hub.testing.tables import Statements
from hub.testing.toolbox import MemoryClock


@pytest.fixture
def book(database: Database, clock: MemoryClock) -> SqlOperator:
    return SqlOperator(database, clock)


@pytest.mark.parametrize("check", OPERATOR, ids=lambda each: str(each.__name__))
def test_in_memory(check: Callable[[Callable[[], OperatorBook]], None]) -> None:
    check(lambda: MemoryOperator(MemoryClock()))


@pytest.mark.parametrize("check", OPERATOR, ids=lambda each: str(each.__name__))
def test_in_tables(check: Callable[[Callable[[], OperatorBook]], None], book: SqlOperator) -> None:
    check(lambda: book)


def test_another_process_knows_within_a_second(
    book: SqlOperator, database: Database, clock: MemoryClock
) -> None:
    elsewhere = SqlOperator(database, clock)
    assert elsewhere.now().off == frozenset()
    book.switch(SMS, 0, ENTRY, on=False)
    book.announce(PAUSE, ENTRY)
    clock.later(seconds=1)
    assert elsewhere.now() == book.now()
    assert elsewhere.now().off == {SMS}


def test_between_two_looks_nothing_reaches_the_database(
    book: SqlOperator, database: Database, clock: MemoryClock
) -> None:
    book.announce(PAUSE, ENTRY)
    book.now()
    statements = Statements(database.engine)
    for _ in range(20):
        book.now()
    assert statements.sql == []
    clock.later(seconds=1)
    for _ in range(20):
        book.now()
    assert len(statements.sql) == 1


def test_every_change_is_in_the_trail_and_a_change_not_made_is_not(
    book: SqlOperator, database: Database, keys: KeyRing, clock: MemoryClock
) -> None:
    told = replace(ENTRY, support="K7QF-2M")
    book.announce(PAUSE, told)
    book.switch(SMS, 1, told, on=False)
    book.switch(MethodName("card"), 1, told, on=False)
    book.withdraw("nothing", told)
    book.withdraw(PAUSE.id, told)
    assert len(SqlTrail(database, keys, clock).by_support("K7QF-2M")) == 3


def test_what_is_over_makes_room(book: SqlOperator, clock: MemoryClock) -> None:
    for number in range(MOST):
        book.announce(replace(PAUSE, id=f"{number}"), ENTRY)
    clock.later(hours=3)
    later = replace(PAUSE, starts=clock(), ends=PAUSE.ends.replace(hour=20))
    assert book.announce(later, ENTRY)
    assert list(book.now().announcements) == [later]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_while_the_database_is_away_what_is_known_goes_on(
    database: Database, clock: MemoryClock, tmp_path: Path
) -> None:
    """A file that is moved away."""
    book, fresh = SqlOperator(database, clock), SqlOperator(database, clock)
    book.switch(SMS, 0, ENTRY, on=False)
    assert book.now().off == {SMS}
    database.engine.dispose()
    (tmp_path / "hub.db").rename(tmp_path / "away.db")
    clock.later(minutes=1)
    assert book.now().off == {SMS}
    with pytest.raises(StoreUnavailable):
        fresh.now()
    (tmp_path / "away.db").rename(tmp_path / "hub.db")
    clock.later(seconds=1)
    assert fresh.now().off == {SMS}


class Away:
    """A database that answers nobody; *hangs*: not before it is let go."""

    def __init__(self, *, hangs: bool = False) -> None:
        self.asked = 0
        self.reached, self.let_go = Event(), Event()
        self._hangs = hangs

    def transaction(self) -> NoReturn:
        self.asked += 1
        self.reached.set()
        if self._hangs:
            assert self.let_go.wait(30)
        raise StoreUnavailable("away")

    def book(self, clock: MemoryClock) -> SqlOperator:
        return SqlOperator(cast(Database, self), clock)


def test_a_first_look_in_vain_is_not_repeated_for_each_page(clock: MemoryClock) -> None:
    away = Away()
    book = away.book(clock)
    for _ in range(5):
        with pytest.raises(StoreUnavailable, match="away"):
            book.now()
        clock.later(milliseconds=100)
    assert away.asked == 1
    clock.later(seconds=1)
    with pytest.raises(StoreUnavailable):
        book.now()
    assert away.asked == 2


def test_nobody_queues_behind_whoever_waits_for_a_database_that_hangs(clock: MemoryClock) -> None:
    away = Away(hangs=True)
    book = away.book(clock)
    with ThreadPoolExecutor(1) as one:
        first = one.submit(book.now)
        assert away.reached.wait(30)
        with pytest.raises(StoreUnavailable):
            book.now()
        assert not first.done() and away.asked == 1
        away.let_go.set()
        assert isinstance(first.exception(30), StoreUnavailable)


def test_a_process_that_starts_later_reads_all_of_it(
    book: SqlOperator, database: Database, clock: MemoryClock
) -> None:
    book.announce(PAUSE, ENTRY)
    again = open_database(database.engine.url.render_as_string(hide_password=False))
    assert list(SqlOperator(again, clock).now().announcements) == [PAUSE]
    again.engine.dispose()
