"""By which numbers and by which outside identities an account is found."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import delete, insert, select

from hub import Account, AccountId, HubError, Link, UnitOfWork

from .tables import ACCOUNTS, LINKS, NUMBERS, Rows, rows

_LONGEST: Final = 255
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


class LinkRows:
    """Statements within one unit of work."""

    def __init__(self, kept: Rows) -> None:
        self._kept = kept
        self._connection = kept.connection

    def linked(self, issuer: str, subject: str) -> Account | None:
        if not (_sayable(issuer) and _sayable(subject)):
            return None
        asked = select(ACCOUNTS).join(LINKS, LINKS.c.account == ACCOUNTS.c.id)
        found = self._kept.all(asked.where(LINKS.c.issuer == issuer, LINKS.c.subject == subject))
        return found[0] if found else None

    def numbered(self, system: str, number: str) -> Sequence[Account]:
        asked = select(ACCOUNTS).join(NUMBERS, NUMBERS.c.account == ACCOUNTS.c.id)
        exactly = asked.where(NUMBERS.c.system == system, NUMBERS.c.number == number)
        return self._kept.all(exactly.order_by(ACCOUNTS.c.id))

    def add(self, account: AccountId, link: Link) -> None:
        if not (_sayable(link.issuer) and _sayable(link.subject)):
            raise HubError("this identity has a name that cannot be kept")
        row = {
            "issuer": link.issuer,
            "subject": link.subject,
            "account": account,
            "via": link.via,
            "name": link.name,
            "since": (link.since - _EPOCH) // _MICROSECOND if link.since else None,
        }
        self._connection.execute(insert(LINKS).values(**row))

    def of(self, account: AccountId) -> Sequence[Link]:
        columns = LINKS.c
        asked = select(LINKS).where(columns.account == account)
        found = self._connection.execute(asked.order_by(columns.since, columns.issuer))
        return [
            Link(
                issuer=row.issuer,
                subject=row.subject,
                via=row.via or "",
                name=row.name or "",
                since=None if row.since is None else _EPOCH + row.since * _MICROSECOND,
            )
            for row in found
        ]

    def remove(self, account: AccountId, link: Link) -> bool:
        columns = LINKS.c
        gone = delete(LINKS).where(
            columns.account == account,
            columns.issuer == link.issuer,
            columns.subject == link.subject,
        )
        return self._connection.execute(gone).rowcount == 1


@contextmanager
def link_rows(unit_of_work: UnitOfWork) -> Iterator[LinkRows]:
    with rows(unit_of_work) as kept:
        yield LinkRows(kept)


def _sayable(name: str) -> bool:
    """Databases choke on control characters and lone surrogates; columns on what is longer."""
    return 0 < len(name) <= _LONGEST and name.isprintable()
