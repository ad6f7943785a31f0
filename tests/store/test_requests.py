"""Requests for an account in tables: sealed, and forgotten."""

from datetime import datetime, timedelta

from sqlalchemy import func, select

from hub.people.requests import UNCONFIRMED_FOR, WAITS_FOR
from hub.store.database import Database
from hub.store.purge import purge
from hub.store.requests import SqlRequests
from hub.store.sealing import KeyRing
from hub.store.tables import account_request
from hub.testing.requests import CLEO, NOON, asked


def test_what_a_person_said_of_themselves_is_sealed(database: Database, keys: KeyRing) -> None:
    SqlRequests(database, keys).add(asked("r-1"), "ticket")
    with database.transaction() as transaction:
        (row,) = transaction.execute(select(account_request)).all()
    for secret in (CLEO.mail, CLEO.family_name, "ticket"):
        assert secret.encode() not in bytes(repr(row), "utf-8") + row.body, secret


def test_what_nobody_confirmed_or_answered_is_forgotten(database: Database, keys: KeyRing) -> None:
    book = SqlRequests(database, keys)
    book.add(asked("r-1"), "never")
    book.add(asked("r-2"), "confirmed")
    book.confirm("confirmed", NOON)
    second = timedelta(seconds=1)
    left = [_left(database, NOON + at) for at in (UNCONFIRMED_FOR - second, UNCONFIRMED_FOR)]
    assert left == [2, 1]
    left = [_left(database, NOON + at) for at in (WAITS_FOR - second, WAITS_FOR)]
    assert left == [1, 0]


def _left(database: Database, now: datetime) -> int:
    purge(database, now)
    with database.transaction() as transaction:
        return transaction.execute(select(func.count()).select_from(account_request)).scalar_one()
