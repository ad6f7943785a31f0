"""The core's own tables as far as time is concerned: since when a row is kept, and until when."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, and_, or_, select

from hub.contract.services import ServiceState
from hub.retention_settings import RetentionSettings
from hub.store.import_tables import import_line, import_run
from hub.store.space_tables import (
    access_request,
    evicted_session,
    known_person,
    own_space,
    posted_notice,
)
from hub.store.tables import (
    account_request,
    browser_session,
    counter,
    credential,
    departure,
    known_browser,
    lease,
    message,
    notice,
    one_time,
    participation,
    pending_login,
    right_grant,
    service,
    trail,
)

Over = Callable[[datetime], ColumnElement[bool]]


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One table. Without `over` its rows stay as long as the account they belong to."""

    table: Table
    over: Over | None = None
    """The rows that are of no use any more at a moment."""
    since: Column[Any] | None = None
    kept_for: timedelta | None = None
    """`None` beside `over`: each row says itself when it ends."""
    whose: Column[Any] | None = None
    """The account's id; `None`: a row leads to nobody, or goes with what it belongs to."""


def kinds(kept: RetentionSettings) -> Sequence[Kind]:
    """In the order in which they are purged."""
    return (*_signing_in(kept), *_aging(kept), *_expiring(kept), *_staying())


def kept_kinds() -> Sequence[str]:
    """As the register of processing calls them; the trail, which ends otherwise, is the last."""
    return [*(each.table.name for each in kinds(RetentionSettings())), trail.name]


def _signing_in(kept: RetentionSettings) -> Sequence[Kind]:
    login, session, joined = pending_login.c, browser_session.c, participation.c
    return (
        Kind(
            table=pending_login,
            over=lambda now: login.expires_at <= now - kept.pending_logins,
            since=login.expires_at,
            kept_for=kept.pending_logins,
        ),
        Kind(
            table=browser_session,
            # A dead one is ended first, see `hub.store.expiry`: its services must hear of it.
            over=lambda now: session.ended_at <= now - kept.sessions,
            since=session.began_at,
            kept_for=kept.sessions,
        ),
        # After the sessions: what is left of a session goes with it.
        Kind(table=participation, over=lambda now: joined.session.not_in(select(session.id))),
    )


def _aging(kept: RetentionSettings) -> Sequence[Kind]:
    counted, waits = counter.c, service.c.state == ServiceState.PENDING.value
    return (
        Kind(
            table=counter,
            over=lambda now: and_(counted.last_at <= now - kept.counters, counted.free_at <= now),
            since=counted.first_at,
            kept_for=kept.counters,
        ),
        _aged(known_browser, known_browser.c.seen_at, kept.known_browsers),
        _aged(message, message.c.expires_at, kept.messages, shown=message.c.posted_at),
        _aged(right_grant, right_grant.c.until, kept.ended_rights, whose=right_grant.c.account),
        Kind(
            table=service,
            over=lambda now: and_(waits, service.c.since <= now - kept.waiting_services),
            since=service.c.since,
            kept_for=kept.waiting_services,
        ),
    )


def _expiring(kept: RetentionSettings) -> Sequence[Kind]:
    asked, posted = account_request.c, posted_notice.c
    return (
        # Nobody ever said yes: strangers fill no table.
        _ending(account_request, asked.made_at, kept.account_requests),
        _ending(posted_notice, posted.posted_at, kept.posted_notices, posted.account),
        _ending(access_request, access_request.c.made_at, whose=access_request.c.account),
        _ending(import_run, import_run.c.made_at, whose=import_run.c.account),
        # After the files: their lines go with them.
        Kind(table=import_line, over=lambda now: import_line.c.run.not_in(select(import_run.c.id))),
        _ending(one_time),
        _ending(notice, notice.c.since),
        _ending(departure, departure.c.left_at),
        _ending(evicted_session, evicted_session.c.at),
        Kind(table=lease, over=lambda now: lease.c.until <= now - timedelta(days=1)),
    )


def _staying() -> Sequence[Kind]:
    tables = (credential, own_space, known_person)
    return tuple(Kind(table=table, whose=table.c.account) for table in tables)


def _aged(
    table: Table,
    column: Column[Any],
    kept_for: timedelta,
    *,
    shown: Column[Any] | None = None,
    whose: Column[Any] | None = None,
) -> Kind:
    return Kind(
        table=table,
        over=lambda now: column <= now - kept_for,
        since=column if shown is None else shown,
        kept_for=kept_for,
        whose=whose,
    )


def _ending(
    table: Table,
    since: Column[Any] | None = None,
    kept_for: timedelta | None = None,
    whose: Column[Any] | None = None,
) -> Kind:
    """Each row has its own end; with *kept_for* it goes then even if it asked for more."""

    def over(now: datetime) -> ColumnElement[bool]:
        expired: ColumnElement[bool] = table.c.expires_at <= now
        if since is None or kept_for is None:
            return expired
        return or_(expired, since <= now - kept_for)

    return Kind(table=table, over=over, since=since, kept_for=kept_for, whose=whose)
