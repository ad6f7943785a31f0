"""The proof of each acceptance: who, when, which words."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Column, MetaData, Row, String, Table, bindparam, case, func, insert, select
from sqlalchemy.exc import IntegrityError

from hub import AccountId, Json, Tables, UnitOfWork, value

from .texts import Text

METADATA = MetaData()

ACCEPTANCES = Table(
    "terms_acceptances",
    METADATA,
    Column("account", String(64), primary_key=True),
    Column("text", String(64), primary_key=True),
    Column("version", String(64), primary_key=True),
    Column("sha256", String(64), nullable=False),
    Column("title", String(255), nullable=False),
    Column("accepted_at", String(32), nullable=False),
)
_ACCEPTED = select(ACCEPTANCES.c.version).where(
    ACCEPTANCES.c.account == bindparam("of"),
    ACCEPTANCES.c.text == bindparam("key"),
    ACCEPTANCES.c.version == bindparam("as"),
)


def tables() -> Tables:
    return Tables(metadata=METADATA, migrations=str(Path(__file__).parent / "migrations"))


def told(row: Row[Any]) -> Json:
    """One acceptance, as its person takes it along."""
    return {
        "title": row.title,
        "version": row.version,
        "sha256": row.sha256,
        "accepted_at": row.accepted_at,
    }


@value
class Acceptance:
    text: str
    version: str
    title: str
    sha256: str
    at: datetime


class Book:
    """Written to and never changed."""

    def __init__(self, unit_of_work: UnitOfWork) -> None:
        self._unit_of_work = unit_of_work

    def accepted(self, account: AccountId, text: Text) -> bool:
        asked = {"of": account, "key": text.key, "as": text.version}
        with self._unit_of_work() as work:
            return work.execute(_ACCEPTED, asked).first() is not None

    def write(self, account: AccountId, text: Text, now: datetime) -> None:
        """The first acceptance stays: another tab's does not replace it."""
        row = {
            "account": account,
            "text": text.key,
            "version": text.version,
            "sha256": text.digest,
            "title": text.title[:255],
            "accepted_at": now.astimezone(UTC).isoformat(timespec="seconds"),
        }
        try:
            with self._unit_of_work() as work:
                work.execute(insert(ACCEPTANCES).values(**row))
        except IntegrityError:
            return

    def standing(self, text: Text) -> tuple[int, int]:
        """How many accepted this version, and how many an earlier one only."""
        kept = ACCEPTANCES.c
        this = func.max(case((kept.version == text.version, 1), else_=0)).label("this")
        people = select(this).where(kept.text == text.key).group_by(kept.account).subquery()
        asked = select(func.coalesce(func.sum(people.c.this), 0), func.count()).select_from(people)
        with self._unit_of_work() as work:
            now, all_of_them = work.execute(asked).one()
        return int(now), int(all_of_them) - int(now)

    def of(self, account: AccountId) -> Sequence[Acceptance]:
        """Newest first."""
        kept = ACCEPTANCES.c
        mine = select(ACCEPTANCES).where(kept.account == account)
        with self._unit_of_work() as work:
            rows = work.execute(mine.order_by(kept.accepted_at.desc(), kept.text)).all()
        return [
            Acceptance(
                text=row.text,
                version=row.version,
                title=row.title,
                sha256=row.sha256,
                at=datetime.fromisoformat(row.accepted_at),
            )
            for row in rows
        ]
