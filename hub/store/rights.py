"""Rights given by the hub, in the database."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, insert, or_, select, update

from hub.contract.accounts import Right
from hub.contract.identifiers import AccountId
from hub.people.delegation import Console
from hub.people.rights import Grant
from hub.prepared import Statement
from hub.store.database import Database
from hub.store.tables import Moment, right_grant

_NOW = bindparam("now", type_=Moment)
_GRANTED = Statement(
    select(right_grant)
    .where(
        right_grant.c.account == bindparam("account"),
        right_grant.c.since <= _NOW,
        or_(right_grant.c.until.is_(None), right_grant.c.until > _NOW),
    )
    .order_by(right_grant.c.since, right_grant.c.id)
)


class SqlRights:
    """A `RightsBook`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def held(self, account: AccountId, now: datetime) -> frozenset[Right]:
        granted = self.granted(account, now)
        return frozenset(Right(name=each.name, situation=each.situation) for each in granted)

    def granted(self, account: AccountId, now: datetime) -> Sequence[Grant]:
        # A page asks who may do what at many places: one moment is enough for all of it.
        before, place = self._database.read_before, ("rights", account)
        if before is not None and place in before:
            return list(before[place])
        with self._database.transaction() as transaction:
            rows = _GRANTED.all(transaction, {"account": account, "now": now})
        found = [Grant(**row._asdict()) for row in rows]
        if before is not None:
            before[place] = tuple(found)
        return found

    def holders(self, name: str, structures: Sequence[str], now: datetime) -> Sequence[AccountId]:
        columns = right_grant.c
        asked = (
            select(columns.account)
            .distinct()
            .where(
                columns.name == name,
                columns.structure.in_(structures),
                columns.since <= now,
                or_(columns.until.is_(None), columns.until > now),
            )
            .order_by(columns.account)
        )
        with self._database.transaction() as transaction:
            return [AccountId(each) for each in transaction.execute(asked).scalars()]

    def beyond(self, structures: Sequence[str], now: datetime) -> Sequence[AccountId]:
        columns = right_grant.c
        further = or_(
            columns.name != Console.REFERENT.value,
            columns.structure.is_(None),
            columns.structure.not_in(structures),
        )
        holds = or_(columns.until.is_(None), columns.until > now)
        consoles = columns.name.startswith("console.", autoescape=True)
        asked = select(columns.account).distinct().where(consoles, further, holds)
        asked = asked.where(columns.since <= now).order_by(columns.account)
        with self._database.transaction() as transaction:
            return [AccountId(each) for each in transaction.execute(asked).scalars()]

    def give(self, grant: Grant) -> None:
        self._forget()
        row = {column.name: getattr(grant, column.name) for column in right_grant.c}
        with self._database.transaction() as transaction:
            transaction.execute(insert(right_grant).values(row))

    def end(self, grant_id: str, now: datetime) -> None:
        self._forget()
        columns = right_grant.c
        ended = (
            update(right_grant)
            .where(columns.id == grant_id, or_(columns.until.is_(None), columns.until > now))
            .values(until=now)
        )
        with self._database.transaction() as transaction:
            transaction.execute(ended)

    def _forget(self) -> None:
        # Before the write: whoever finds it stale reads again.
        read = self._database.read_before or {}
        for place in [each for each in read if isinstance(each, tuple) and each[0] == "rights"]:
            del read[place]
