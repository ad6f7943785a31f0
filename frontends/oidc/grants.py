"""What was granted to which client, and the codes and tokens that stand for it.

Every secret is found by its hash, and what works once is taken by one atomic statement.
What the service is told is frozen at sign-in and sealed: UserInfo and refresh repeat it.
"""

import secrets
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from pydantic import TypeAdapter
from sqlalchemy.engine import Connection

from hub import AccountId, SessionId, Toolbox

from .digests import hashed
from . import statements
from .granted import AccessToken, Frozen, Grant, Issued, Promise
from .lives import Life, Lifetimes
from .refresh_grace import Grace, Successor

CODE_LIFETIME: Final = timedelta(seconds=60)


_FROZEN: Final = TypeAdapter(Frozen)


class GrantBook:
    def __init__(self, toolbox: Toolbox, lifetimes: Lifetimes = Lifetimes()) -> None:
        self._work = toolbox.unit_of_work
        self._seal = toolbox.seal
        self._clock = toolbox.clock
        self._lifetimes = lifetimes
        self._grace = Grace(toolbox.seal)

    def open(self, promise: Promise) -> str:
        """Return the code that redeems it, once, within a minute."""
        code = secrets.token_urlsafe(32)
        with self._work() as work:
            statements.OPEN.run(work, self._row(promise, code))
        return code

    def begin(self, promise: Promise) -> Grant:
        """A grant that no code stands for: whoever asks gets its tokens at once."""
        row = {**self._row(promise, secrets.token_urlsafe(32)), "redeemed": True}
        with self._work() as work:
            statements.OPEN.run(work, row)
        return Grant(
            id=row["id"],
            client=promise.client,
            session=promise.session,
            redirect_uri=promise.redirect_uri,
            challenge=promise.challenge,
            scope=promise.scope,
            frozen=promise.frozen,
            life=promise.life,
            account=promise.account,
            resource=promise.resource,
            until=row["until"],
            key=promise.key,
        )

    def redeem(self, code: str, client: str) -> Grant | None:
        """The grant of a code used for the first time; a second use ends what the first gave."""
        named = {"hashed": hashed(code)}
        with self._work() as work:
            row = statements.REDEEM.first(work, named)
            if row is None:
                # RFC 6749 4.1.2: a code seen twice was stolen; nobody knows from which of the two.
                work.execute(statements.END_BY_CODE, named)
                return None
        if row.client != client or row.code_until <= self.now():
            return None
        return self._grant(row)

    def issue(self, grant: Grant, issued: Issued) -> bool:
        """Keep the tokens; False when the refresh token was spent meanwhile: all is ended then."""
        with self._work() as work:
            spends = issued.spends
            if spends is not None and not self._spend(work, grant, issued, spends):
                _end(work, grant.id)
                return False
            statements.KEEP.run_all(work, self._rows(grant, issued))
        return True

    def of_refresh(self, token: str, client: str) -> Grant | None:
        """The grant behind a refresh token; one used again, or by another client, ends it."""
        with self._work() as work:
            row = _find(work, token)
            if row is None or row.kind != "refresh":
                return None
            again = self._grace.again(work, row, self._instant())
            # RFC 9700 4.14.2: whoever comes second holds a copy, the thief or the robbed.
            if row.client != client or (row.used and again is None):
                _end(work, row.id)
                return None
        ended = row.ended or row.token_until <= self.now()
        return None if ended else replace(self._grant(row), again=again, key=row.token_key)

    def of_access(self, token: str) -> AccessToken | None:
        """What a good access token stands for."""
        with self._work() as work:
            row = _find(work, token)
        if row is None or row.kind != "access" or row.ended or row.token_until <= self.now():
            return None
        return AccessToken(
            grant=self._grant(row),
            scope=row.token_scope,
            audience=tuple((row.audience or "").split()),
            issued=row.issued,
            until=row.token_until,
            key=row.token_key,
        )

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

    def end_all(self, client: str, session: SessionId, sid: str) -> None:
        """Whatever this client was given in this session, known to it as *sid*; codes included."""
        which = {"of_client": client, "of_session": session, "of_sid": sid}
        with self._work() as work:
            work.execute(statements.END_ALL, which)

    def end_given(self, account: AccountId, client: str) -> None:
        """Whatever this person let this client have, in sessions and on devices."""
        with self._work() as work:
            work.execute(statements.END_GIVEN, {"of_account": account, "of_client": client})

    def end_client(self, client: str) -> None:
        """Whatever this client was given, to whomever: it is no service of ours any more."""
        with self._work() as work:
            work.execute(statements.END_CLIENT, {"of_client": client})

    def purge(self) -> None:
        """Forget what nothing can be done with any more."""
        with self._work() as work:
            for each in statements.PURGE:
                work.execute(each, {"now": self.now()})

    def _row(self, promise: Promise, code: str) -> dict[str, Any]:
        grant_id, now = secrets.token_urlsafe(16), self.now()
        frozen = self._seal.close(_FROZEN.dump_json(promise.frozen), f"grant/{grant_id}")
        device = promise.device.encode()
        return {
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
            "life": promise.life,
            "account": promise.account,
            "made": now,
            "device": self._seal.close(device, f"device/{grant_id}") if device else None,
            "resource": promise.resource,
            "until": now + self._lifetimes.at_most(promise.life),
            "jkt": promise.key,
        }

    def _spend(self, work: Connection, grant: Grant, issued: Issued, spends: str) -> bool:
        sealed = None
        if issued.refresh is not None:
            until = self.now() + int(issued.access_lifetime.total_seconds())
            successor = Successor(
                access=issued.access,
                scope=issued.access_scope,
                until=until,
                refresh=issued.refresh,
                refresh_hash=hashed(issued.refresh),
            )
            sealed = self._grace.kept(successor, grant.id)
        named = {"hashed": hashed(spends), "at": self._instant(), "sealed": sealed}
        return statements.SPEND.first(work, named) is not None

    def _rows(self, grant: Grant, issued: Issued) -> list[dict[str, Any]]:
        now = self.now()
        common = {"grant_id": grant.id, "used": False, "issued": now}
        lifetime = int(issued.access_lifetime.total_seconds())
        audience = " ".join(issued.audience) or None
        rows: list[dict[str, Any]] = [
            {
                **common,
                "hash": hashed(issued.access),
                "kind": "access",
                "scope": issued.access_scope,
                "until": now + lifetime,
                "audience": audience,
                "jkt": grant.key,
            }
        ]
        if issued.refresh is not None:
            until = min(now + self._lifetimes.unused(grant.life), grant.until)
            row = {"hash": hashed(issued.refresh), "kind": "refresh", "scope": grant.scope}
            bound = {"audience": None, "jkt": issued.refresh_key}
            rows.append({**common, **row, **bound, "until": until})
        return rows

    def _grant(self, row: Any) -> Grant:
        frozen = self._seal.open(row.frozen, f"grant/{row.id}")
        return Grant(
            id=row.id,
            client=row.client,
            session=SessionId(row.session),
            redirect_uri=row.redirect_uri,
            challenge=row.challenge,
            scope=row.scope,
            frozen=_FROZEN.validate_json(frozen),
            life=Life(row.life),
            account=AccountId(row.account) if row.account else None,
            resource=row.resource,
            until=row.grant_until,
            key=row.jkt,
        )

    def now(self) -> int:
        return int(self._clock().timestamp())

    def _instant(self) -> int:
        return int(self._clock().timestamp() * 1000)


def _find(database: Connection, token: str) -> Any:
    return statements.FIND.first(database, {"hashed": hashed(token)})


def _end(database: Connection, grant_id: str) -> None:
    database.execute(statements.END, {"grant": grant_id})
