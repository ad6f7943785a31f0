"""What a session's row holds, and how sessions end."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Connection, update

from hub.contract.identifiers import AccountId, SessionId
from hub.contract.values import value
from hub.broker.records import BrowserSession
from hub.store.notices import owe_notices
from hub.store.tables import browser_session
from hub.store.upstream_sessions import forget_upstream

TOLD: Final = 2
"""In `shared`: those who run the workstation say that many people use it. 1: the person does."""


@value
class Visitor:
    """The browser a session lives in, as its owner may recognise it."""

    device: str
    source: str


@value
class SessionBody:
    """Sealed as a whole: it says who proved what, where, and how a provider knows them."""

    session: BrowserSession
    visitor: Visitor


def is_session(session: SessionId | str) -> ColumnElement[bool]:
    return browser_session.c.id == session


def has_key(key_hash: str) -> ColumnElement[bool]:
    return browser_session.c.key_hash == key_hash


def end_sessions(
    transaction: Connection, which: ColumnElement[bool], now: datetime
) -> Sequence[AccountId]:
    """No key opens them any more, what they held is forgotten, and their services are owed word.

    Every road out leads through here. Returns whose they were, one for each that ended.
    """
    ended = transaction.execute(
        update(browser_session)
        .where(which, browser_session.c.ended_at.is_(None))
        .values(ended_at=now, key_hash=None, body=None)
        .returning(browser_session.c.id, browser_session.c.account)
    ).all()
    if ended:
        owe_notices(transaction, [row.id for row in ended], now)
        forget_upstream(transaction, [row.id for row in ended])
    return [AccountId(row.account) for row in ended]
