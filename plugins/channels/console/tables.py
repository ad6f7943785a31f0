"""The letters of the inbox, in a table so that every process sees them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import BigInteger, Column, Integer, MetaData, String, Table, Text
from sqlalchemy import delete, insert, select

from hub import ChannelKind, Letter, Tables, UnitOfWork, value

METADATA = MetaData()
LETTERS = Table(
    "console_letters",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", BigInteger, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("recipient", String(320), nullable=False),
    Column("subject", Text),
    Column("text", Text, nullable=False),
)


@value
class Kept:
    """A letter, and when it would have left."""

    at: datetime
    letter: Letter


def tables() -> Tables:
    return Tables(metadata=METADATA, migrations=str(Path(__file__).parent / "migrations"))


class Letters:
    def __init__(self, unit_of_work: UnitOfWork) -> None:
        self._unit_of_work = unit_of_work

    def keep(self, letter: Letter, at: datetime, most: int) -> int:
        """Its number; the oldest beyond *most* are forgotten."""
        row = {
            "at": int(at.timestamp()),
            "kind": letter.kind,
            "recipient": letter.to,
            "subject": letter.subject,
            "text": letter.text,
        }
        with self._unit_of_work() as session:
            added = insert(LETTERS).values(row).returning(LETTERS.c.id)
            number: int = session.execute(added).scalar_one()
            session.execute(delete(LETTERS).where(LETTERS.c.id <= number - most))
        return number

    def last(self) -> Sequence[Kept]:
        """Newest first."""
        with self._unit_of_work() as session:
            rows = session.execute(select(LETTERS).order_by(LETTERS.c.id.desc())).all()
        return [
            Kept(
                at=datetime.fromtimestamp(row.at, UTC),
                letter=Letter(
                    kind=ChannelKind(row.kind), to=row.recipient, text=row.text, subject=row.subject
                ),
            )
            for row in rows
        ]
