"""Rights given by the hub, in the database."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from sqlalchemy import ColumnElement, bindparam, insert, or_, select, update

from hub.contract.accounts import Right
from hub.contract.identifiers import AccountId
from hub.people.delegation import Console
from hub.people.rights import Grant
from hub.prepared import Statement
from hub.store.codec import canonical
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

    def held_by(
        self, accounts: Collection[AccountId], now: datetime
    ) -> Mapping[AccountId, frozenset[Right]]:
        asked = select(right_grant).where(right_grant.c.account.in_(accounts), *_holds(now))
        held: dict[AccountId, set[Right]] = {}
        with self._database.transaction() as transaction:
            for row in transaction.execute(asked):
                right = Right(name=row.name, situation=row.situation)
                held.setdefault(AccountId(row.account), set()).add(right)
        return {account: frozenset(rights) for account, rights in held.items()}

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
        found = self.holding(name, structures, now).values()
        return sorted({account for accounts in found for account in accounts})

    def holding(
        self, name: str, structures: Collection[str], now: datetime
    ) -> Mapping[str, Sequence[AccountId]]:
        columns = right_grant.c
        here = (columns.name == name, columns.structure.in_(structures), *_holds(now))
        asked = select(columns.structure, columns.account).distinct().where(*here)
        found: dict[str, list[AccountId]] = {}
        with self._database.transaction() as transaction:
            for row in transaction.execute(asked.order_by(columns.account)):
                found.setdefault(row.structure, []).append(AccountId(row.account))
        return found

    def beyond(self, structures: Sequence[str], now: datetime) -> Sequence[AccountId]:
        columns = right_grant.c
        further = or_(
            columns.name != Console.REFERENT.value,
            columns.structure.is_(None),
            columns.structure.not_in(structures),
        )
        consoles = columns.name.startswith("console.", autoescape=True)
        asked = select(columns.account).distinct().where(consoles, further, *_holds(now))
        asked = asked.order_by(columns.account)
        with self._database.transaction() as transaction:
            return [AccountId(each) for each in transaction.execute(asked).scalars()]

    def give(self, grant: Grant) -> None:
        self._forget()
        row = {column.name: getattr(grant, column.name) for column in right_grant.c}
        with self._database.transaction() as transaction:
            transaction.execute(insert(right_grant).values(row))

    def give_once(self, grant: Grant) -> Grant | None:
        self._forget()
        mine = _as_one(grant)
        columns = right_grant.c
        asked = select(columns.id, columns.until).where(*mine)
        with self._database.transaction() as transaction:
            before = transaction.execute(asked).all()
            if any(each.until is None or each.until > grant.since for each in before):
                return None
            # Whoever gives the same right at the same moment comes after the same ones, and so by
            # the same id: the database keeps the first of them. After all of them, not the newest:
            # where one node's clock was ahead, that would be the same one for good.
            given = replace(grant, id=_following(grant, [each.id for each in before]))
            row = {column.name: getattr(given, column.name) for column in columns}
            new = self._database.insert(right_grant).values(row).on_conflict_do_nothing()
            return given if transaction.execute(new.returning(columns.id)).first() else None

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


def _as_one(grant: Grant) -> Sequence[ColumnElement[bool]]:
    """Those that give the same person the same, whoever gave them and until whenever."""
    columns = right_grant.c
    return (
        columns.account == grant.account,
        columns.name == grant.name,
        columns.situation.is_not_distinct_from(grant.situation),
        columns.structure.is_not_distinct_from(grant.structure),
    )


def _following(grant: Grant, before: Collection[str]) -> str:
    """The id of what is given next to the same person, after those that ended *before*."""
    told = [grant.account, grant.name, grant.situation, grant.structure, *sorted(before)]
    return sha256(canonical(told)).hexdigest()[:22]


def _holds(now: datetime) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    until = right_grant.c.until
    return right_grant.c.since <= now, or_(until.is_(None), until > now)
