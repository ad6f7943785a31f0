"""Requests for an account, in the database: what a person said of themselves is sealed."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Row, delete, insert, select, update

from hub.contract.toolbox import Seal
from hub.people.requests import UNCONFIRMED_FOR, WAITS_FOR, AccountRequest, RequestState
from hub.store.codec import decode, encode
from hub.store.database import Database
from hub.store.tables import account_request


class SqlRequests:
    """A `RequestsBook`."""

    def __init__(self, database: Database, seal: Seal) -> None:
        self._database = database
        self._seal = seal

    def add(self, request: AccountRequest, ticket: str) -> None:
        row = {
            "id": request.id,
            "state": RequestState.UNCONFIRMED.value,
            "structure": request.structure,
            "ticket": self._digest(ticket),
            "made_at": request.made_at,
            "expires_at": request.made_at + UNCONFIRMED_FOR,
            "body": self._seal.close(encode(request, AccountRequest), _place(request.id)),
        }
        with self._database.transaction() as transaction:
            transaction.execute(insert(account_request).values(row))

    def confirm(self, ticket: str, now: datetime) -> AccountRequest | None:
        columns = account_request.c
        here = (
            columns.ticket == self._digest(ticket),
            columns.state == RequestState.UNCONFIRMED.value,
        )
        # One statement: of two clicks at the same time, one confirms it.
        confirmed = (
            update(account_request)
            .where(*here, columns.expires_at > now)
            .values(state=RequestState.WAITING.value, ticket=None, expires_at=now + WAITS_FOR)
        )
        with self._database.transaction() as transaction:
            row = transaction.execute(confirmed.returning(columns.id, columns.body)).first()
        return self._read(row) if row else None

    def waiting(self, structures: Sequence[str], now: datetime) -> Sequence[AccountRequest]:
        return self._waiting(account_request.c.structure.in_(structures), now)

    def unplaced(self, now: datetime) -> Sequence[AccountRequest]:
        return self._waiting(account_request.c.structure.is_(None), now)

    def elsewhere(self, now: datetime) -> Sequence[AccountRequest]:
        return self._waiting(account_request.c.structure.is_not(None), now)

    def take(self, request: str, now: datetime) -> AccountRequest | None:
        columns = account_request.c
        here = (columns.id == request, columns.state == RequestState.WAITING.value)
        taken = (
            update(account_request)
            .where(*here, columns.expires_at > now)
            .values(state=RequestState.DECIDED.value)
        )
        with self._database.transaction() as transaction:
            row = transaction.execute(taken.returning(columns.id, columns.body)).first()
        return self._read(row) if row else None

    def lay_back(self, request: str) -> None:
        columns = account_request.c
        here = (columns.id == request, columns.state == RequestState.DECIDED.value)
        back = update(account_request).where(*here).values(state=RequestState.WAITING.value)
        with self._database.transaction() as transaction:
            transaction.execute(back)

    def forget(self, request: str) -> None:
        with self._database.transaction() as transaction:
            transaction.execute(delete(account_request).where(account_request.c.id == request))

    def _waiting(self, where: ColumnElement[bool], now: datetime) -> Sequence[AccountRequest]:
        columns = account_request.c
        asked = (
            select(columns.id, columns.body)
            .where(columns.state == RequestState.WAITING.value, columns.expires_at > now, where)
            .order_by(columns.made_at, columns.id)
        )
        with self._database.transaction() as transaction:
            return [self._read(row) for row in transaction.execute(asked)]

    def _read(self, row: Row[str, bytes]) -> AccountRequest:
        return decode(self._seal.open(row.body, _place(row.id)), AccountRequest)

    def _digest(self, ticket: str) -> str:
        return self._seal.digest(ticket, "account_request")


def _place(request: str) -> str:
    return f"account_request:{request}"
