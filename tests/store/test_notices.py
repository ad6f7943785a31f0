"""Whoever opened a service in a session is owed word of its end, by whatever road it ended."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from hub.broker.farewells import Farewell, ServiceLeft, Word
from hub.broker.records import NewKey, SessionKey
from hub.contract.audit import AuditEntry
from hub.contract.identifiers import AccountId, LoginId, ServiceId, SessionId
from hub.contract.logout import Participation
from hub.store.database import Database
from hub.store.departures import SqlDepartures
from hub.store.expiry import end_dead_sessions
from hub.store.lifetimes import Lifetimes
from hub.store.notices import Notices
from hub.store.purge import purge
from hub.store.records import SqlRecords
from hub.store.sealing import KeyRing
from hub.store.sessions import SqlSessions
from hub.store.tables import notice, trail
from hub.testing.store_kits import LOGIN, SESSION
from hub.testing.toolbox import MemoryClock

LIFETIMES = Lifetimes(idle=timedelta(minutes=30), longest=timedelta(hours=4))
MAIL, WIKI = ServiceId("mail"), ServiceId("wiki")
KEY = SessionKey("k-1")
BROWSER = "the browser that left"


class Visit:
    """One session in which two services were opened."""

    def __init__(self, database: Database, keys: KeyRing, clock: MemoryClock) -> None:
        store = (database, keys, clock)
        self.database, self.clock = database, clock
        self.records = SqlRecords(*store, LIFETIMES)
        self.sessions = SqlSessions(*store, LIFETIMES)
        self.departures = SqlDepartures(*store)
        self.notices = Notices(*store)
        self.records.hold(LOGIN)
        self.login = replace(LOGIN, version=1)
        session = replace(SESSION, began_at=clock())
        self.records.admit(self.login, session, NewKey(key=KEY, ends=None))
        for service in (MAIL, WIKI):
            self.records.join(opened(service))

    def another_signs_in(self) -> None:
        other = replace(SESSION, id=SessionId("s-2"), account=AccountId("b-2"))
        login = replace(LOGIN, id=LoginId("l-2"))
        self.records.hold(login)
        new = NewKey(key=SessionKey("k-2"), ends=KEY)
        self.records.admit(replace(login, version=1), other, new)

    def words(self) -> list[Word]:
        return [each.word for each in self.notices.of(SESSION.id)]

    def actions(self) -> list[str]:
        with self.database.transaction() as transaction:
            return list(transaction.execute(select(trail.c.action)).scalars())

    def expire(self) -> int:
        return end_dead_sessions(self.database, self.clock, LIFETIMES)


def opened(service: ServiceId) -> Participation:
    handle = {"subject": f"ann at {service}", "sid": f"s at {service}"}
    return Participation(session=SESSION.id, service=service, frontend="oidc", handle=handle)


def farewell(session: SessionId = SESSION.id, **more: str) -> Farewell:
    left = MemoryClock()()
    back = more.get("return_url")
    return Farewell(
        id="f-1", browser=BROWSER, session=session, left_at=left, service=MAIL, return_url=back
    )


@pytest.fixture
def visit(database: Database, keys: KeyRing, clock: MemoryClock) -> Visit:
    return Visit(database, keys, clock)


def idle(visit: Visit) -> None:
    visit.clock.later(minutes=30)
    assert visit.expire() == 1


ROADS: dict[str, Callable[[Visit], object]] = {
    "own click": lambda visit: visit.departures.end(farewell()),
    "account page": lambda visit: visit.records.end(SESSION.id),
    "changed password, suspension, reset": lambda v: v.sessions.end_all(SESSION.account, None),
    "another person in the same browser": lambda visit: visit.another_signs_in(),
    "idle": idle,
}


@pytest.mark.parametrize("road", ROADS.values(), ids=ROADS.keys())
def test_by_whatever_road_a_session_ends_its_services_are_owed_word(
    visit: Visit, road: Callable[[Visit], object]
) -> None:
    assert visit.words() == []
    road(visit)
    assert visit.notices.of(SESSION.id) == [
        ServiceLeft(service=MAIL, word=Word.WAITING),
        ServiceLeft(service=WIKI, word=Word.WAITING),
    ]
    owed = visit.notices.claim()
    assert owed and owed.participation == opened(MAIL) and owed.account == SESSION.account
    assert not visit.sessions.alive(SESSION.id)


def test_a_session_that_ends_twice_owes_once(visit: Visit) -> None:
    visit.records.end(SESSION.id)
    visit.records.end(SESSION.id)
    visit.sessions.end_all(SESSION.account, None)
    assert visit.words() == [Word.WAITING, Word.WAITING]


def test_a_session_in_use_is_not_ended_for_being_old_until_its_longest_life(visit: Visit) -> None:
    for _ in range(11):
        visit.clock.later(minutes=20)
        assert visit.records.session(KEY) and visit.expire() == 0
    visit.clock.later(minutes=20)
    assert visit.expire() == 1
    assert visit.actions().count("session.expired") == 1
    assert visit.expire() == 0


def test_a_notice_is_claimed_by_one_worker_and_free_again_when_that_one_died(
    visit: Visit,
) -> None:
    visit.records.end(SESSION.id)
    first, second = visit.notices.claim(), visit.notices.claim()
    assert first and second and first.number != second.number
    assert visit.notices.claim() is None
    visit.clock.later(minutes=1)
    again = visit.notices.claim()
    assert again and again.participation == first.participation


def test_a_service_that_is_just_being_told_holds_one_place(
    visit: Visit, database: Database, keys: KeyRing, clock: MemoryClock
) -> None:
    other = replace(opened(MAIL), session=SessionId("s-2"))
    visit.another_signs_in()
    visit.records.join(other)
    visit.sessions.end_all(AccountId("b-2"), None)
    claimed = [visit.notices.claim() for _ in range(3)]
    services = [each.participation.service if each else None for each in claimed]
    assert services == [MAIL, WIKI, None]
    assert claimed[0]
    visit.notices.settle(claimed[0], Word.TOLD)
    later = visit.notices.claim()
    assert later and later.participation == other


def test_what_was_told_is_written_down_and_its_handle_erased(visit: Visit) -> None:
    visit.records.end(SESSION.id)
    owed = visit.notices.claim()
    assert owed
    visit.notices.settle(owed, Word.TOLD)
    assert visit.words() == [Word.TOLD, Word.WAITING]
    assert visit.actions().count("service.told_of_leaving") == 1
    with visit.database.transaction() as transaction:
        handles = transaction.execute(select(notice.c.handle).order_by(notice.c.number)).scalars()
        assert [each is None for each in handles] == [True, False]


def test_a_service_that_does_not_answer_is_tried_for_a_day_each_time_later(visit: Visit) -> None:
    visit.records.end(SESSION.id)
    pauses: list[float] = []
    while Word.WAITING in visit.words():
        due = visit.clock()
        while (owed := visit.notices.claim()) is None:
            visit.clock.later(seconds=1 if len(pauses) < 12 else 60)
        pauses.append((visit.clock() - due).total_seconds())
        visit.notices.postpone(owed)
        if other := visit.notices.claim():
            visit.notices.settle(other, Word.TOLD)
    assert visit.words() == [Word.GIVEN_UP, Word.TOLD]
    assert pauses[:5] == [0, 2, 4, 8, 16] and max(pauses) <= 3660
    assert visit.actions().count("service.not_told") == 1
    assert visit.notices.claim() is None


def test_who_was_slower_than_its_claim_overwrites_nothing(visit: Visit) -> None:
    visit.records.end(SESSION.id)
    slow = visit.notices.claim()
    visit.clock.later(minutes=2)
    quick = visit.notices.claim()
    assert slow and quick and slow.number == quick.number
    visit.notices.settle(quick, Word.TOLD)
    visit.notices.settle(slow, Word.GIVEN_UP)
    assert visit.words()[0] is Word.TOLD
    assert "service.not_told" not in visit.actions()


def test_a_farewell_is_read_for_an_hour_in_the_browser_that_left(visit: Visit) -> None:
    left = farewell(return_url="https://mail.test/bye?state=secret")
    visit.departures.end(left)
    assert visit.departures.farewell("f-1", BROWSER) == left
    assert visit.departures.farewell("f-1", "another") is None
    assert visit.departures.farewell("f-2", BROWSER) is None
    visit.clock.later(hours=1)
    assert visit.departures.farewell("f-1", BROWSER) is None


def test_a_service_left_alone_is_out_of_the_session_which_goes_on(visit: Visit) -> None:
    visit.departures.close(SESSION.id, MAIL)
    assert visit.records.participations(SESSION.id) == [opened(WIKI)]
    assert visit.records.session(KEY)
    visit.records.end(SESSION.id)
    assert [each.service for each in visit.notices.of(SESSION.id)] == [WIKI]


def test_what_was_opened_for_another_place_is_dismissed_and_told_so_alone(visit: Visit) -> None:
    there = replace(opened(MAIL), situation="surgery", handle={"sid": "another s at mail"})
    visit.records.join(there)

    visit.departures.dismiss(opened(MAIL))

    assert visit.records.participations(SESSION.id) == [opened(WIKI), there]
    assert visit.records.session(KEY)
    owed = visit.notices.claim()
    assert owed is not None and owed.participation == opened(MAIL)
    assert visit.notices.claim() is None


def test_a_service_remembers_the_place_it_was_last_opened_for(visit: Visit) -> None:
    for place in ("surgery", "clinic"):
        visit.records.join(replace(opened(WIKI), situation=place))

    wiki = replace(opened(WIKI), situation="clinic")
    assert visit.records.participations(SESSION.id) == [opened(MAIL), wiki]


def test_notices_and_farewells_are_forgotten_in_time_and_not_before(visit: Visit) -> None:
    visit.departures.end(farewell())
    visit.clock.later(hours=24)
    assert "notice" not in {t for t, gone in purge(visit.database, visit.clock()).items() if gone}
    assert visit.words() == [Word.WAITING, Word.WAITING]
    visit.clock.later(hours=24)
    gone = purge(visit.database, visit.clock())
    assert gone["notice"] == 2 and visit.words() == []


def test_a_word_of_a_newer_version_is_read_as_one_that_waits(visit: Visit) -> None:
    visit.departures.end(farewell())
    with visit.database.transaction() as transaction:
        transaction.execute(update(notice).values(state="heard_of_later"))
    assert visit.words() == [Word.WAITING, Word.WAITING]


def test_of_two_leavings_at_the_same_moment_the_first_counts(visit: Visit) -> None:
    entry = AuditEntry(at=visit.clock(), action="session.left")
    first = visit.departures.end(farewell(), entry)
    second = visit.departures.end(replace(farewell(), id="f-2"), entry)
    assert first == second == farewell()
    assert visit.departures.farewell("f-2", BROWSER) is None
    assert visit.actions().count("session.left") == 1


def test_a_session_that_ended_by_itself_is_left_all_the_same(visit: Visit) -> None:
    idle(visit)
    assert visit.departures.end(farewell()) == farewell()
    # Another browser reads nothing of it.
    theirs = replace(farewell(), id="f-2", browser="another browser")
    assert visit.departures.end(theirs) == theirs


def test_the_last_leaving_of_a_browser_is_its_own_and_of_the_last_minute(visit: Visit) -> None:
    visit.departures.end(farewell())
    assert visit.departures.last(BROWSER) == farewell()
    assert visit.departures.last("another browser") is None
    visit.clock.later(seconds=61)
    assert visit.departures.last(BROWSER) is None
