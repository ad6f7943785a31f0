"""The place each person acts for unless they say otherwise."""

from pathlib import Path

from sqlalchemy import Column, MetaData, String, Table, bindparam, delete, insert, select
from sqlalchemy.exc import IntegrityError

from hub import AccountId, Tables, UnitOfWork

METADATA = MetaData()

DEFAULTS = Table(
    "situation_defaults",
    METADATA,
    Column("account", String(64), primary_key=True),
    Column("place", String(255), nullable=False),
)
_MINE = select(DEFAULTS.c.place).where(DEFAULTS.c.account == bindparam("of"))
_FORGET = delete(DEFAULTS).where(DEFAULTS.c.account == bindparam("of"))


def tables() -> Tables:
    return Tables(metadata=METADATA, migrations=str(Path(__file__).parent / "migrations"))


class Defaults:
    """One for each person, or none."""

    def __init__(self, unit_of_work: UnitOfWork) -> None:
        self._unit_of_work = unit_of_work

    def of(self, account: AccountId) -> str | None:
        with self._unit_of_work() as work:
            row = work.execute(_MINE, {"of": account}).first()
        return str(row.place) if row else None

    def keep(self, account: AccountId, place: str) -> None:
        """In the place of the former one."""
        try:
            with self._unit_of_work() as work:
                work.execute(_FORGET, {"of": account})
                work.execute(insert(DEFAULTS).values(account=account, place=place))
        except IntegrityError:
            # Another tab chose at this very moment: its choice is no older than this one.
            return

    def forget(self, account: AccountId) -> bool:
        """Whether there was one."""
        with self._unit_of_work() as work:
            return work.execute(_FORGET, {"of": account}).rowcount > 0
