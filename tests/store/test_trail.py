"""The audit trail notices every change, and forgets a person without losing its proof."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Connection, delete, event, insert, select, update

from hub.contract.audit import AuditEntry
from hub.contract.identifiers import AccountId, LoginId, ServiceId
from hub.store.database import Database
from hub.store.sealing import KeyRing
from hub.store.tables import checkpoint, trail, trail_head, trail_key
from hub.people.auditing import Checked
from hub.store.searching import SqlAudit
from hub.store.trail import SqlTrail
from hub.testing.toolbox import NOON, MemoryClock

ANN, BOB = AccountId("a-1"), AccountId("b-2")
ENTRY = AuditEntry(
    at=NOON,
    action="login.vouched",
    login=LoginId("l-1"),
    account=ANN,
    service=ServiceId("mail"),
    details={"acr": "high", "lieu": "Évreux"},
    support="K7QF-2M",
)


@pytest.fixture
def book(database: Database, keys: KeyRing, clock: MemoryClock) -> SqlTrail:
    """Six entries linked, four of them signed."""
    book = SqlTrail(database, keys, clock)
    for account in (ANN, BOB, None, ANN):
        book.note(replace(ENTRY, account=account))
    assert book.link() == 4
    assert book.checkpoint()
    for account in (BOB, ANN):
        book.note(replace(ENTRY, account=account))
    assert book.link() == 2
    return book


def test_entries_are_found_again_as_they_were_written(book: SqlTrail, clock: MemoryClock) -> None:
    later = replace(ENTRY, at=NOON.replace(hour=13), action="session.ended", support="AAAA-00")
    book.note(later)
    assert book.of_account(ANN, 2) == [later, ENTRY]
    assert book.by_support("k7qf-2m ")[0] == ENTRY
    assert len(book.by_support("K7QF-2M")) == 6
    assert book.by_support("none") == []


def test_an_untouched_trail_is_whole(book: SqlTrail) -> None:
    verdict = book.verify()
    assert (verdict.whole, verdict.linked, verdict.unlinked) == (True, 6, 0)
    assert "whole: 6 entries" in verdict.words


def test_an_empty_trail_is_whole(database: Database, keys: KeyRing, clock: MemoryClock) -> None:
    empty = SqlTrail(database, keys, clock)
    assert empty.link() == 0
    assert not empty.checkpoint()
    assert empty.verify().whole


def test_what_is_not_linked_yet_is_named(book: SqlTrail) -> None:
    book.note(ENTRY)
    book.note(ENTRY)
    assert book.verify().unlinked == 2
    assert "2 not yet linked" in book.verify().words


def test_a_checkpoint_is_signed_only_when_something_was_added(book: SqlTrail) -> None:
    assert book.checkpoint()
    assert not book.checkpoint()
    assert book.verify().whole


def _numbered(sequence: int) -> Any:
    return trail.c.sequence == sequence


TAMPERINGS: dict[str, tuple[int, Callable[[], Any]]] = {
    "details": (2, lambda: update(trail).where(_numbered(2)).values(details="{}")),
    "action": (5, lambda: update(trail).where(_numbered(5)).values(action="x")),
    "time": (3, lambda: update(trail).where(_numbered(3)).values(at=NOON.replace(year=2020))),
    "blamed on another": (1, lambda: update(trail).where(_numbered(1)).values(account=BOB)),
    "blamed on a stranger": (4, lambda: update(trail).where(_numbered(4)).values(account="c")),
    "blamed though nobody's": (3, lambda: update(trail).where(_numbered(3)).values(account=ANN)),
    "one removed": (3, lambda: delete(trail).where(_numbered(3))),
    "tail cut": (6, lambda: delete(trail).where(_numbered(6))),
    "all removed": (1, lambda: delete(trail)),
    "hash": (2, lambda: update(trail).where(_numbered(2)).values(hash="0" * 64)),
}


@pytest.mark.parametrize("name", TAMPERINGS)
def test_the_first_entry_that_is_not_as_it_was_is_named(
    name: str, book: SqlTrail, database: Database
) -> None:
    bad, statement = TAMPERINGS[name]
    with database.transaction() as transaction:
        transaction.execute(statement())
    verdict = book.verify()
    assert (verdict.whole, verdict.bad) == (False, bad)
    assert "NOT whole" in verdict.words


def test_a_tail_cut_together_with_the_head_is_noticed_by_the_checkpoint(
    book: SqlTrail, database: Database
) -> None:
    with database.transaction() as transaction:
        _cut_after(transaction, 3)
    assert book.verify().bad == 4


def test_a_chain_computed_anew_is_noticed_by_the_checkpoint(
    book: SqlTrail, database: Database
) -> None:
    with database.transaction() as transaction:
        transaction.execute(update(trail).where(_numbered(2)).values(action="login.refused"))
        transaction.execute(update(trail).values(sequence=None, hash=None))
        transaction.execute(delete(trail_head))
    book.link()
    assert book.verify().problem == "entry 4 is not the one that was signed"


def test_a_checkpoint_signed_by_somebody_else_counts_as_tampering(
    book: SqlTrail, database: Database
) -> None:
    with database.transaction() as transaction:
        transaction.execute(update(checkpoint).values(signature=b"\0" * 64))
    assert "not signed with this hub's key" in book.verify().problem


def test_a_person_is_forgotten_and_the_chain_stays_whole(
    book: SqlTrail, database: Database
) -> None:
    book.forget(ANN)
    assert book.of_account(ANN, 10) == []
    assert len(book.of_account(BOB, 10)) == 2
    assert book.verify().whole
    with database.transaction() as transaction:
        assert transaction.execute(select(trail_key.c.account)).scalars().all() == [BOB]
        shown = repr(transaction.execute(select(trail)).all())
    assert ANN not in shown


def test_an_entry_slipped_in_as_linked_is_noticed(book: SqlTrail, database: Database) -> None:
    false = {"at": NOON, "action": "x", "details": "{}", "sequence": 7, "hash": "0" * 64}
    with database.transaction() as transaction:
        transaction.execute(insert(trail).values(false))
        transaction.execute(update(trail_head).values(size=7, hash="0" * 64))
    assert book.verify().bad == 7


def _cut_after(transaction: Connection, size: int) -> None:
    kept = transaction.execute(select(trail.c.hash).where(_numbered(size))).scalar_one()
    transaction.execute(delete(trail).where(trail.c.sequence > size))
    transaction.execute(update(trail_head).values(size=size, hash=kept))


def test_a_key_is_destroyed_only_by_whoever_keeps_the_linker_waiting(
    book: SqlTrail, database: Database, clock: MemoryClock
) -> None:
    """In one transaction, the chain's end first: under a linking entry no key disappears."""
    book.note(ENTRY)
    ran: list[str] = []
    event.listen(
        database.engine,
        "before_cursor_execute",
        lambda c, cur, statement, *_: ran.append(statement.split(" SET ")[0]),
    )
    event.listen(database.engine, "commit", lambda c: ran.append("COMMIT"))
    book.forget(ANN)
    _kept_waiting(ran, "DELETE FROM trail_key")
    assert book.verify().whole
    ran.clear()
    book.purge(clock(), {})
    _kept_waiting(ran, "DELETE FROM trail")


def _kept_waiting(ran: list[str], deleted: str) -> None:
    held = ran.index("UPDATE trail_head")
    gone = next(place for place, each in enumerate(ran) if each.startswith(deleted))
    assert held < gone and "COMMIT" not in ran[held:gone]


def test_the_newest_part_alone_is_read_from_a_signed_place(
    book: SqlTrail, database: Database, keys: KeyRing, clock: MemoryClock
) -> None:
    audit = SqlAudit(database, keys, clock)
    assert audit.check(6) == Checked(since=0, upto=6, unread=0, unlinked=0)
    assert audit.check(3) == Checked(since=4, upto=6, unread=0, unlinked=0)
    # No place near enough was signed: from the last one on, as far as it goes.
    assert audit.check(1) == Checked(since=4, upto=5, unread=1, unlinked=0)


@pytest.mark.parametrize("name", ["action", "tail cut"])
def test_a_change_in_the_newest_part_is_noticed(
    name: str, book: SqlTrail, database: Database, keys: KeyRing, clock: MemoryClock
) -> None:
    with database.transaction() as transaction:
        transaction.execute(TAMPERINGS[name][1]())
    assert not SqlAudit(database, keys, clock).check(3).whole
    assert not SqlAudit(database, keys, clock).check(2).whole
