"""The trail is searched by what its entries are about, page after page."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from hub.contract.audit import AuditEntry
from hub.contract.identifiers import AccountId, ServiceId
from hub.people.auditing import Query
from hub.store.database import Database
from hub.store.sealing import KeyRing
from hub.store.searching import SqlAudit
from hub.store.trail import SqlTrail
from hub.testing.toolbox import NOON, MemoryClock

ANN = AccountId("a-1")
FIRST = AuditEntry(at=NOON, action="login.begun", service=ServiceId("mail"), support="K7QF-2M")
ENTRIES = (
    FIRST,
    replace(FIRST, action="login.vouched", account=ANN, at=NOON + timedelta(hours=1)),
    replace(FIRST, action="loginx", at=NOON + timedelta(hours=2), service=None),
    replace(FIRST, action="login", at=NOON + timedelta(hours=3), support=None),
)


@pytest.fixture
def audit(database: Database, keys: KeyRing, clock: MemoryClock) -> SqlAudit:
    book = SqlTrail(database, keys, clock)
    for each in ENTRIES:
        book.note(each)
    return SqlAudit(database, keys, clock)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["login", "loginx", "login.vouched", "login.begun"]),
        ({"action": "login"}, ["login", "login.vouched", "login.begun"]),
        ({"action": "login.begun"}, ["login.begun"]),
        ({"action": "login%"}, []),
        ({"account": ANN}, ["login.vouched"]),
        ({"service": ServiceId("mail"), "support": "K7QF-2M"}, ["login.vouched", "login.begun"]),
        ({"since": NOON + timedelta(hours=2)}, ["login", "loginx"]),
        ({"until": NOON + timedelta(hours=1)}, ["login.begun"]),
    ],
)
def test_every_condition_holds_of_what_is_found(
    query: dict[str, Any], found: list[str], audit: SqlAudit
) -> None:
    assert [each.entry.action for each in audit.search(Query(**query), 10)] == found


def test_the_next_page_begins_where_the_last_one_ended(audit: SqlAudit) -> None:
    first = audit.search(Query(), 3)
    rest = audit.search(Query(before=first[-1].number), 3)
    assert [each.entry for each in (*first, *rest)] == list(reversed(ENTRIES))


def test_what_is_not_linked_yet_is_found_without_a_place(
    audit: SqlAudit, database: Database, keys: KeyRing, clock: MemoryClock
) -> None:
    assert {each.sequence for each in audit.search(Query(), 10)} == {None}
    SqlTrail(database, keys, clock).link()
    assert [each.sequence for each in audit.search(Query(), 10)] == [4, 3, 2, 1]
