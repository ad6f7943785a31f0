"""Leavings: a session ended by its person's wish, and the page that says how it went."""

from collections.abc import Sequence
from hashlib import sha256

from sqlalchemy import ColumnElement, delete, insert, select

from hub.contract.audit import AuditEntry
from hub.contract.identifiers import ServiceId, SessionId
from hub.contract.toolbox import Seal
from hub.contract.values import Clock
from hub.broker.farewells import FAREWELL_LIFETIME, Farewell, ServiceLeft
from hub.store.database import Database
from hub.store.notices import Notices, owe_notice
from hub.store.session_rows import end_sessions, is_session
from hub.store.tables import departure, participation
from hub.store.trail_rows import write_entries


class SqlDepartures:
    def __init__(self, database: Database, seal: Seal, clock: Clock) -> None:
        self._database = database
        self._seal = seal
        self._clock = clock
        self._notices = Notices(database, seal, clock)

    def end(self, farewell: Farewell, *trail: AuditEntry) -> None:
        row = {
            "id": farewell.id,
            "browser": _hashed(farewell.browser),
            "session": farewell.session,
            "service": farewell.service,
            "return_url": self._sealed(farewell),
            "left_at": farewell.left_at,
            "expires_at": farewell.left_at + FAREWELL_LIFETIME,
        }
        with self._database.transaction() as transaction:
            end_sessions(transaction, is_session(farewell.session), self._clock())
            transaction.execute(insert(departure).values(row))
            write_entries(transaction, trail)

    def farewell(self, key: str, browser: str) -> Farewell | None:
        columns = departure.c
        asked = select(departure).where(
            columns.id == key,
            columns.browser == _hashed(browser),
            columns.expires_at > self._clock(),
        )
        with self._database.transaction() as transaction:
            row = transaction.execute(asked).first()
        if row is None:
            return None
        back = row.return_url
        return Farewell(
            id=key,
            browser=browser,
            session=SessionId(row.session),
            left_at=row.left_at,
            service=ServiceId(row.service) if row.service else None,
            return_url=self._seal.open(back, f"departure:{key}").decode() if back else None,
        )

    def services(self, session: SessionId) -> Sequence[ServiceLeft]:
        return self._notices.of(session)

    def close(self, session: SessionId, service: ServiceId, *trail: AuditEntry) -> None:
        with self._database.transaction() as transaction:
            transaction.execute(delete(participation).where(*_of(session, service)))
            write_entries(transaction, trail)

    def dismiss(self, session: SessionId, service: ServiceId, *trail: AuditEntry) -> None:
        with self._database.transaction() as transaction:
            owe_notice(transaction, _of(session, service), self._clock())
            transaction.execute(delete(participation).where(*_of(session, service)))
            write_entries(transaction, trail)

    def _sealed(self, farewell: Farewell) -> bytes | None:
        # It carries the service's own state.
        back = farewell.return_url
        return self._seal.close(back.encode(), f"departure:{farewell.id}") if back else None


def _of(session: SessionId, service: ServiceId) -> tuple[ColumnElement[bool], ...]:
    return participation.c.session == session, participation.c.service == service


def _hashed(key: str) -> str:
    return sha256(key.encode()).hexdigest()
