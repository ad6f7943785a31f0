"""Sessions as frontends and account pages see them."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, bindparam, select, true, update

from hub.contract.audit import AuditEntry
from hub.contract.identifiers import AccountId, MethodName, ServiceId, SessionId
from hub.contract.logout import EndsGrants
from hub.contract.toolbox import Seal
from hub.contract.values import Clock, value
from hub.broker.records import BrowserSession
from hub.prepared import Statement
from hub.store.codec import decode
from hub.store.database import Database
from hub.store.lifetimes import Lifetimes
from hub.store.session_rows import TOLD, SessionBody, end_sessions
from hub.store.tables import browser_session, participation
from hub.store.trail_rows import write_entries
from hub.store.upstream_sessions import came_from

_TIMES = Statement(
    select(browser_session.c.began_at, browser_session.c.seen_at, browser_session.c.shared).where(
        browser_session.c.id == bindparam("id"), browser_session.c.ended_at.is_(None)
    )
)
_BY_KEY = select(
    browser_session.c.began_at, browser_session.c.seen_at, browser_session.c.shared
).where(browser_session.c.key_hash == bindparam("key"), browser_session.c.ended_at.is_(None))


@value
class SessionLine:
    """One live session, as its person may recognise it."""

    id: SessionId
    device: str
    source: str
    began_at: datetime
    seen_at: datetime
    methods: tuple[MethodName, ...]
    services: tuple[ServiceId, ...]


class SqlSessions:
    def __init__(
        self,
        database: Database,
        seal: Seal,
        clock: Clock,
        lifetimes: Lifetimes = Lifetimes(),
        endings: Mapping[str, object] = MappingProxyType({}),
    ) -> None:
        """*endings* are the frontends, by name: some hold grants that outlive a session."""
        self._database = database
        self._seal = seal
        self._clock = clock
        self._lifetimes = lifetimes
        self._endings = endings

    def alive(self, session: SessionId) -> bool:
        with self._database.transaction() as transaction:
            row = _TIMES.first(transaction, {"id": session})
        return row is not None and self._left(row) > timedelta()

    def ends_at(self, session: SessionId) -> datetime | None:
        with self._database.transaction() as transaction:
            row = _TIMES.first(transaction, {"id": session})
        if row is None or self._left(row) <= timedelta():
            return None
        began_at: datetime = row.began_at
        return began_at + self._lifetimes.longest

    def of(self, account: AccountId) -> Sequence[SessionLine]:
        """The live ones, the last used first."""
        with self._database.transaction() as transaction:
            live = self._alive(transaction, account)
            services = _services(transaction, [row.id for row in live])
        return [self._line(row, services.get(row.id, ())) for row in live]

    def live(self, account: AccountId) -> Sequence[BrowserSession]:
        """The same as the broker reads them."""
        with self._database.transaction() as transaction:
            return [self._body(row).session for row in self._alive(transaction, account)]

    def end_all(self, account: AccountId, except_: SessionId | None = None) -> None:
        # First: if they cannot be ended, the sessions are not either, and the person is told.
        for each in self._endings.values():
            if isinstance(each, EndsGrants):
                each.end_grants(account)
        spared = browser_session.c.id != except_ if except_ else true()
        with self._database.transaction() as transaction:
            mine = browser_session.c.account == account
            end_sessions(transaction, mine & spared, self._clock())

    def end_upstream(self, issuer: str, subject: str | None, sid: str | None) -> None:
        now = self._clock()
        with self._database.transaction() as transaction:
            which = came_from(self._seal, issuer, subject, sid)
            whose = end_sessions(transaction, which, now)
            entries = [
                AuditEntry(at=now, action="session.ended_by_provider", account=each)
                for each in whose
            ]
            write_entries(transaction, entries)

    def left(self, key: str) -> timedelta | None:
        with self._database.transaction() as transaction:
            row = transaction.execute(_BY_KEY, {"key": _hashed(key)}).first()
        left = self._left(row) if row else timedelta()
        return left if left > timedelta() else None

    def stay(self, key: str) -> timedelta | None:
        if self.left(key) is None:
            return None
        mine = update(browser_session).where(browser_session.c.key_hash == _hashed(key))
        with self._database.transaction() as transaction:
            transaction.execute(mine.values(seen_at=self._clock()))
        return self.left(key)

    def share(self, session: SessionId, shared: bool) -> bool:
        columns = browser_session.c
        # In one statement: what a proof says meanwhile, in another tab, stands.
        mine = update(browser_session).where(columns.id == session, columns.shared != TOLD)
        with self._database.transaction() as transaction:
            changed = transaction.execute(mine.values(shared=int(shared)).returning(columns.id))
            return changed.first() is not None

    def share_as_told(self, session: SessionId) -> None:
        mine = update(browser_session).where(browser_session.c.id == session)
        with self._database.transaction() as transaction:
            transaction.execute(mine.values(shared=TOLD))

    def _alive(self, transaction: Connection, account: AccountId) -> Sequence[Any]:
        columns = browser_session.c
        asked = (
            select(columns.id, columns.began_at, columns.seen_at, columns.shared, columns.body)
            .where(columns.account == account, columns.ended_at.is_(None))
            .order_by(columns.seen_at.desc(), columns.id)
        )
        rows = transaction.execute(asked).all()
        return [row for row in rows if self._left(row) > timedelta()]

    def _left(self, row: Any) -> timedelta:
        return self._lifetimes.left(
            began_at=row.began_at, seen_at=row.seen_at, now=self._clock(), shared=bool(row.shared)
        )

    def _body(self, row: Any) -> SessionBody:
        return decode(self._seal.open(row.body, f"session:{row.id}"), SessionBody)

    def _line(self, row: Any, services: tuple[ServiceId, ...]) -> SessionLine:
        body = self._body(row)
        return SessionLine(
            id=body.session.id,
            device=body.visitor.device,
            source=body.visitor.source,
            began_at=row.began_at,
            seen_at=row.seen_at,
            methods=tuple(event.method for event in body.session.events),
            services=services,
        )


def _services(
    transaction: Connection, sessions: Sequence[str]
) -> Mapping[str, tuple[ServiceId, ...]]:
    columns = participation.c
    asked = select(columns.session, columns.service).where(columns.session.in_(sessions))
    found: dict[str, tuple[ServiceId, ...]] = {}
    for row in transaction.execute(asked.order_by(columns.number)):
        before = found.get(row.session, ())
        found[row.session] = tuple(dict.fromkeys((*before, ServiceId(row.service))))
    return found


def _hashed(key: str) -> str:
    return sha256(key.encode()).hexdigest()
