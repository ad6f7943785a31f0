"""Makes room for a new session where an account has as many as it may; the screen is told why."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import Connection, Row, bindparam, insert, select

from hub.contract.audit import AuditEntry
from hub.contract.identifiers import AccountId
from hub.contract.toolbox import Seal
from hub.contract.values import Clock, value
from hub.broker.records import BrowserSession, NewKey
from hub.people.activity import Evicted
from hub.store.codec import decode, encode
from hub.store.database import Database
from hub.store.session_rows import end_sessions
from hub.store.space_tables import evicted_session
from hub.store.tables import browser_session
from hub.store.trail_rows import write_entries

TOLD_FOR: Final = timedelta(days=1)
_OTHERS = (
    select(browser_session.c.id, browser_session.c.key_hash)
    .where(
        browser_session.c.account == bindparam("of"),
        browser_session.c.id != bindparam("spared"),
        browser_session.c.ended_at.is_(None),
    )
    .order_by(browser_session.c.seen_at.desc(), browser_session.c.id)
)


@value
class _By:
    device: str


class Evictions:
    def __init__(self, seal: Seal, most: int) -> None:
        """*most* sessions for each account; 0: as many as it likes."""
        self._seal = seal
        self._most = most

    def make_room(
        self, transaction: Connection, session: BrowserSession, key: NewKey, now: datetime
    ) -> None:
        """End those used longest ago, in the transaction that lets the new one in."""
        if not self._most:
            return
        asked = {"of": session.account, "spared": session.id}
        gone = transaction.execute(_OTHERS, asked).all()[self._most - 1 :]
        if not gone:
            return
        end_sessions(transaction, browser_session.c.id.in_([row.id for row in gone]), now)
        transaction.execute(insert(evicted_session), self._rows(gone, key, now))
        entry = AuditEntry(at=now, action="session.evicted", account=AccountId(session.account))
        write_entries(transaction, [entry] * len(gone))

    def _rows(
        self, gone: Sequence[Row[Any, Any]], key: NewKey, now: datetime
    ) -> Sequence[dict[str, Any]]:
        return [
            {
                "key_hash": row.key_hash,
                "at": now,
                "expires_at": now + TOLD_FOR,
                "body": self._seal.close(encode(_By(device=key.device), _By), _place(row.key_hash)),
            }
            for row in gone
            if row.key_hash
        ]


class SqlEvictions:
    """An `EvictionsBook`."""

    def __init__(self, database: Database, seal: Seal, clock: Clock, most: int) -> None:
        self._database = database
        self._seal = seal
        self._clock = clock
        self._most = most

    def of(self, key: str) -> Evicted | None:
        key_hash = sha256(key.encode()).hexdigest()
        columns = evicted_session.c
        asked = select(columns.at, columns.body).where(
            columns.key_hash == key_hash, columns.expires_at > self._clock()
        )
        with self._database.transaction() as transaction:
            row = transaction.execute(asked).first()
        if row is None:
            return None
        by = decode(self._seal.open(row.body, _place(key_hash)), _By)
        return Evicted(at=row.at, device=by.device, most=self._most)


def _place(key_hash: str) -> str:
    return f"evicted_session:{key_hash}"
