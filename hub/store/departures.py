"""Leavings: a session ended by its person's wish, and the page that says how it went."""

from collections.abc import Sequence
from hashlib import sha256

from sqlalchemy import ColumnElement, Connection, RowMapping, delete, insert, select, update

from hub.contract.audit import AuditEntry
from hub.contract.identifiers import ServiceId, SessionId
from hub.contract.logout import Participation
from hub.contract.toolbox import Seal
from hub.contract.values import Clock, value
from hub.broker.farewells import (
    FAREWELL_LIFETIME,
    JUST_LEFT,
    Farewell,
    ProviderHop,
    ServiceLeft,
    Word,
)
from hub.store.codec import decode, encode
from hub.store.database import Database
from hub.store.participations import digest_of
from hub.store.notices import Notices, owe_notice
from hub.store.session_rows import end_sessions, is_session
from hub.store.tables import departure, participation
from hub.store.trail_rows import write_entries


@value
class _Hops:
    hops: tuple[ProviderHop, ...]


class SqlDepartures:
    def __init__(self, database: Database, seal: Seal, clock: Clock) -> None:
        self._database = database
        self._seal = seal
        self._clock = clock
        self._notices = Notices(database, seal, clock)

    def end(self, farewell: Farewell, *trail: AuditEntry) -> Farewell:
        row = {
            "id": farewell.id,
            "browser": _hashed(farewell.browser),
            "session": farewell.session,
            "service": farewell.service,
            "return_url": self._sealed(farewell),
            "hops": self._sealed_hops(farewell),
            "left_at": farewell.left_at,
            "expires_at": farewell.left_at + FAREWELL_LIFETIME,
        }
        with self._database.transaction() as transaction:
            # Two clicks at once: this one statement decides whose it is.
            ended = end_sessions(transaction, is_session(farewell.session), self._clock())
            if not ended and (first := self._first(transaction, farewell)):
                return first
            transaction.execute(insert(departure).values(row))
            write_entries(transaction, trail)
        return farewell

    def farewell(self, key: str, browser: str) -> Farewell | None:
        columns = departure.c
        asked = select(departure).where(
            columns.id == key,
            columns.browser == _hashed(browser),
            columns.expires_at > self._clock(),
        )
        with self._database.transaction() as transaction:
            row = transaction.execute(asked).mappings().first()
        return self._read(row, browser) if row else None

    def last(self, browser: str) -> Farewell | None:
        columns = departure.c
        asked = (
            select(departure)
            .where(columns.browser == _hashed(browser), columns.left_at > self._clock() - JUST_LEFT)
            .order_by(columns.left_at.desc(), columns.id)
            .limit(1)
        )
        with self._database.transaction() as transaction:
            row = transaction.execute(asked).mappings().first()
        return self._read(row, browser) if row else None

    def sent(self, farewell: Farewell) -> bool:
        columns = departure.c
        with self._database.transaction() as transaction:
            moved = transaction.execute(
                update(departure)
                .where(columns.id == farewell.id, columns.hops_sent == farewell.sent)
                .values(hops_sent=farewell.sent + 1)
            )
        return moved.rowcount == 1

    def returned(self, browser: str) -> Farewell | None:
        columns = departure.c
        waiting = (
            select(columns.id)
            .where(
                # The provider gives no state back: the browser alone says whose return it is.
                columns.browser == _hashed(browser),
                columns.hops_sent > columns.hops_back,
                columns.expires_at > self._clock(),
            )
            .order_by(columns.left_at.desc(), columns.id)
            .limit(1)
        )
        with self._database.transaction() as transaction:
            back = transaction.execute(
                update(departure)
                .where(columns.id == waiting.scalar_subquery())
                .values(hops_back=columns.hops_sent)
                .returning(*columns)
            )
            row = back.mappings().first()
        return self._read(row, browser) if row else None

    def services(self, session: SessionId) -> Sequence[ServiceLeft]:
        return self._notices.of(session)

    def told(self, session: SessionId, service: ServiceId, word: Word = Word.TOLD) -> None:
        self._notices.heard(session, service, word)

    def close(self, session: SessionId, service: ServiceId, *trail: AuditEntry) -> None:
        with self._database.transaction() as transaction:
            transaction.execute(delete(participation).where(*_of(session, service)))
            write_entries(transaction, trail)

    def dismiss(self, gone: Participation, *trail: AuditEntry) -> None:
        this = (
            *_of(gone.session, gone.service),
            participation.c.frontend == gone.frontend,
            participation.c.handle_digest == digest_of(gone, self._seal),
        )
        with self._database.transaction() as transaction:
            owe_notice(transaction, this, self._clock())
            transaction.execute(delete(participation).where(*this))
            write_entries(transaction, trail)

    def _first(self, transaction: Connection, second: Farewell) -> Farewell | None:
        """Of the same session, by the same browser."""
        columns = departure.c
        mine = (columns.session == second.session, columns.browser == _hashed(second.browser))
        asked = select(departure).where(*mine).order_by(columns.left_at, columns.id).limit(1)
        row = transaction.execute(asked).mappings().first()
        return self._read(row, second.browser) if row else None

    def _read(self, row: RowMapping, browser: str) -> Farewell:
        back, hops = row["return_url"], row["hops"]
        told = self._seal.open(hops, f"hops:{row['id']}") if hops else None
        return Farewell(
            id=row["id"],
            browser=browser,
            session=SessionId(row["session"]),
            left_at=row["left_at"],
            service=ServiceId(row["service"]) if row["service"] else None,
            return_url=self._seal.open(back, f"departure:{row['id']}").decode() if back else None,
            hops=decode(told, _Hops).hops if told else (),
            sent=row["hops_sent"],
            back=row["hops_back"],
        )

    def _sealed_hops(self, farewell: Farewell) -> bytes | None:
        # They carry what the provider gave us to speak of its session with.
        hops = encode(_Hops(hops=farewell.hops), _Hops)
        return self._seal.close(hops, f"hops:{farewell.id}") if farewell.hops else None

    def _sealed(self, farewell: Farewell) -> bytes | None:
        # It carries the service's own state.
        back = farewell.return_url
        return self._seal.close(back.encode(), f"departure:{farewell.id}") if back else None


def _of(session: SessionId, service: ServiceId) -> tuple[ColumnElement[bool], ...]:
    return participation.c.session == session, participation.c.service == service


def _hashed(key: str) -> str:
    return sha256(key.encode()).hexdigest()
