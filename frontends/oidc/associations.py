"""Devices on their way to being associated: invited, looked at by a person, taken once.

A device without a browser shows a code that somebody types elsewhere (RFC 8628); a telephone reads
a ticket from the screen of somebody who is signed in. Both end as grants that outlive the session.
"""

import secrets
from dataclasses import replace
from enum import StrEnum
from typing import Any, Final

from pydantic import TypeAdapter
from sqlalchemy import bindparam, delete, insert, select, update

from hub import AccountId, Toolbox, value

from .granted import Frozen
from .digests import hashed
from .tables import associations

CODE_LIFETIME: Final = 600
TICKET_LIFETIME: Final = 120
PAUSE: Final = 5
"""Seconds between two questions of a waiting device, and what each hasty one adds."""
# RFC 8628 6.1: no vowels, so that no code is a word; nothing that is read for something else.
_LETTERS: Final = "BCDFGHJKLMNPQRSTVWXZ"
_FROZEN: Final = TypeAdapter(Frozen)


class State(StrEnum):
    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"
    TAKEN = "taken"


class Poll(StrEnum):
    """Why a device gets nothing yet, in the words of RFC 8628 3.5."""

    PENDING = "authorization_pending"
    HASTY = "slow_down"
    REFUSED = "access_denied"
    EXPIRED = "expired_token"
    UNKNOWN = "invalid_grant"


@value
class Association:
    id: str
    client: str
    scope: str
    state: State
    account: AccountId | None
    frozen: Frozen | None
    until: int
    ticket: str = ""
    """What a telephone reads; empty for other devices."""


@value
class Invitation:
    """What a device is told when it begins."""

    device_code: str
    user_code: str


_OF_ID: Final = associations.c.id == bindparam("of_id")
_OF_SECRET: Final = associations.c.secret == bindparam("hashed")
_WAITING: Final = associations.c.state == State.WAITING
_FRESH: Final = associations.c.until > bindparam("now")
_ADD: Final = insert(associations)
_FIND: Final = select(associations).where(_OF_ID)
_TYPED: Final = select(associations).where(
    associations.c.typed == bindparam("digest"), _WAITING, _FRESH
)
_ASKED: Final = select(associations).where(_OF_SECRET)
_ANSWER: Final = (
    update(associations)
    .where(_OF_ID, _WAITING, _FRESH)
    .values(state=bindparam("said"), account=bindparam("by"), frozen=bindparam("told"))
    .returning(associations.c.id)
)
_TAKE: Final = (
    update(associations)
    .where(_OF_SECRET, associations.c.client == bindparam("asks"), _FRESH)
    .where(associations.c.state == bindparam("from_state"))
    .values(state=State.TAKEN, shown=None)
    .returning(*associations.c)
)
"""One row for whoever comes first, none for anybody after."""
_POLLED: Final = (
    update(associations).where(_OF_ID).values(polled_at=bindparam("at"), pause=bindparam("wait"))
)
_PURGE: Final = delete(associations).where(associations.c.until <= bindparam("before"))


class AssociationBook:
    def __init__(self, toolbox: Toolbox) -> None:
        self._work = toolbox.unit_of_work
        self._seal = toolbox.seal
        self._clock = toolbox.clock

    def invite(self, client: str, scope: str) -> Invitation:
        """For a device that shows a code."""
        device, letters = secrets.token_urlsafe(32), _letters()
        row = self._row("device", client, scope, CODE_LIFETIME)
        with self._work() as work:
            work.execute(_ADD, {**row, "secret": hashed(device), "typed": self._digest(letters)})
        return Invitation(device_code=device, user_code=f"{letters[:4]}-{letters[4:]}")

    def show(self, client: str, scope: str, account: AccountId, told: Frozen) -> str:
        """For a telephone; return the id of the association whose ticket is shown."""
        ticket = secrets.token_urlsafe(32)
        row = self._row("phone", client, scope, TICKET_LIFETIME)
        shown = self._seal.close(ticket.encode(), f"ticket/{row['id']}")
        given = {"secret": hashed(ticket), "account": account, "shown": shown}
        with self._work() as work:
            work.execute(_ADD, {**row, **given, "frozen": self._closed(row["id"], told)})
        return str(row["id"])

    def find(self, association_id: str) -> Association | None:
        with self._work() as work:
            row = work.execute(_FIND, {"of_id": association_id}).one_or_none()
        return self._read(row) if row else None

    def typed(self, code: str) -> Association | None:
        """The one waiting under this code, however it is written."""
        letters = "".join(each for each in code.upper() if each in _LETTERS)
        named = {"digest": self._digest(letters), "now": self._now()}
        with self._work() as work:
            row = work.execute(_TYPED, named).one_or_none()
        return self._read(row) if row else None

    def approve(self, association_id: str, account: AccountId, told: Frozen) -> bool:
        """False: it was answered meanwhile, or its time is over."""
        closed = self._closed(association_id, told)
        return self._say(association_id, State.APPROVED, account, closed)

    def refuse(self, association_id: str, account: AccountId) -> bool:
        return self._say(association_id, State.REFUSED, account, None)

    def poll(self, device_code: str, client: str) -> Association | Poll:
        """What a person approved, taken once; until then, why not."""
        with self._work() as work:
            row = work.execute(_ASKED, {"hashed": hashed(device_code)}).one_or_none()
            if row is None or row.client != client or row.kind != "device":
                return Poll.UNKNOWN
            if row.until <= self._now():
                return Poll.EXPIRED
            if row.state == State.WAITING:
                return self._paced(work, row)
        if row.state == State.REFUSED:
            return Poll.REFUSED
        return self._take(device_code, client, State.APPROVED) or Poll.UNKNOWN

    def claim(self, ticket: str, client: str) -> Association | None:
        """What the ticket stands for, the first time it is shown by the client it is for."""
        return self._take(ticket, client, State.WAITING, kind="phone")

    def purge(self) -> None:
        with self._work() as work:
            work.execute(_PURGE, {"before": self._now()})

    def _row(self, kind: str, client: str, scope: str, lifetime: int) -> dict[str, Any]:
        return {
            "id": secrets.token_urlsafe(16),
            "kind": kind,
            "client": client,
            "typed": None,
            "shown": None,
            "scope": scope,
            "state": State.WAITING,
            "account": None,
            "frozen": None,
            "pause": PAUSE,
            "polled_at": 0,
            "until": self._now() + lifetime,
        }

    def _say(self, association_id: str, said: State, by: AccountId, told: bytes | None) -> bool:
        named = {"of_id": association_id, "said": said, "by": by, "told": told}
        with self._work() as work:
            answered = work.execute(_ANSWER, {**named, "now": self._now()}).one_or_none()
        return answered is not None

    def _paced(self, work: Any, row: Any) -> Poll:
        now = self._now()
        hasty = now - row.polled_at < row.pause
        wait = row.pause + PAUSE if hasty else row.pause
        work.execute(_POLLED, {"of_id": row.id, "at": now, "wait": wait})
        return Poll.HASTY if hasty else Poll.PENDING

    def _take(
        self, secret: str, client: str, state: State, kind: str = "device"
    ) -> Association | None:
        named = {"hashed": hashed(secret), "asks": client, "from_state": state}
        with self._work() as work:
            row = work.execute(_TAKE, {**named, "now": self._now()}).one_or_none()
        return self._read(row) if row and row.kind == kind else None

    def _read(self, row: Any) -> Association:
        place = f"association/{row.id}"
        frozen = self._seal.open(row.frozen, place) if row.frozen else None
        ticket = self._seal.open(row.shown, f"ticket/{row.id}").decode() if row.shown else ""
        return Association(
            id=row.id,
            client=row.client,
            scope=row.scope,
            state=State(row.state),
            account=AccountId(row.account) if row.account else None,
            frozen=_FROZEN.validate_json(frozen) if frozen else None,
            until=row.until,
            ticket=ticket,
        )

    def _closed(self, association_id: str, told: Frozen) -> bytes:
        # Its own sid: leaving the browser must not close the application on the device.
        own = replace(told, sid=association_id)
        return self._seal.close(_FROZEN.dump_json(own), f"association/{association_id}")

    def _digest(self, letters: str) -> str:
        # Twenty letters to the eighth are soon tried: a plain hash would tell them all.
        return self._seal.digest(letters, "user_code")

    def _now(self) -> int:
        return int(self._clock().timestamp())


def _letters() -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(8))
