"""The letters of the inbox, in a table so that every process sees them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import BigInteger, Column, Integer, MetaData, String, Table, Text
from sqlalchemy import delete, func, insert, select

from hub import Account, ChannelKind, Letter, Standing, Tables, UnitOfWork, value

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
    Column("qr", Text, nullable=False, server_default=""),
)


@value
class Kept:
    """A letter, and when it would have left."""

    at: datetime
    letter: Letter


def tables() -> Tables:
    return Tables(metadata=METADATA, migrations=str(Path(__file__).parent / "migrations"))


class Letters:
    """What development reads; found by address, as a `Holding` of people."""

    kind = "console.letters"
    kept_for = None

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
            "qr": letter.qr,
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
                    kind=ChannelKind(row.kind),
                    to=row.recipient,
                    text=row.text,
                    subject=row.subject,
                    qr=row.qr,
                ),
            )
            for row in rows
        ]

    def standing(self) -> Standing:
        asked = select(func.count(), func.min(LETTERS.c.at))
        with self._unit_of_work() as session:
            rows, oldest = session.execute(asked).one()
        return Standing(rows=rows, oldest=datetime.fromtimestamp(oldest, UTC) if rows else None)

    def forget(self, account: Account) -> int:
        addresses = [each.address for each in account.contacts]
        with self._unit_of_work() as session:
            gone = delete(LETTERS).where(LETTERS.c.recipient.in_(addresses))
            return session.execute(gone).rowcount

    def purge(self, now: datetime) -> int:
        """Only so many are kept: see `keep`."""
        return 0
