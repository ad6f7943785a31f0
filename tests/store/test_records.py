"""What the drawer promises beyond the kit: lifetimes, few statements, nothing readable at rest."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from hub.broker.records import LoginGone, NewKey, SessionKey, StaleLogin, Turn
from hub.contract.errors import HubError
from hub.contract.identifiers import LoginId, SessionId
from hub.store.database import Database
from hub.store.lifetimes import Lifetimes
from hub.store.records import SqlRecords
from hub.store.sealing import KeyRing
from hub.store.tables import browser_session, metadata, participation, pending_login, trail
from hub.testing.store_kits import ENTRY, JOINS, LOGIN, SESSION, STEPS
from hub.testing.toolbox import MemoryClock
from tests.statements import statements

KEY = SessionKey("the key in the cookie")
LIFETIMES = Lifetimes(idle=timedelta(minutes=30), longest=timedelta(hours=4))


@pytest.fixture
def records(database: Database, keys: KeyRing, clock: MemoryClock) -> SqlRecords:
    """With one login held and one session open."""
    records = SqlRecords(database, keys, clock, LIFETIMES)
    records.hold(LOGIN)
    new = NewKey(key=KEY, ends=None, device="Firefox, Windows", source="192.0.2.0/24")
    records.admit(replace(LOGIN, version=1), SESSION, new)
    return records


def test_a_session_ends_after_half_an_hour_without_a_request(
    records: SqlRecords, clock: MemoryClock
) -> None:
    for _ in range(3):
        clock.later(minutes=29)
        assert records.session(KEY)
    clock.later(minutes=30)
    assert records.session(KEY) is None
    clock.later(minutes=-20)
    assert records.session(KEY)


def test_a_session_ends_after_its_longest_life_however_busy(
    records: SqlRecords, clock: MemoryClock
) -> None:
    for _ in range(11):
        clock.later(minutes=20)
        assert records.session(KEY)
    clock.later(minutes=20)
    assert records.session(KEY) is None


def test_a_session_of_a_shared_workstation_stays_one_whatever_the_next_proof_says(
    records: SqlRecords, clock: MemoryClock
) -> None:
    told, silent = SessionKey("told"), SessionKey("silent")
    records.admit(replace(LOGIN, version=2), SESSION, NewKey(key=told, ends=KEY, shared=True))
    records.admit(replace(LOGIN, version=3), SESSION, NewKey(key=silent, ends=told))
    clock.later(minutes=4)
    assert records.session(silent)
    clock.later(minutes=5)
    assert records.session(silent) is None


def test_reading_a_session_is_one_statement_and_once_a_minute_two(
    records: SqlRecords, database: Database, clock: MemoryClock
) -> None:
    with statements(database.engine) as seen:
        records.session(KEY)
    assert len(seen) == 1
    clock.later(minutes=1)
    with statements(database.engine) as seen:
        records.session(KEY)
        records.session(KEY)
    assert [each.split()[0] for each in seen] == ["SELECT", "UPDATE", "SELECT"]


def test_a_visit_without_page_writes_two_statements(
    records: SqlRecords, database: Database
) -> None:
    with statements(database.engine) as seen:
        records.join(JOINS, ENTRY, ENTRY)
    assert len(seen) == 2


def test_admitting_takes_few_statements(records: SqlRecords, database: Database) -> None:
    with statements(database.engine) as seen:
        login = replace(LOGIN, version=2)
        records.admit(login, SESSION, NewKey(key=SessionKey("n"), ends=KEY), ENTRY, ENTRY)
    assert len(seen) <= 5


def test_nothing_of_a_person_can_be_read_in_the_tables(
    records: SqlRecords, database: Database
) -> None:
    login = replace(LOGIN, version=2, turn=Turn(at="card", step=STEPS[0]))
    records.hold(login)
    records.join(replace(JOINS, handle={"name_id": "Martin"}))
    with database.transaction() as transaction:
        shown = "".join(
            repr(transaction.execute(select(table)).all()) for table in metadata.sorted_tables
        )
    for secret in (KEY, "Martin", "e.y.J", "this browser", "/message/42", "192.0.2", "•• 12"):
        assert secret not in shown


@pytest.mark.parametrize("table", ["pending_login", "browser_session"])
def test_a_body_copied_from_another_row_does_not_open(
    table: str, records: SqlRecords, database: Database
) -> None:
    other = replace(LOGIN, id=LoginId("l-2"))
    records.hold(other)
    session = replace(SESSION, id=SessionId("s-2"))
    opened = NewKey(key=SessionKey("k2"), ends=None)
    records.admit(replace(other, version=1), session, opened)
    copy = f"UPDATE {table} SET body = (SELECT body FROM {table} WHERE id LIKE '%-2')"
    with database.transaction() as transaction:
        transaction.execute(text(copy))
    with pytest.raises(HubError, match="moved"):
        if table == "pending_login":
            records.pending(LOGIN.id, LOGIN.browser)
        else:
            records.session(KEY)


def test_what_ended_is_erased_at_once(records: SqlRecords, database: Database) -> None:
    records.end(SESSION.id)
    records.finish(replace(LOGIN, version=2), None)
    with database.transaction() as transaction:
        bodies = [
            *transaction.execute(select(browser_session.c.body)).scalars(),
            *transaction.execute(select(pending_login.c.body)).scalars(),
        ]
    assert bodies == [None, None]


def test_what_fails_leaves_no_trail(records: SqlRecords, database: Database) -> None:
    with pytest.raises(StaleLogin):
        records.hold(LOGIN, ENTRY)
    with pytest.raises(StaleLogin):
        records.finish(LOGIN, JOINS, ENTRY)
    with pytest.raises(StaleLogin):
        records.admit(LOGIN, SESSION, NewKey(key=SessionKey("n"), ends=KEY), ENTRY)
    with database.transaction() as transaction:
        assert transaction.execute(select(trail)).all() == []
        assert transaction.execute(select(participation)).all() == []
    assert records.session(KEY) == SESSION


def test_a_timed_out_login_is_still_read(records: SqlRecords, clock: MemoryClock) -> None:
    clock.later(hours=23)
    assert records.pending(LOGIN.id, LOGIN.browser).id == LOGIN.id


@pytest.mark.slow
def test_of_twenty_that_complete_at_once_one_does(records: SqlRecords) -> None:
    login = replace(LOGIN, version=2)

    def finish(_: int) -> bool:
        try:
            records.finish(login, JOINS)
        except LoginGone:
            return False
        return True

    with ThreadPoolExecutor(10) as pool:
        assert list(pool.map(finish, range(20))).count(True) == 1


@pytest.mark.slow
def test_of_twenty_tabs_that_change_the_key_at_once_one_does(records: SqlRecords) -> None:
    logins = [replace(LOGIN, id=LoginId(f"t-{number}")) for number in range(20)]
    for login in logins:
        records.hold(login)

    def admit(number: int) -> str | None:
        key = SessionKey(f"key {number}")
        login = replace(logins[number], version=1)
        try:
            records.admit(login, SESSION, NewKey(key=key, ends=KEY))
        except StaleLogin:
            return None
        return key

    with ThreadPoolExecutor(10) as pool:
        (kept,) = [key for key in pool.map(admit, range(20)) if key]
    assert records.session(SessionKey(kept)) == SESSION
    assert records.session(KEY) is None
