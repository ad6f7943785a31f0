"""The accounts the hub keeps itself, as tables: one row with the person, and rows to find it by."""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    ForeignKey,
    Index,
    MetaData,
    Select,
    String,
    Table,
    Text,
    bindparam,
    delete,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.exc import IntegrityError

from hub import Account, AccountId, HubError, Tables, UnitOfWork, prepared

from .names import Name, numbers
from .record import Person, account_of, person_of

METADATA = MetaData()
_OWNER = "own_accounts.id"
_ONE_EACH = text("kind = 'identifier'")

ACCOUNTS = Table(
    "own_accounts",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("person", Text, nullable=False),
    Column("fulfilled", Text, nullable=False),
    Column("locked", Boolean, nullable=False),
    Column("hidden", Boolean, nullable=False, server_default="0"),
    Index("ix_own_accounts_hidden", "hidden"),
)
NAMES = Table(
    "own_names",
    METADATA,
    Column("word", String(320), primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("account", String(64), ForeignKey(_OWNER), primary_key=True, index=True),
    Index(
        "own_names_one_each",
        "word",
        unique=True,
        sqlite_where=_ONE_EACH,
        postgresql_where=_ONE_EACH,
    ),
)
SITUATIONS = Table(
    "own_situations",
    METADATA,
    Column("structure", String(255), primary_key=True),
    Column("account", String(64), ForeignKey(_OWNER), primary_key=True, index=True),
)
LINKS = Table(
    "own_links",
    METADATA,
    Column("issuer", String(255), primary_key=True),
    Column("subject", String(255), primary_key=True),
    Column("account", String(64), ForeignKey(_OWNER), nullable=False, index=True),
    Column("via", String(64)),
    Column("name", Text),
    Column("since", BigInteger),
)
# Whoever carries a number, whether or not people sign in by it. Two may, by somebody's mistake.
NUMBERS = Table(
    "own_numbers",
    METADATA,
    Column("system", String(64), primary_key=True),
    Column("number", String(320), primary_key=True),
    Column("account", String(64), ForeignKey(_OWNER), primary_key=True, index=True),
)
# Ids of closed accounts, and nothing else of them: services may still know somebody by one.
CLOSED = Table("own_closed", METADATA, Column("id", String(64), primary_key=True))


# What every sign-in asks, composed once.
_ONE = prepared.Statement(select(ACCOUNTS).where(ACCOUNTS.c.id == bindparam("account")))
_CALLED = prepared.Statement(
    select(ACCOUNTS, NAMES.c.kind)
    .join(NAMES, NAMES.c.account == ACCOUNTS.c.id)
    .where(NAMES.c.word == bindparam("word"))
    .order_by(NAMES.c.kind)
    .limit(2)
)


class AlreadyKnown(HubError):
    """The account, one of its names, or the link is somebody's already; nothing was stored."""


def tables() -> Tables:
    return Tables(metadata=METADATA, migrations=str(Path(__file__).parent / "migrations"))


class Rows:
    """Statements within one unit of work."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self, asked: Select[tuple[object, ...]]) -> Sequence[Account]:
        """The accounts of a `select(ACCOUNTS)`."""
        return [account_of_row(row) for row in self._connection.execute(asked)]

    @property
    def connection(self) -> Connection:
        return self._connection

    def one(self, account: AccountId) -> Account | None:
        row = _ONE.first(self._connection, {"account": account})
        return account_of_row(row) if row else None

    def called(self, word: str) -> Account | None:
        """An identifier comes before a mail; a mail two people share is nobody's."""
        found = _CALLED.all(self._connection, {"word": word})
        alone = len(found) == 1 or (found and found[0].kind == "identifier")
        return account_of_row(found[0]) if alone else None

    def in_structure(self, structure: str) -> Sequence[Account]:
        return self.all(
            select(ACCOUNTS)
            .join(SITUATIONS, SITUATIONS.c.account == ACCOUNTS.c.id)
            .where(SITUATIONS.c.structure == structure)
            .order_by(ACCOUNTS.c.id)
        )

    def structures(self) -> Sequence[str]:
        column = SITUATIONS.c.structure
        return self._connection.execute(select(column).distinct().order_by(column)).scalars().all()

    def hidden(self) -> Sequence[AccountId]:
        asked = select(ACCOUNTS.c.id).where(ACCOUNTS.c.hidden.is_(True))
        return [AccountId(each) for each in self._connection.execute(asked).scalars()]

    def add(self, account: Account, names: Iterable[Name]) -> None:
        if self._connection.execute(select(CLOSED).where(CLOSED.c.id == account.id)).first():
            # A service that knew the former owner would take the newcomer for them.
            raise AlreadyKnown("this id was a closed account's")
        row = {"id": account.id, "locked": account.locked, "person": person_of(account).json()}
        row |= {"fulfilled": json.dumps(sorted(account.fulfilled)), "hidden": _hides(account)}
        self._connection.execute(insert(ACCOUNTS).values(**row))
        self._index(account, names)

    def rewrite(self, account: Account, names: Iterable[Name]) -> None:
        self._update(account.id, person=person_of(account).json(), hidden=_hides(account))
        self._connection.execute(delete(NAMES).where(NAMES.c.account == account.id))
        self._connection.execute(delete(SITUATIONS).where(SITUATIONS.c.account == account.id))
        self._connection.execute(delete(NUMBERS).where(NUMBERS.c.account == account.id))
        self._index(account, names)

    def erase(self, account: AccountId) -> None:
        for table in (NAMES, SITUATIONS, LINKS, NUMBERS):
            self._connection.execute(delete(table).where(table.c.account == account))
        gone = delete(ACCOUNTS).where(ACCOUNTS.c.id == account).returning(ACCOUNTS.c.id)
        if self._connection.execute(gone).first():
            self._connection.execute(insert(CLOSED).values(id=account))

    def lock(self, account: AccountId, *, locked: bool) -> None:
        self._update(account, locked=locked)

    def fulfil(self, account: AccountId, action: str) -> None:
        # Touched first: two actions done at once must not overwrite one another.
        self._update(account, id=account)
        kept = self._connection.execute(
            select(ACCOUNTS.c.fulfilled).where(ACCOUNTS.c.id == account)
        ).scalar_one()
        self._update(account, fulfilled=json.dumps(sorted({*json.loads(kept), action})))

    def _index(self, account: Account, names: Iterable[Name]) -> None:
        owner = account.id
        words = [{"word": name.word, "kind": name.kind, "account": owner} for name in names]
        places = sorted({situation.structure for situation in account.situations})
        if words:
            self._connection.execute(insert(NAMES), words)
        if places:
            rows = [{"structure": place, "account": owner} for place in places]
            self._connection.execute(insert(SITUATIONS), rows)
        if carried := numbers(account):
            rows = [{"system": s, "number": n, "account": owner} for s, n in sorted(carried)]
            self._connection.execute(insert(NUMBERS), rows)

    def _update(self, account: AccountId, **columns: str | bool) -> None:
        changed = self._connection.execute(
            update(ACCOUNTS)
            .where(ACCOUNTS.c.id == account)
            .values(**columns)
            .returning(ACCOUNTS.c.id)
        ).first()
        if changed is None:
            raise HubError("this store keeps no such account")


@contextmanager
def rows(unit_of_work: UnitOfWork) -> Iterator[Rows]:
    try:
        with unit_of_work() as connection:
            yield Rows(connection)
    except IntegrityError as error:
        # The database's own words would show whose name it was.
        raise AlreadyKnown("an account with one of these names exists") from error


def account_of_row(row: Any) -> Account:
    return account_of(
        row.id, Person.parsed(row.person), json.loads(row.fulfilled), locked=row.locked
    )


def _hides(account: Account) -> bool:
    return "hidden" in account.attributes.get("visibility", ())
