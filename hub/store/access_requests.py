"""Requests for a right, in the database: what a person says with one is sealed."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Row, delete, select

from hub.contract.identifiers import AccountId, ServiceId
from hub.contract.toolbox import Seal
from hub.people.access import WAITS_FOR, AccessRequest
from hub.store.codec import decode, encode
from hub.store.database import Database
from hub.store.space_tables import access_request


class SqlAccessRequests:
    """An `AccessBook`."""

    def __init__(self, database: Database, seal: Seal) -> None:
        self._database = database
        self._seal = seal

    def add(self, request: AccessRequest) -> bool:
        columns = access_request.c
        row = {
            "id": request.id,
            "account": request.account,
            "service": request.service,
            "structure": request.structure,
            "made_at": request.made_at,
            "expires_at": request.made_at + WAITS_FOR,
            "body": self._seal.close(encode(request, AccessRequest), _place(request.id)),
        }
        stale = delete(access_request).where(
            columns.account == request.account,
            columns.service == request.service,
            columns.expires_at <= request.made_at,
        )
        new = (
            self._database.insert(access_request)
            .values(row)
            .on_conflict_do_nothing()
            .returning(columns.id)
        )
        with self._database.transaction() as transaction:
            transaction.execute(stale)
            return transaction.execute(new).first() is not None

    def of(self, account: AccountId, now: datetime) -> Sequence[ServiceId]:
        columns = access_request.c
        asked = select(columns.service).where(columns.account == account, columns.expires_at > now)
        with self._database.transaction() as transaction:
            return [ServiceId(each) for each in transaction.execute(asked).scalars()]

    def made_by(self, account: AccountId, now: datetime) -> Sequence[AccessRequest]:
        return self._live(access_request.c.account == account, now)

    def waiting(self, structures: Sequence[str], now: datetime) -> Sequence[AccessRequest]:
        return self._live(access_request.c.structure.in_(structures), now)

    def _live(self, which: ColumnElement[bool], now: datetime) -> Sequence[AccessRequest]:
        columns = access_request.c
        asked = (
            select(columns.id, columns.body)
            .where(which, columns.expires_at > now)
            .order_by(columns.made_at, columns.id)
        )
        with self._database.transaction() as transaction:
            return [self._read(row) for row in transaction.execute(asked)]

    def take(self, request: str, now: datetime) -> AccessRequest | None:
        columns = access_request.c
        # One statement: of two référents who decide at once, one takes it.
        taken = delete(access_request).where(columns.id == request, columns.expires_at > now)
        with self._database.transaction() as transaction:
            row = transaction.execute(taken.returning(columns.id, columns.body)).first()
        return self._read(row) if row else None

    def withdraw(self, account: AccountId, service: ServiceId) -> None:
        columns = access_request.c
        mine = delete(access_request).where(columns.account == account, columns.service == service)
        with self._database.transaction() as transaction:
            transaction.execute(mine)

    def _read(self, row: Row[str, bytes]) -> AccessRequest:
        return decode(self._seal.open(row.body, _place(row.id)), AccessRequest)


def _place(request: str) -> str:
    return f"access_request:{request}"
