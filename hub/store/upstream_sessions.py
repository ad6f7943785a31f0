"""Which of our sessions came from which of a provider: digests, for its word that one is over."""

from collections.abc import Iterator, Sequence

from sqlalchemy import ColumnElement, Connection, delete, false, select

from hub.contract.accounts import UpstreamIdentity
from hub.contract.toolbox import Seal
from hub.broker.records import BrowserSession
from hub.store.database import Database
from hub.store.tables import browser_session, upstream_session


def write_upstream(
    transaction: Connection, database: Database, seal: Seal, session: BrowserSession
) -> None:
    """What a session once came from ends it, even when another proof took its place since."""
    rows = {row["subject"]: row for row in _rows(seal, session)}
    if not rows:
        return
    new = database.insert(upstream_session)
    newer = {"sid": new.excluded.sid}
    kept = new.on_conflict_do_update(index_elements=["session", "subject"], set_=newer)
    transaction.execute(kept, list(rows.values()))


def forget_upstream(transaction: Connection, sessions: Sequence[str]) -> None:
    transaction.execute(delete(upstream_session).where(upstream_session.c.session.in_(sessions)))


def came_from(seal: Seal, issuer: str, subject: str | None, sid: str | None) -> ColumnElement[bool]:
    """Of *sid*, or of *subject* where the provider told no `sid`; of all of *subject* without."""
    columns = upstream_session.c
    this = columns.sid == _digest(seal, issuer, "sid", sid) if sid else None
    told: ColumnElement[bool]
    if subject is None:
        told = false() if this is None else this
    else:
        told = columns.subject == _digest(seal, issuer, "sub", subject)
        if this is not None:
            told &= this | columns.sid.is_(None)
    return browser_session.c.id.in_(select(columns.session).where(told))


def _rows(seal: Seal, session: BrowserSession) -> Iterator[dict[str, str | None]]:
    for event in session.events:
        if event.upstream:
            identity = event.upstream
            sid = _sid(identity)
            yield {
                "session": session.id,
                "subject": _digest(seal, identity.issuer, "sub", _sub(identity)),
                "sid": _digest(seal, identity.issuer, "sid", sid) if sid else None,
            }


def _sub(identity: UpstreamIdentity) -> str:
    """As the provider's word will call them: its backend may know the person by a better name."""
    sub = identity.session.get("sub")
    return sub if isinstance(sub, str) and sub else identity.subject


def _sid(identity: UpstreamIdentity) -> str:
    sid = identity.session.get("sid")
    return sid if isinstance(sid, str) else ""


def _digest(seal: Seal, issuer: str, kind: str, name: str) -> str:
    return seal.digest(f"{issuer}\0{kind}\0{name}", "upstream_session")
