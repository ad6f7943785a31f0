"""What « Mes services » keeps: the same kit in memory and in tables, sealed, and forgotten."""

from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from hub.contract.audit import AuditEntry
from hub.contract.identifiers import AccountId, ServiceId
from hub.people.access import WAITS_FOR
from hub.people.posted import KEPT
from hub.store.access_requests import SqlAccessRequests
from hub.store.database import Database
from hub.store.known_people import SqlKnownPeople
from hub.store.posted import SqlPosted
from hub.store.purge import purge
from hub.store.sealing import KeyRing
from hub.store.space_tables import access_request, own_space, posted_notice
from hub.store.spaces import SqlSpaces
from hub.store.trail import SqlTrail
from hub.testing.spaces import (
    ACCESS,
    ANN,
    LINK,
    NOON,
    POSTED,
    SPACES,
    MakeAccess,
    MakePosted,
    MakeSpaces,
    MemoryAccess,
    MemoryPosted,
    MemorySpaces,
    asks,
    notice,
)
from hub.testing.toolbox import MemoryClock
from hub.people.space import Space, with_link


@pytest.mark.parametrize("check", SPACES)
def test_spaces_in_memory(check: Callable[[MakeSpaces], None]) -> None:
    check(MemorySpaces)


@pytest.mark.parametrize("check", SPACES)
def test_spaces_in_tables(
    check: Callable[[MakeSpaces], None], database: Database, keys: KeyRing
) -> None:
    check(lambda: SqlSpaces(database, keys))


@pytest.mark.parametrize("check", POSTED)
def test_notices_in_memory(check: Callable[[MakePosted], None]) -> None:
    check(MemoryPosted)


@pytest.mark.parametrize("check", POSTED)
def test_notices_in_tables(
    check: Callable[[MakePosted], None], database: Database, keys: KeyRing
) -> None:
    check(lambda: SqlPosted(database, keys))


@pytest.mark.parametrize("check", ACCESS)
def test_access_requests_in_memory(check: Callable[[MakeAccess], None]) -> None:
    check(MemoryAccess)


@pytest.mark.parametrize("check", ACCESS)
def test_access_requests_in_tables(
    check: Callable[[MakeAccess], None], database: Database, keys: KeyRing
) -> None:
    check(lambda: SqlAccessRequests(database, keys))


def test_what_people_open_and_are_told_is_sealed(database: Database, keys: KeyRing) -> None:
    SqlSpaces(database, keys).keep(ANN, with_link(Space(), LINK))
    SqlPosted(database, keys).post(notice("n-1"))
    SqlAccessRequests(database, keys).add(asks("q-1"))
    with database.transaction() as transaction:
        rows = [transaction.execute(select(each)).one() for each in _TABLES]
    for row, secret in zip(rows, ("labo.test", "Un message", "urgences"), strict=True):
        assert secret.encode() not in repr(row).encode() + row.body


def test_old_notices_and_requests_nobody_answered_are_forgotten(
    database: Database, keys: KeyRing
) -> None:
    SqlPosted(database, keys).post(notice("n-1"))
    SqlAccessRequests(database, keys).add(asks("q-1"))
    purge(database, NOON)
    assert _left(database) == (1, 1)
    purge(database, NOON + WAITS_FOR)
    assert _left(database) == (1, 0)
    purge(database, NOON + KEPT)
    assert _left(database) == (0, 0)


def test_a_service_means_only_those_it_was_told_of(database: Database, keys: KeyRing) -> None:
    clock = MemoryClock()
    written = SqlTrail(database, keys, clock)
    known = SqlKnownPeople(database, lambda service, account: (service, f"{account}@{service}"))
    for action, account in (("login.vouched", "a-1"), ("method.proved", "b-2")):
        written.note(_entry(clock, action, account))
    assert known.called("mail", "a-1@mail") is None
    written.link()
    assert known.called("mail", "a-1@mail") == ANN
    assert known.called("mail", "b-2@mail") is None
    assert known.called("scan", "a-1@mail") is None
    written.note(_entry(clock, "login.vouched", "b-2"))
    written.link()
    assert known.called("mail", "b-2@mail") == AccountId("b-2")


def _entry(clock: MemoryClock, action: str, account: str) -> AuditEntry:
    service = ServiceId("mail")
    return AuditEntry(at=clock(), action=action, account=AccountId(account), service=service)


_TABLES = (own_space, posted_notice, access_request)


def _left(database: Database) -> tuple[int, ...]:
    counted = [select(func.count()).select_from(each) for each in _TABLES[1:]]
    with database.transaction() as transaction:
        return tuple(transaction.execute(each).scalar_one() for each in counted)
