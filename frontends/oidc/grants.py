"""What was granted to which client, and the codes and tokens that stand for it.

Every secret is found by its hash, and what works once is taken by one atomic statement.
What the service is told is frozen at sign-in and sealed: UserInfo and refresh repeat it.
"""

import secrets
from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256
from typing import Any, Final

from pydantic import TypeAdapter
from sqlalchemy.engine import Connection

from hub import SessionId, Toolbox, value

from . import statements

CODE_LIFETIME: Final = timedelta(seconds=60)
GRANT_LIFETIME: Final = timedelta(days=1)
"""How long a grant is remembered: refresh within it, and logout finds the session by it."""


@value
class Frozen:
    """What the service is told of this sign-in, now and at each refresh."""

    subject: str
    claims: Mapping[str, tuple[str, ...]]
    situation: Mapping[str, str | None] | None
    acr: str
    amr: tuple[str, ...]
    auth_time: int
    sid: str
    nonce: str | None = None


@value
class Grant:
    id: str
    client: str
    session: SessionId
    redirect_uri: str
    challenge: str
    scope: str
    frozen: Frozen


@value
class Promise:
    """A grant about to be made."""

    client: str
    session: SessionId
    redirect_uri: str
    challenge: str
    scope: str
    frozen: Frozen


@value
class Issued:
    """Tokens about to be kept; `spends` is the refresh token they replace."""

    access: str
    access_scope: str
    access_lifetime: timedelta
    refresh: str | None = None
    spends: str | None = None


_FROZEN: Final = TypeAdapter(Frozen)


class GrantBook:
    def __init__(self, toolbox: Toolbox) -> None:
        self._work = toolbox.unit_of_work
        self._seal = toolbox.seal
        self._clock = toolbox.clock

    def open(self, promise: Promise) -> str:
        """Return the code that redeems it, once, within a minute."""
        code, grant_id, now = secrets.token_urlsafe(32), secrets.token_urlsafe(16), self._now()
        frozen = self._seal.close(_FROZEN.dump_json(promise.frozen), f"grant/{grant_id}")
        row = {
            "id": grant_id,
            "client": promise.client,
            "session": promise.session,
            "sid": promise.frozen.sid,
            "code": hashed(code),
            "code_until": now + int(CODE_LIFETIME.total_seconds()),
            "redeemed": False,
            "ended": False,
            "redirect_uri": promise.redirect_uri,
            "challenge": promise.challenge,
            "scope": promise.scope,
            "frozen": frozen,
            "until": now + int(GRANT_LIFETIME.total_seconds()),
        }
        with self._work() as work:
            work.execute(statements.OPEN, row)
        return code

    def redeem(self, code: str, client: str) -> Grant | None:
        """The grant of a code used for the first time; a second use ends what the first gave."""
        named = {"hashed": hashed(code)}
        with self._work() as work:
            row = work.execute(statements.REDEEM, named).one_or_none()
            if row is None:
                # RFC 6749 4.1.2: a code seen twice was stolen; nobody knows from which of the two.
                work.execute(statements.END_BY_CODE, named)
                return None
        if row.client != client or row.code_until <= self._now():
            return None
        return self._grant(row)

    def issue(self, grant: Grant, issued: Issued) -> bool:
        """Keep the tokens; False when the refresh token was spent meanwhile: all is ended then."""
        with self._work() as work:
            if issued.spends is not None and not _spend(work, issued.spends):
                _end(work, grant.id)
                return False
            work.execute(statements.KEEP, self._rows(grant, issued))
        return True

    def of_refresh(self, token: str, client: str) -> Grant | None:
        """The grant behind a refresh token; one used again, or by another client, ends it."""
        with self._work() as work:
            row = _find(work, token)
            if row is None or row.kind != "refresh":
                return None
            # RFC 9700 4.14.2: whoever comes second holds a copy, the thief or the robbed.
            if row.used or row.client != client:
                _end(work, row.id)
                return None
        return None if row.ended or row.token_until <= self._now() else self._grant(row)

    def of_access(self, token: str) -> Grant | None:
        """The grant behind an access token, with the scope of that token."""
        with self._work() as work:
            row = _find(work, token)
        if row is None or row.kind != "access" or row.ended or row.token_until <= self._now():
            return None
        return self._grant(row, row.token_scope)

    def revoke(self, token: str, client: str) -> None:
        """An access token alone, or with a refresh token all of its grant; another's: nothing."""
        with self._work() as work:
            row = _find(work, token)
            if row is None or row.client != client:
                return
            if row.kind == "refresh":
                _end(work, row.id)
            else:
                work.execute(statements.DROP, {"hashed": hashed(token)})

    def session_of(self, client: str, sid: str) -> SessionId | None:
        """The session that this client knows under *sid*."""
        known = {"client": client, "sid": sid}
        with self._work() as work:
            found = work.execute(statements.SESSION, known).scalar_one_or_none()
        return SessionId(found) if found is not None else None

    def end_all(self, client: str, session: SessionId) -> None:
        """Whatever this client was given in this session holds no longer; codes included."""
        with self._work() as work:
            work.execute(statements.END_ALL, {"of_client": client, "of_session": session})

    def purge(self) -> None:
        """Forget what nothing can be done with any more."""
        with self._work() as work:
            for each in statements.PURGE:
                work.execute(each, {"now": self._now()})

    def _rows(self, grant: Grant, issued: Issued) -> list[dict[str, Any]]:
        now = self._now()
        common = {"grant_id": grant.id, "used": False}
        lifetime = int(issued.access_lifetime.total_seconds())
        rows: list[dict[str, Any]] = [
            {
                **common,
                "hash": hashed(issued.access),
                "kind": "access",
                "scope": issued.access_scope,
                "until": now + lifetime,
            }
        ]
        if issued.refresh is not None:
            until = now + int(GRANT_LIFETIME.total_seconds())
            row = {"hash": hashed(issued.refresh), "kind": "refresh", "scope": grant.scope}
            rows.append({**common, **row, "until": until})
        return rows

    def _grant(self, row: Any, scope: str | None = None) -> Grant:
        frozen = self._seal.open(row.frozen, f"grant/{row.id}")
        return Grant(
            id=row.id,
            client=row.client,
            session=SessionId(row.session),
            redirect_uri=row.redirect_uri,
            challenge=row.challenge,
            scope=row.scope if scope is None else scope,
            frozen=_FROZEN.validate_json(frozen),
        )

    def _now(self) -> int:
        return int(self._clock().timestamp())


def hashed(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


def _find(database: Connection, token: str) -> Any:
    return database.execute(statements.FIND, {"hashed": hashed(token)}).one_or_none()


def _spend(database: Connection, token: str) -> bool:
    spent = database.execute(statements.SPEND, {"hashed": hashed(token)})
    return spent.one_or_none() is not None


def _end(database: Connection, grant_id: str) -> None:
    database.execute(statements.END, {"grant": grant_id})
