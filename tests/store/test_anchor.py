"""The trail's anchor: what a file outside the database holds, the tables cannot take back."""

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, insert, update
from structlog.testing import capture_logs

from hub.app import compose
from hub.configuration import configured
from hub.contract.audit import AuditEntry
from hub.store.anchor import Anchor
from hub.store.chain import statement
from hub.store.database import Database
from hub.store.sealing import KeyRing
from hub.store.searching import SqlAudit
from hub.store.tables import checkpoint, trail, trail_head
from hub.store.trail import SqlTrail
from hub.testing.running import BASE, running_hub
from hub.testing.toolbox import MemoryClock
from tests.store.test_retention import Year


class Book:
    """A hub that writes an anchor; two entries and their checkpoint an hour."""

    def __init__(self, database: Database, keys: KeyRing, clock: MemoryClock, file: Path) -> None:
        self.database, self.keys, self.clock, self.file = database, keys, clock, file
        self.trail = SqlTrail(database, keys, clock, anchor=Anchor(file))

    def hour(self) -> None:
        for action in ("login.vouched", "session.left"):
            self.trail.note(AuditEntry(at=self.clock(), action=action))
        self.trail.link()
        self.trail.checkpoint()
        self.clock.later(hours=1)

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(each) for each in self.file.read_text().splitlines()]

    def linked_anew(self) -> None:
        """By somebody who writes every table: all checkpoints gone, the entries another story."""
        with self.database.transaction() as transaction:
            transaction.execute(delete(checkpoint))
            transaction.execute(update(trail).where(trail.c.sequence == 2).values(action="x"))
            transaction.execute(update(trail).values(sequence=None, hash=None))
            transaction.execute(delete(trail_head))
        self.trail.link()


@pytest.fixture
def book(database: Database, keys: KeyRing, clock: MemoryClock, tmp_path: Path) -> Book:
    made = Book(database, keys, clock, tmp_path / "anchor")
    made.hour()
    made.hour()
    return made


def test_each_checkpoint_is_a_signed_line_that_its_owner_alone_reads(book: Book) -> None:
    assert book.trail.verify().whole
    assert [each["size"] for each in book.lines()] == [2, 4]
    for each in book.lines():
        said = statement(each["size"], each["hash"], each["at"])
        assert book.keys.signed(said, bytes.fromhex(each["signature"]), each["size"])
    assert book.file.stat().st_mode & 0o777 == 0o600
    # Nothing new was signed: nothing is written twice.
    book.trail.checkpoint()
    assert len(book.lines()) == 2


def test_a_chain_linked_anew_without_its_checkpoints_is_noticed(book: Book) -> None:
    book.linked_anew()
    alone = SqlTrail(book.database, book.keys, book.clock)
    assert alone.verify().whole, "the tables alone cannot tell"
    assert "the anchor holds a checkpoint at entry 2" in book.trail.verify().words
    # Even once the hub itself signed what was made of it.
    book.hour()
    assert alone.verify().whole and not book.trail.verify().whole
    audit = SqlAudit(book.database, book.keys, book.clock, Anchor(book.file))
    assert not audit.check(2).whole


def test_a_checkpoint_that_is_gone_is_noticed_though_no_entry_was_changed(book: Book) -> None:
    with book.database.transaction() as transaction:
        transaction.execute(delete(checkpoint).where(checkpoint.c.size == 2))
    assert "at entry 2" in book.trail.verify().problem


def test_an_emptied_trail_is_noticed(book: Book) -> None:
    with book.database.transaction() as transaction:
        for table in (trail, checkpoint, trail_head):
            transaction.execute(delete(table))
    assert SqlTrail(book.database, book.keys, book.clock).verify().whole
    assert not book.trail.verify().whole


@pytest.mark.parametrize("size", [3, 6, 2**62])
def test_a_row_that_nobody_signed_is_not_written_down(book: Book, size: int) -> None:
    false = {"size": size, "hash": "f" * 64, "at": book.clock(), "signature": b"nonsense"}
    with book.database.transaction() as transaction:
        transaction.execute(insert(checkpoint).values(false))
    book.hour()
    assert not book.trail.verify().whole
    with book.database.transaction() as transaction:
        transaction.execute(delete(checkpoint).where(checkpoint.c.size == size))
    book.hour()
    # Nothing of it stays, and every later checkpoint is written down as before.
    assert book.trail.verify().whole, book.trail.verify().words
    assert book.lines()[-1]["size"] == 8 and size not in [each["size"] for each in book.lines()]
    book.linked_anew()
    assert not book.trail.verify().whole


def test_lines_that_the_hub_did_not_sign_hold_nothing(book: Book) -> None:
    told = {**book.lines()[0], "size": 2**62}
    odd = '{"size": 1e999, "hash": "f", "at": 1, "signature": "00"}'
    half = '{"size": 7, "hash": "\\ud800", "at": 1, "signature": "00"}'
    with book.file.open("a") as file:
        file.write("\n".join([json.dumps(told), odd, half, '{"size": 7, "hash": "f"}', "[]", ""]))
    book.hour()
    assert book.trail.verify().whole, book.trail.verify().words
    assert json.loads(book.file.read_text().splitlines()[-1])["size"] == 6
    # Alone in the file, they are as good as none.
    book.file.write_text(json.dumps(told) + "\n")
    assert "the anchor is empty" in book.trail.verify().problem


@pytest.mark.parametrize("taken", ["emptied", "gone", "unreadable"])
def test_an_anchor_that_is_taken_away_is_noticed(book: Book, taken: str) -> None:
    book.file.unlink()
    if taken == "emptied":
        book.file.touch()
    if taken == "unreadable":
        book.file.mkdir()
    assert "the anchor" in book.trail.verify().problem


def test_a_line_torn_by_a_power_cut_is_written_again_whole(book: Book) -> None:
    whole = book.file.read_bytes()
    book.file.write_bytes(whole[:-20])
    assert book.trail.verify().whole
    book.hour()
    assert book.trail.verify().whole
    kept = [line for line in book.file.read_text().splitlines() if line.endswith('"}')]
    assert [json.loads(each)["size"] for each in kept] == [2, 4, 6]


def test_a_file_that_cannot_be_written_stops_no_signing_and_is_caught_up_with(
    book: Book, tmp_path: Path
) -> None:
    away = tmp_path / "away"
    book.file.rename(away)
    book.file.mkdir()
    with capture_logs() as logs:
        book.hour()
    assert [each["event"] for each in logs] == ["audit.anchor_not_written"]
    assert Anchor(book.file).trouble()
    book.file.rmdir()
    away.rename(book.file)
    assert not Anchor(book.file).trouble()
    book.trail.checkpoint()
    assert [each["size"] for each in book.lines()] == [2, 4, 6]
    assert book.trail.verify().whole


def test_nothing_is_written_through_a_link(book: Book, tmp_path: Path) -> None:
    book.file.rename(tmp_path / "elsewhere")
    book.file.symlink_to(tmp_path / "elsewhere")
    before = book.file.read_bytes()
    assert Anchor(book.file).trouble()
    with capture_logs():
        book.hour()
    assert book.file.read_bytes() == before


def test_what_retention_takes_away_is_not_missed(
    database: Database, keys: KeyRing, clock: MemoryClock, tmp_path: Path
) -> None:
    year = Year(database, keys, clock)
    year.trail = SqlTrail(database, keys, clock, anchor=Anchor(tmp_path / "anchor"))
    year.trail.checkpoint()
    assert year.run()["trail"] == 12
    verdict = year.trail.verify()
    assert verdict.whole and verdict.purged == 12, verdict.words
    year.trail.renew_key()
    year.trail.checkpoint()
    assert year.trail.verify().whole


@pytest.mark.slow
def test_a_node_that_never_signs_writes_its_own_file(tmp_path: Path) -> None:
    signs = running_hub(tmp_path, audit={"anchor": "one"})
    other = compose(configured({**BASE, "audit": {"anchor": "two"}}, tmp_path), signs.clock)
    signs.app.note(AuditEntry(at=signs.clock(), action="session.left"))
    for _ in range(2):
        signs.turn()
        signs.clock.later(hours=1)
    # The other one's turn comes in the same hour: each lease is taken.
    signs.turn()
    assert not other.trail.verify().whole
    other.worker.turn()
    assert other.trail.verify().whole and signs.app.trail.verify().whole
    one, two = tmp_path / "one", tmp_path / "two"
    assert '"size": ' in two.read_text() and two.read_text() == one.read_text()


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    assert "folder" in Anchor(tmp_path / "none" / "anchor").trouble()
    assert not Anchor(tmp_path / "anchor").trouble() and not Anchor().trouble()
