"""Forgets what is of no use any more."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Table, and_, delete, select

from hub.contract.services import ServiceState
from hub.store.database import Database
from hub.store.space_tables import access_request, evicted_session, posted_notice
from hub.store.tables import (
    account_request,
    browser_session,
    counter,
    departure,
    known_browser,
    lease,
    message,
    notice,
    one_time,
    participation,
    pending_login,
    service,
)

LOGIN_KEPT = timedelta(days=1)
"""A timed-out login starts again from its own row, a finished one knows the way back."""
MESSAGE_KEPT = timedelta(days=7)
BROWSER_KEPT = timedelta(days=180)
SERVICE_KEPT = timedelta(days=30)
"""How long one that asked to join waits for the operator."""
COUNTER_KEPT = timedelta(days=2)
"""Longer than any pause and any daily cap."""

_WAITS = ServiceState.PENDING.value


def purge(database: Database, now: datetime) -> Mapping[str, int]:
    """How many rows went, by table. Running it twice does no harm."""
    gone: dict[str, int] = {}
    for table, useless in _useless(now):
        with database.transaction() as transaction:
            gone[table.name] = transaction.execute(delete(table).where(useless)).rowcount
    return gone


def _useless(now: datetime) -> tuple[tuple[Table, ColumnElement[bool]], ...]:
    day_ago = now - LOGIN_KEPT
    session = browser_session.c
    # A dead session is ended first, see `SqlSessions.end_dead`: its services must hear of it.
    return (
        (pending_login, pending_login.c.expires_at <= day_ago),
        (browser_session, session.ended_at <= day_ago),
        # After the sessions: what is left of a session goes with it.
        (participation, participation.c.session.not_in(select(session.id))),
        (one_time, one_time.c.expires_at <= now),
        (counter, and_(counter.c.last_at <= now - COUNTER_KEPT, counter.c.free_at <= now)),
        (known_browser, known_browser.c.seen_at <= now - BROWSER_KEPT),
        (message, message.c.expires_at <= now - MESSAGE_KEPT),
        (notice, notice.c.expires_at <= now),
        (departure, departure.c.expires_at <= now),
        (lease, lease.c.until <= day_ago),
        # Nobody ever said yes: strangers fill no table.
        (account_request, account_request.c.expires_at <= now),
        (access_request, access_request.c.expires_at <= now),
        (posted_notice, posted_notice.c.expires_at <= now),
        (evicted_session, evicted_session.c.expires_at <= now),
        (service, and_(service.c.state == _WAITS, service.c.since <= now - SERVICE_KEPT)),
    )
