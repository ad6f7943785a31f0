"""The broker's drawer in the database: pending logins, sessions, participations."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

from sqlalchemy import Connection, bindparam, case, insert, select, update
from sqlalchemy.exc import IntegrityError

from hub.contract.audit import AuditEntry
from hub.contract.identifiers import LoginId, ServiceId, SessionId
from hub.contract.logout import Participation
from hub.contract.toolbox import Seal
from hub.contract.values import Clock
from hub.broker.records import (
    BrowserSession,
    Gone,
    LoginGone,
    NewKey,
    PendingLogin,
    SessionKey,
    StaleLogin,
)
from hub.prepared import Statement
from hub.store.codec import decode, encode
from hub.store.database import Database
from hub.store.evictions import Evictions
from hub.store.lifetimes import Lifetimes
from hub.store.participations import Participations
from hub.store.session_rows import TOLD, SessionBody, Visitor, end_sessions, has_key, is_session
from hub.store.tables import Moment, browser_session, pending_login
from hub.store.trail_rows import write_entries
from hub.store.upstream_sessions import write_upstream

SEEN_EVERY = timedelta(minutes=1)
"""A session's last use is known this precisely: a write at each request would cost too much."""

_SESSION_BY_KEY = Statement(
    select(
        browser_session.c.id,
        browser_session.c.began_at,
        browser_session.c.seen_at,
        browser_session.c.shared,
        browser_session.c.body,
    ).where(browser_session.c.key_hash == bindparam("key_hash"))
)
_LOGIN_BY_ID = Statement(
    select(
        pending_login.c.browser,
        pending_login.c.service,
        pending_login.c.version,
        pending_login.c.body,
    ).where(pending_login.c.id == bindparam("id"))
)

_UNCHANGED_LOGIN = update(pending_login).where(
    pending_login.c.id == bindparam("login"),
    pending_login.c.version == bindparam("read"),
    pending_login.c.finished_at.is_(None),
)
_WRITE_LOGIN = Statement(
    _UNCHANGED_LOGIN.values(
        {name: bindparam(f"new_{name}") for name in ("version", "expires_at", "body")}
    )
)
_FINISH_LOGIN = Statement(
    _UNCHANGED_LOGIN.values(finished_at=bindparam("finished", type_=Moment), body=None)
)
_NEW_LOGIN = Statement(insert(pending_login))

_SESSION = ("id", "key_hash", "account", "began_at", "seen_at", "dies_at", "body", "shared")


class SqlRecords:
    def __init__(
        self, database: Database, seal: Seal, clock: Clock, lifetimes: Lifetimes = Lifetimes()
    ) -> None:
        self._database = database
        self._seal = seal
        self._clock = clock
        self._lifetimes = lifetimes
        self._participations = Participations(database, seal)
        self._evictions = Evictions(seal, lifetimes.most)
        self._keep_session = _keeping_session(database)

    def session(self, key: SessionKey | None) -> BrowserSession | None:
        if not key:
            return None
        now = self._clock()
        with self._database.transaction() as transaction:
            row = _SESSION_BY_KEY.first(transaction, {"key_hash": _hashed(key)})
            if row is None or self._lifetimes.over(
                began_at=row.began_at, seen_at=row.seen_at, now=now, shared=bool(row.shared)
            ):
                return None
            if now - row.seen_at >= (SEEN_EVERY / 6 if row.shared else SEEN_EVERY):
                transaction.execute(
                    update(browser_session).where(is_session(row.id)).values(seen_at=now)
                )
        opened = self._seal.open(row.body, f"session:{row.id}")
        session = decode(opened, SessionBody).session
        return replace(session, shared=bool(row.shared), always_shared=row.shared == TOLD)

    def pending(self, login_id: LoginId, browser: str) -> PendingLogin:
        with self._database.transaction() as transaction:
            row = _LOGIN_BY_ID.first(transaction, {"id": login_id})
        if row is None:
            raise LoginGone(Gone.FINISHED)
        if row.browser != _hashed(browser):
            raise LoginGone(Gone.OTHER_BROWSER, ServiceId(row.service))
        if row.body is None:
            raise LoginGone(Gone.FINISHED, ServiceId(row.service))
        return decode(self._seal.open(row.body, f"login:{login_id}"), PendingLogin)

    def hold(self, login: PendingLogin, *trail: AuditEntry) -> None:
        with self._database.transaction() as transaction:
            self._write_login(transaction, login)
            write_entries(transaction, trail)

    def admit(
        self, login: PendingLogin, session: BrowserSession, key: NewKey, *trail: AuditEntry
    ) -> None:
        now = self._clock()
        with self._database.transaction() as transaction:
            self._write_login(transaction, login)
            self._write_session(transaction, login, session, key)
            self._evictions.make_room(transaction, session, key, now)
            if key.ends:
                end_sessions(transaction, has_key(_hashed(key.ends)), now)
            write_entries(transaction, trail)

    def finish(self, login: PendingLogin, joins: Participation | None, *trail: AuditEntry) -> None:
        with self._database.transaction() as transaction:
            # One conditional statement: of two requests that complete at once, one takes it.
            which = {"login": login.id, "read": login.version, "finished": self._clock()}
            if _FINISH_LOGIN.run(transaction, which) == 0:
                raise self._why_not_taken(transaction, login)
            self._participations.add(transaction, joins)
            write_entries(transaction, trail)

    def join(self, joins: Participation | None, *trail: AuditEntry) -> None:
        with self._database.transaction() as transaction:
            self._participations.add(transaction, joins)
            write_entries(transaction, trail)

    def end(self, session: SessionId, *trail: AuditEntry) -> None:
        with self._database.transaction() as transaction:
            end_sessions(transaction, is_session(session), self._clock())
            write_entries(transaction, trail)

    def participations(self, session: SessionId) -> Sequence[Participation]:
        return self._participations.of(session)

    def _write_login(self, transaction: Connection, login: PendingLogin) -> None:
        version = login.version + 1
        row = {
            "version": version,
            "expires_at": login.expires_at,
            "body": self._sealed_login(login, version),
        }
        if login.version == 0:
            self._write_new_login(transaction, login, row)
            return
        unchanged = {"login": login.id, "read": login.version}
        new = {f"new_{name}": each for name, each in row.items()}
        if _WRITE_LOGIN.run(transaction, {**unchanged, **new}) == 0:
            raise StaleLogin(login.id)

    def _write_new_login(
        self, transaction: Connection, login: PendingLogin, row: dict[str, object]
    ) -> None:
        new = {"id": login.id, "browser": _hashed(login.browser), "service": login.request.service}
        try:
            _NEW_LOGIN.run(transaction, {**new, **row})
        except IntegrityError as error:
            raise StaleLogin(login.id) from error

    def _sealed_login(self, login: PendingLogin, version: int) -> bytes:
        stored = replace(login, version=version)
        return self._seal.close(encode(stored, PendingLogin), f"login:{login.id}")

    def _write_session(
        self, transaction: Connection, login: PendingLogin, session: BrowserSession, key: NewKey
    ) -> None:
        now = self._clock()
        body = SessionBody(session=session, visitor=Visitor(device=key.device, source=key.source))
        row = {
            "id": session.id,
            "key_hash": _hashed(key.key),
            "account": session.account,
            "began_at": session.began_at,
            "seen_at": now,
            "dies_at": session.began_at + self._lifetimes.longest,
            "body": self._seal.close(encode(body, SessionBody), f"session:{session.id}"),
            "shared": TOLD if key.always_shared else int(key.shared),
            "same_key": _hashed(key.ends) if key.ends else "",
        }
        if self._keep_session.first(transaction, row) is None:
            raise StaleLogin(login.id)
        write_upstream(transaction, self._database, self._seal, session)

    def _why_not_taken(
        self, transaction: Connection, login: PendingLogin
    ) -> LoginGone | StaleLogin:
        row = _LOGIN_BY_ID.first(transaction, {"id": login.id})
        if row is None or row.body is None:
            return LoginGone(Gone.FINISHED, login.request.service)
        return StaleLogin(login.id)


def _hashed(key: str) -> str:
    return sha256(key.encode()).hexdigest()


def _keeping_session(database: Database) -> Statement:
    columns = browser_session.c
    new = database.insert(browser_session).values({name: bindparam(name) for name in _SESSION})
    # A workstation of many people stays one, whatever the browser says at the next proof: only
    # `Sessions.share` takes it back.
    shared = case((columns.shared > new.excluded.shared, columns.shared), else_=new.excluded.shared)
    changing = {
        **{name: new.excluded[name] for name in ("key_hash", "seen_at", "body")},
        "shared": shared,
    }
    # A session that ended meanwhile, or whose key another tab changed, is left as it is:
    # otherwise a request under way would undo a logout, or lose the other tab's proof.
    same_key = columns.key_hash == bindparam("same_key")
    kept = new.on_conflict_do_update(index_elements=["id"], set_=changing, where=same_key)
    return Statement(kept.returning(columns.id))
