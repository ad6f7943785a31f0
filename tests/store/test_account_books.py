"""Sessions and rights as pages and services see them."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event

from hub.broker.records import NewKey, SessionKey
from hub.contract.accounts import Right
from hub.contract.identifiers import AccountId, LoginId, MethodName, ServiceId, SessionId
from hub.people.rights import Grant
from hub.store.database import Database
from hub.store.lifetimes import Lifetimes
from hub.store.records import SqlRecords
from hub.store.rights import SqlRights
from hub.store.sealing import KeyRing
from hub.store.sessions import SessionLine, SqlSessions
from hub.testing.store_kits import JOINS, LOGIN, SESSION
from hub.testing.toolbox import NOON, MemoryClock

ANN, BOB = AccountId("a-1"), AccountId("b-2")
LIFETIMES = Lifetimes(idle=timedelta(minutes=30), longest=timedelta(hours=4))
READER = Grant(id="", account=ANN, name="scan.reader", situation="s-1", since=NOON)
GRANT = Grant(id="g-1", account=ANN, name="console.referent", structure="Clinique", since=NOON)


class Visits:
    """Opens sessions as the broker does."""

    def __init__(self, database: Database, keys: KeyRing, clock: MemoryClock) -> None:
        self.records = SqlRecords(database, keys, clock, LIFETIMES)
        self.clock = clock

    def open(self, name: str, account: AccountId = ANN) -> SessionId:
        login = replace(LOGIN, id=LoginId(f"l-{name}"))
        self.records.hold(login)
        session = replace(
            SESSION, id=SessionId(f"s-{name}"), account=account, began_at=self.clock()
        )
        key = NewKey(key=SessionKey(name), ends=None, device=f"Firefox {name}", source="192.0.2.0")
        self.records.admit(replace(login, version=1), session, key)
        return session.id


@pytest.fixture
def visits(database: Database, keys: KeyRing, clock: MemoryClock) -> Visits:
    return Visits(database, keys, clock)


@pytest.fixture
def sessions(database: Database, keys: KeyRing, clock: MemoryClock) -> SqlSessions:
    return SqlSessions(database, keys, clock, LIFETIMES)


@pytest.fixture
def rights(database: Database) -> SqlRights:
    return SqlRights(database)


def test_a_person_sees_their_live_sessions_the_last_used_first(
    visits: Visits, sessions: SqlSessions
) -> None:
    first = visits.open("1")
    visits.open("2", BOB)
    visits.clock.later(minutes=5)
    last = visits.open("3")
    for service in ("mail", "wiki", "mail"):
        visits.records.join(replace(JOINS, session=first, service=ServiceId(service)))
    assert [each.id for each in sessions.of(ANN)] == [last, first]
    assert sessions.of(ANN)[1] == SessionLine(
        id=first,
        device="Firefox 1",
        source="192.0.2.0",
        began_at=NOON,
        seen_at=NOON,
        methods=(MethodName("card"),),
        services=(ServiceId("mail"), ServiceId("wiki")),
    )
    visits.clock.later(minutes=25)
    assert [each.id for each in sessions.of(ANN)] == [last]


def test_a_session_is_alive_until_it_ends_or_idles_out(
    visits: Visits, sessions: SqlSessions
) -> None:
    ended, idle = visits.open("1"), visits.open("2")
    assert sessions.alive(ended) and sessions.alive(idle)
    assert not sessions.alive(SessionId("unknown"))
    visits.records.end(ended)
    assert [sessions.alive(ended), sessions.alive(idle)] == [False, True]
    visits.clock.later(minutes=30)
    assert not sessions.alive(idle)


def test_asking_whether_a_session_lives_does_not_keep_it_alive(
    visits: Visits, sessions: SqlSessions
) -> None:
    session = visits.open("1")
    visits.clock.later(minutes=20)
    assert sessions.alive(session)
    visits.clock.later(minutes=10)
    assert not sessions.alive(session)


def test_all_sessions_of_one_person_end_but_the_one_spared(
    visits: Visits, sessions: SqlSessions
) -> None:
    first, second, others = visits.open("1"), visits.open("2"), visits.open("3", BOB)
    sessions.end_all(ANN, second)
    assert [sessions.alive(each) for each in (first, second, others)] == [False, True, True]
    assert visits.records.session(SessionKey("1")) is None
    sessions.end_all(ANN, None)
    assert [sessions.alive(each) for each in (second, others)] == [False, True]


def test_a_right_holds_from_its_beginning_to_its_end(rights: SqlRights) -> None:
    until = NOON + timedelta(days=1)
    rights.give(replace(GRANT, until=until, given_by=BOB))
    held = [rights.held(ANN, at) for at in (NOON - timedelta(seconds=1), NOON, until)]
    assert held == [frozenset(), {Right(name="console.referent")}, frozenset()]
    assert rights.held(BOB, NOON) == frozenset()


def test_a_page_that_gives_or_ends_a_right_reads_what_is_true_then(
    database: Database, rights: SqlRights
) -> None:
    with database.reading():
        assert rights.granted(ANN, NOON) == []
        rights.give(GRANT)
        assert rights.granted(ANN, NOON) == [GRANT]
        rights.end(GRANT.id, NOON)
        assert rights.granted(ANN, NOON) == [] and rights.granted(BOB, NOON) == []


def test_a_grant_comes_back_as_it_was_given(rights: SqlRights) -> None:
    grants = [GRANT, replace(GRANT, id="g-2", name="mail.reader", structure=None, situation="c")]
    for grant in grants:
        rights.give(grant)
    assert list(rights.granted(ANN, NOON)) == grants
    assert Right(name="mail.reader", situation="c") in rights.held(ANN, NOON)


def test_a_right_that_ended_stays_ended_when_it_did(rights: SqlRights) -> None:
    rights.give(GRANT)
    hour = timedelta(hours=1)
    rights.end("g-1", NOON + hour)
    rights.end("g-1", NOON + 2 * hour)
    assert rights.held(ANN, NOON) and not rights.held(ANN, NOON + hour)


@pytest.mark.parametrize(
    ("name", "structure", "found"),
    [
        ("console.support", None, True),
        ("console.operator", "s-1", True),
        ("console.referent", "s-3", True),
        ("console.referent", None, True),
        ("console.referent", "s-1", False),
        ("consoles.reader", "s-3", False),
        ("mail.reader", None, False),
    ],
)
def test_whoever_has_a_further_console_is_beyond_a_referent(
    rights: SqlRights, name: str, structure: str | None, found: bool
) -> None:
    hour = NOON + timedelta(hours=1)
    rights.give(replace(GRANT, name=name, structure=structure, until=hour))
    assert rights.beyond(["s-1", "s-2"], NOON) == ([ANN] if found else [])
    assert rights.beyond(["s-1"], hour) == []


def test_who_holds_a_right_in_a_structure_is_found_while_it_holds(rights: SqlRights) -> None:
    until = NOON + timedelta(hours=1)
    rights.give(replace(GRANT, id="g-1", name="console.referent", structure="s-1", until=until))
    rights.give(replace(GRANT, id="g-2", name="console.referent", structure="s-2", account=BOB))
    held = [rights.holders("console.referent", ["s-1"], at) for at in (NOON, until)]
    assert held == [[ANN], []]
    assert rights.holders("console.support", ["s-1", "s-2"], NOON) == []


def test_a_right_is_given_once_and_again_when_it_ended(rights: SqlRights) -> None:
    first = rights.give_once(READER)
    assert first and rights.granted(ANN, NOON) == [first]
    assert rights.give_once(replace(READER, since=NOON + timedelta(hours=1))) is None
    # For another place, another person: another right.
    assert rights.give_once(replace(READER, situation="s-2"))
    assert rights.give_once(replace(READER, account=BOB))
    later = NOON + timedelta(days=1)
    rights.end(first.id, later)
    second = rights.give_once(replace(READER, since=later))
    assert second and second.id != first.id
    assert second in rights.granted(ANN, later) and first not in rights.granted(ANN, later)
    # Over by itself, a right may be given again as well.
    short = replace(READER, name="scan.writer", until=later)
    assert rights.give_once(short) and rights.give_once(replace(short, since=later, until=None))


def test_a_right_that_a_clock_ahead_gave_may_be_given_again_and_again(rights: SqlRights) -> None:
    ahead = rights.give_once(replace(READER, since=NOON + timedelta(minutes=10)))
    assert ahead
    rights.end(ahead.id, NOON)
    for minute in (1, 2, 3, 60):
        now = NOON + timedelta(minutes=minute)
        given = rights.give_once(replace(READER, since=now))
        assert given and rights.granted(ANN, now) == [given]
        rights.end(given.id, now + timedelta(seconds=1))


def test_the_same_right_is_given_in_each_structure(rights: SqlRights) -> None:
    given = [rights.give_once(replace(READER, structure=each)) for each in (None, "s-1", "s-2")]
    assert all(given) and len(rights.granted(ANN, NOON)) == 3


def test_of_two_who_give_a_right_at_the_same_moment_one_does(
    database: Database, rights: SqlRights
) -> None:
    given: list[Grant | None] = []

    def meanwhile(*ran: object) -> None:
        if "right_grant" in str(ran[2]) and not given:
            given.append(None)
            with ThreadPoolExecutor(1) as pool:
                given[:] = [pool.submit(rights.give_once, READER).result()]

    event.listen(database.engine, "after_cursor_execute", meanwhile)
    # The other one gave it between this one's question and this one's writing.
    assert rights.give_once(READER) is None
    assert rights.granted(ANN, NOON) == given and given[0]
