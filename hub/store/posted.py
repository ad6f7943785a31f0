"""Notices for people in the database: what they say is sealed."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, bindparam, func, insert, select, update

from hub.contract.identifiers import AccountId, ServiceId
from hub.contract.toolbox import Seal
from hub.contract.values import value
from hub.people.posted import KEPT, PER_DAY, SHOWN, PostedNotice
from hub.store.codec import decode, encode
from hub.store.database import Database
from hub.store.space_tables import posted_notice
from hub.store.tables import Moment

_MINE = posted_notice.c.account == bindparam("of")
_LIVE = posted_notice.c.expires_at > bindparam("now", type_=Moment)
_UNREAD = (
    select(func.count())
    .select_from(posted_notice)
    .where(_MINE, _LIVE, posted_notice.c.read_at.is_(None))
)
_LIST = (
    select(posted_notice)
    .where(_MINE, _LIVE)
    .order_by(posted_notice.c.posted_at.desc(), posted_notice.c.id)
    .limit(SHOWN)
)


@value
class _Said:
    text: str
    link: Mapping[str, str]


class SqlPosted:
    """A `PostedBook`."""

    def __init__(self, database: Database, seal: Seal) -> None:
        self._database = database
        self._seal = seal

    def post(self, notice: PostedNotice) -> bool:
        columns = posted_notice.c
        today = select(func.count()).where(
            columns.account == notice.account,
            columns.service == notice.service,
            columns.posted_at > notice.posted_at - timedelta(days=1),
        )
        said = encode(_Said(text=notice.text, link=notice.link), _Said)
        row = {
            "id": notice.id,
            "account": notice.account,
            "service": notice.service,
            "posted_at": notice.posted_at,
            "expires_at": notice.posted_at + KEPT,
            "body": self._seal.close(said, _place(notice.id)),
        }
        with self._database.transaction() as transaction:
            if transaction.execute(today).scalar_one() >= PER_DAY:
                return False
            transaction.execute(insert(posted_notice).values(row))
        return True

    def of(self, account: AccountId, now: datetime) -> Sequence[PostedNotice]:
        with self._database.transaction() as transaction:
            rows = transaction.execute(_LIST, {"of": account, "now": now}).all()
        return [self._read(row) for row in rows]

    def find(self, account: AccountId, notice: str, now: datetime) -> PostedNotice | None:
        asked = select(posted_notice).where(_MINE, _LIVE, posted_notice.c.id == notice)
        with self._database.transaction() as transaction:
            row = transaction.execute(asked, {"of": account, "now": now}).first()
        return self._read(row) if row else None

    def unread(self, account: AccountId, now: datetime) -> int:
        with self._database.transaction() as transaction:
            return transaction.execute(_UNREAD, {"of": account, "now": now}).scalar_one()

    def read(self, account: AccountId, notice: str, now: datetime) -> None:
        self._mark(account, now, posted_notice.c.id == notice, posted_notice.c.read_at.is_(None))

    def unread_again(self, account: AccountId, notice: str) -> None:
        self._mark(account, None, posted_notice.c.id == notice)

    def read_all(self, account: AccountId, now: datetime) -> None:
        self._mark(account, now, posted_notice.c.read_at.is_(None))

    def _mark(
        self, account: AccountId, moment: datetime | None, *which: ColumnElement[bool]
    ) -> None:
        mine = posted_notice.c.account == account
        marked = update(posted_notice).where(mine, *which).values(read_at=moment)
        with self._database.transaction() as transaction:
            transaction.execute(marked)

    def _read(self, row: Row[Any]) -> PostedNotice:
        said = decode(self._seal.open(row.body, _place(row.id)), _Said)
        return PostedNotice(
            id=row.id,
            account=AccountId(row.account),
            service=ServiceId(row.service),
            text=said.text,
            link=said.link,
            posted_at=row.posted_at,
            read_at=row.read_at,
        )


def _place(notice: str) -> str:
    return f"posted_notice:{notice}"
