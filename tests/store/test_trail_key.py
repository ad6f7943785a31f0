"""Another key for the audit trail: the former one counts for what it signed, and no more."""

from pathlib import Path

import pytest
from sqlalchemy import delete, select, update

from hub.contract.audit import AuditEntry
from hub.contract.errors import ConfigError
from hub.store.database import Database
from hub.store.sealing import KeyRing, Keys, read_secret
from hub.store.tables import checkpoint, trail, trail_head
from hub.store.trail import SqlTrail
from hub.testing.toolbox import MemoryClock
from tests.store.test_retention import KEPT, Year


def test_another_signing_key_leaves_checkpoints_and_purges_verifiable(
    database: Database, tmp_path: Path, clock: MemoryClock
) -> None:
    KeyRing.create(tmp_path / "keys")
    year = Year(database, KeyRing.from_folder(tmp_path / "keys"), clock)
    year.run()
    for _ in range(2):
        year.trail.renew_key()
        book = SqlTrail(database, KeyRing.from_folder(tmp_path / "keys"), clock)
        assert book.verify().whole and book.verify().purged == 12
        book.note(AuditEntry(at=clock(), action="session.left"))
        assert book.link() and book.checkpoint() and book.verify().whole
    for former in (tmp_path / "keys").glob("*.pub"):
        former.unlink()
    alone = KeyRing.from_folder(tmp_path / "keys")
    assert not SqlTrail(database, alone, clock).verify().whole


@pytest.fixture
def stolen(database: Database, tmp_path: Path, clock: MemoryClock) -> tuple[Year, SqlTrail]:
    """A hub whose key was renewed, and the trail as whoever has the former key writes it."""
    ring = KeyRing.create(tmp_path / "keys")
    key = read_secret(tmp_path / "keys" / "trail.key")
    year = Year(database, ring, clock)
    year.trail.renew_key()
    seals = {"0001": read_secret(tmp_path / "keys" / "seal-0001.key")}
    theirs = KeyRing(Keys(seals=seals, digest=b"0" * 32, signing=key))
    return year, SqlTrail(database, theirs, clock)


def test_the_renewal_is_signed_at_once_with_the_new_key(stolen: tuple[Year, SqlTrail]) -> None:
    year, _ = stolen
    with year.database.transaction() as transaction:
        last = select(checkpoint).order_by(checkpoint.c.size.desc()).limit(1)
        row = transaction.execute(last).one()
        action = select(trail.c.action).where(trail.c.sequence == row.size)
        assert transaction.execute(action).scalar_one() == "audit.key_renewed"
    assert year.trail.verify().whole


def test_a_former_key_signs_nothing_of_what_came_after(stolen: tuple[Year, SqlTrail]) -> None:
    year, theirs = stolen
    year.note("evil.act", None)
    year.trail.link()
    year.trail.checkpoint()
    with year.database.transaction() as transaction:
        anew = {"sequence": None, "hash": None, "commitment": None}
        after = trail.c.sequence > 24
        transaction.execute(update(trail).where(after).values(**anew, action="session.left"))
        head = select(trail.c.hash).where(trail.c.sequence == 24).scalar_subquery()
        transaction.execute(update(trail_head).values(size=24, hash=head))
        transaction.execute(delete(checkpoint).where(checkpoint.c.size > 24))
    assert theirs.link() == 2 and theirs.checkpoint()
    verdict = year.trail.verify()
    assert not verdict.whole and "not signed with this hub's key" in verdict.words


def test_a_former_key_takes_nothing_away(stolen: tuple[Year, SqlTrail]) -> None:
    year, theirs = stolen
    # One more checkpoint of theirs would be refused: they leave it out.
    with year.database.transaction() as transaction:
        transaction.execute(delete(checkpoint).where(checkpoint.c.size > 24))
    assert theirs.purge(year.clock() - KEPT.trail, {})["trail"] == 12
    verdict = year.trail.verify()
    assert (verdict.whole, verdict.bad) == (False, 1), verdict.words


def test_a_machine_with_the_former_key_signs_and_takes_nothing(
    stolen: tuple[Year, SqlTrail],
) -> None:
    """Its secrets were not copied yet: what it signed would be told as forged for ever."""
    year, machine = stolen
    year.note("session.left", None)
    assert machine.link() == 1 and not machine.checkpoint()
    assert machine.purge(year.clock() - KEPT.trail, {}) == {}
    with pytest.raises(ConfigError):
        machine.renew_key()
    assert year.trail.verify().whole and year.trail.checkpoint()
