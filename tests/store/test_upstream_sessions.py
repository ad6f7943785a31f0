"""A provider says that its session is over: which of ours end, and which do not."""

from dataclasses import replace

import pytest

from hub.broker.records import NewKey, SessionKey
from hub.contract.accounts import UpstreamIdentity
from hub.contract.identifiers import LoginId, SessionId
from hub.store.database import Database
from hub.store.records import SqlRecords
from hub.store.sealing import KeyRing
from hub.store.sessions import SqlSessions
from hub.store.tables import upstream_session
from hub.store.trail import SqlTrail
from hub.testing.store_kits import LOGIN, SESSION
from hub.testing.toolbox import MemoryClock

AT = "https://provider.test"


class Store:
    def __init__(self, database: Database, keys: KeyRing, clock: MemoryClock) -> None:
        store = (database, keys, clock)
        self.database = database
        self.records, self.sessions = SqlRecords(*store), SqlSessions(*store)
        self.trail = SqlTrail(*store)
        self._began_at = clock()

    def came(self, name: str, *from_: UpstreamIdentity) -> None:
        login = replace(LOGIN, id=LoginId(f"l-{name}"))
        self.records.hold(login)
        proof = next(iter(SESSION.events))
        events = tuple(replace(proof, upstream=each) for each in from_) or (
            replace(proof, upstream=None),
        )
        session = replace(SESSION, id=SessionId(name), began_at=self._began_at, events=events)
        new = NewKey(key=SessionKey(f"k-{name}"), ends=None)
        self.records.admit(replace(login, version=1), session, new)

    def alive(self) -> list[str]:
        names = ("first", "second", "other", "own")
        return [name for name in names if self.sessions.alive(SessionId(name))]


def identity(subject: str, sid: str = "", issuer: str = AT) -> UpstreamIdentity:
    session = {"sid": sid} if sid else {}
    return UpstreamIdentity(issuer=issuer, subject=subject, session=dict(session))


@pytest.fixture
def store(database: Database, keys: KeyRing, clock: MemoryClock) -> Store:
    """Two sessions of one person at the provider, one at another, one by password."""
    store = Store(database, keys, clock)
    store.came("first", identity("ann", "1"))
    store.came("second", identity("ann"))
    store.came("other", identity("ann", "1", issuer="https://other.test"))
    store.came("own")
    return store


@pytest.mark.parametrize(
    ("subject", "sid", "left"),
    [
        ("ann", None, ["other", "own"]),
        (None, "1", ["second", "other", "own"]),
        # The second never learnt how the provider calls its session: it may be this one.
        ("ann", "1", ["other", "own"]),
        ("ann", "2", ["first", "other", "own"]),
        ("bob", "1", ["first", "second", "other", "own"]),
        ("bob", None, ["first", "second", "other", "own"]),
        (None, None, ["first", "second", "other", "own"]),
    ],
)
def test_only_what_came_from_that_session_ends(
    store: Store, subject: str | None, sid: str | None, left: list[str]
) -> None:
    store.sessions.end_upstream(AT, subject, sid)
    assert store.alive() == left


def test_the_person_finds_it_in_their_history(store: Store) -> None:
    store.sessions.end_upstream(AT, "ann", None)
    actions = [each.action for each in store.trail.of_account(SESSION.account)]
    assert actions.count("session.ended_by_provider") == 2


def test_no_name_is_readable_and_nothing_is_left_of_what_ended(store: Store) -> None:
    store.sessions.end_upstream(AT, "ann", None)
    with store.database.transaction() as transaction:
        (row,) = transaction.execute(upstream_session.select()).all()
    assert row.session == "other"
    assert "ann" not in row.subject and row.sid not in ("", "1")


def test_proving_it_again_takes_the_newer_sid(store: Store) -> None:
    store.came("again", identity("eve", "1"), identity("eve", "2"))
    store.sessions.end_upstream(AT, "eve", "1")
    assert store.sessions.alive(SessionId("again"))
    store.sessions.end_upstream(AT, None, "2")
    assert not store.sessions.alive(SessionId("again"))


def test_a_provider_ends_a_session_by_its_own_name_for_the_person(store: Store) -> None:
    """Known here by a national number, there by a name of the provider's own."""
    named = UpstreamIdentity(issuer=AT, subject="899700075064", session={"sid": "9", "sub": "f:9"})
    store.came("third", named)
    store.sessions.end_upstream(AT, "f:8", "9")
    assert store.sessions.alive(SessionId("third"))
    store.sessions.end_upstream(AT, "f:9", "9")
    assert not store.sessions.alive(SessionId("third"))
