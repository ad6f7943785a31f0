"""Ends the sessions that died unseen: whoever just went away has left their services too."""

from typing import Final

from sqlalchemy import and_, or_, select

from hub.contract.audit import AuditEntry
from hub.contract.values import Clock
from hub.store.database import Database
from hub.store.lifetimes import Lifetimes
from hub.store.session_rows import end_sessions
from hub.store.tables import browser_session
from hub.store.trail_rows import write_entries

AT_ONCE: Final = 200
"""A short transaction each: nobody who signs in meanwhile waits for the whole evening's dead."""


def end_dead_sessions(database: Database, clock: Clock, lifetimes: Lifetimes) -> int:
    """End all that idled out or reached their longest life; how many there were."""
    total = 0
    while ended := _end_some(database, clock, lifetimes):
        total += ended
    return total


def _end_some(database: Database, clock: Clock, lifetimes: Lifetimes) -> int:
    now = clock()
    columns = browser_session.c
    # Asked again by the update: a session used in between lives on.
    over = or_(
        columns.seen_at <= now - lifetimes.idle,
        and_(columns.seen_at <= now - lifetimes.shared_idle, columns.shared != 0),
        columns.began_at <= now - lifetimes.longest,
    )
    some = select(columns.id).where(columns.ended_at.is_(None), over).limit(AT_ONCE)
    with database.transaction() as transaction:
        whose = end_sessions(transaction, columns.id.in_(some.scalar_subquery()) & over, now)
        entries = [AuditEntry(at=now, action="session.expired", account=each) for each in whose]
        write_entries(transaction, entries)
    return len(whose)
