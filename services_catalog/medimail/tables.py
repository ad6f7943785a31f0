"""The table of the mailboxes: who may open which."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Index,
    MetaData,
    String,
    Table,
    and_,
    delete,
    false,
    func,
    or_,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite

from hub import Account, Tables, UnitOfWork

from .boxes import Kind, Mailbox, people_of

METADATA = MetaData()
OPENINGS: Final = Table(
    "medimail_openings",
    METADATA,
    Column("address", String(254), primary_key=True),
    Column("system", String(64), primary_key=True),
    Column("number", String(128), primary_key=True),
    Column("kind", String(3), nullable=False),
    Column("structure", String(255), nullable=False),
    Column("first", Boolean, nullable=False),
    Index("ix_medimail_openings_person", "system", "number"),
)
TABLES: Final = Tables(metadata=METADATA, migrations=str(Path(__file__).parent / "migrations"))
_KEY: Final = ("address", "system", "number")
_KEYS: Final = [OPENINGS.c[name] for name in _KEY]
_SAID: Final = ("kind", "structure", "first")

Key = tuple[str, str, str]
"""Address, system and number."""


class Openings:
    """One row for each mailbox and person."""

    def __init__(self, unit_of_work: UnitOfWork) -> None:
        self._unit_of_work = unit_of_work

    def of(self, account: Account) -> Sequence[Mailbox]:
        """Whatever the place; by any of their identifiers, each address once."""
        asked = select(OPENINGS).where(_theirs(account)).order_by(OPENINGS.c.address)
        with self._unit_of_work() as work:
            rows = work.execute(asked).all()
        boxes = {(row.address, row.structure): _box(row) for row in rows}
        return list(boxes.values())

    def write(self, rows: Sequence[Mapping[str, Any]]) -> None:
        with self._unit_of_work() as work:
            insert: Any = _insert(work)(OPENINGS)
            new = {name: insert.excluded[name] for name in _SAID}
            renewing = insert.on_conflict_do_update(index_elements=list(_KEY), set_=new)
            work.execute(renewing, list(rows))

    def others(self, named: Iterable[Key]) -> Sequence[Key]:
        """Those that stand here and are not *named*."""
        keep = set(named)
        with self._unit_of_work() as work:
            rows = work.execute(select(*_KEYS)).all()
        return [key for row in rows if (key := (row[0], row[1], row[2])) not in keep]

    def remove(self, keys: Iterable[Key]) -> None:
        with self._unit_of_work() as work:
            for each in keys:
                same = (column == part for column, part in zip(_KEYS, each, strict=True))
                work.execute(delete(OPENINGS).where(*same))

    def forget(self, account: Account) -> int:
        with self._unit_of_work() as work:
            gone = delete(OPENINGS).where(_theirs(account)).returning(OPENINGS.c.address)
            return len(work.execute(gone).all())

    def count(self) -> int:
        with self._unit_of_work() as work:
            return work.execute(select(func.count()).select_from(OPENINGS)).scalar_one()


def _theirs(account: Account) -> Any:
    person = OPENINGS.c.system, OPENINGS.c.number
    pairs = (and_(person[0] == s, person[1] == n) for s, n in people_of(account))
    return or_(false(), *pairs)


def _box(row: Any) -> Mailbox:
    return Mailbox(
        address=row.address, kind=Kind(row.kind), structure=row.structure, first=row.first
    )


def _insert(work: Connection) -> Any:
    return sqlite.insert if work.dialect.name == "sqlite" else postgresql.insert
