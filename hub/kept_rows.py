"""A ready-made holding over one table: counted, erased by account, purged by age."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, delete, func, select

from hub.contract.accounts import Account
from hub.contract.holdings import Standing
from hub.contract.sql import UnitOfWork
from hub.contract.values import Json, value

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def from_micros(number: Any) -> datetime:
    """A moment kept as microseconds since 1970."""
    return _EPOCH + int(number) * _MICROSECOND


def to_micros(moment: datetime) -> int:
    return (moment - _EPOCH) // _MICROSECOND


@value
class Dated:
    """The column that says since when a row is kept, and how a moment stands in it."""

    column: Column[Any]
    kept_for: timedelta | None = None
    """`None`: as long as the account."""
    read: Callable[[Any], datetime] = from_micros
    written: Callable[[datetime], Any] = to_micros


class KeptRows:
    """A `Holding` of the rows of one table."""

    def __init__(
        self,
        kind: str,
        table: Table,
        whose: Column[Any],
        unit_of_work: UnitOfWork,
        dated: Dated | None = None,
    ) -> None:
        """*whose*: the column with the account's id."""
        self.kind = kind
        self.kept_for = dated.kept_for if dated else None
        self._table = table
        self._whose = whose
        self._unit_of_work = unit_of_work
        self._dated = dated

    def standing(self) -> Standing:
        asked = select(func.count()).select_from(self._table)
        if self._dated is None:
            with self._unit_of_work() as work:
                return Standing(rows=work.execute(asked).scalar_one())
        with self._unit_of_work() as work:
            rows, first = work.execute(asked.add_columns(func.min(self._dated.column))).one()
        return Standing(rows=rows, oldest=None if first is None else self._dated.read(first))

    def forget(self, account: Account) -> int:
        return self._erase(self._whose == account.id)

    def purge(self, now: datetime) -> int:
        if self._dated is None or self._dated.kept_for is None:
            return 0
        return self._erase(self._dated.column <= self._dated.written(now - self._dated.kept_for))

    def _erase(self, which: ColumnElement[bool]) -> int:
        with self._unit_of_work() as work:
            return work.execute(delete(self._table).where(which)).rowcount


class ToldRows(KeptRows):
    """The same, and its person may take them along."""

    def __init__(self, rows: KeptRows, told: Callable[[Any], Json]) -> None:
        """*told*: one row in words a person can read, without its owner and without secrets."""
        super().__init__(rows.kind, rows._table, rows._whose, rows._unit_of_work, rows._dated)
        self._told = told

    def kept_of(self, account: Account) -> Json:
        mine = select(self._table).where(self._whose == account.id)
        with self._unit_of_work() as work:
            rows = work.execute(mine.order_by(*self._table.primary_key)).all()
        return [self._told(row) for row in rows] or None
