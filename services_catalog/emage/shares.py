"""The shares: drafted by a service, sent by one person, open until an hour that never moves."""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, delete, func, insert, or_, select, update

from hub import AccountId, ServiceId, Toolbox, value

from .settings import EmageSettings
from .tables import CODES, OPENINGS, SHARES

MOST_SHOWN: Final = 100
_MINUTE: Final = timedelta(minutes=1)
_SHARES: Final = SHARES.c
_DRAFT: Final = ("study", "subject", "opens_at", "back_to")
_OWN: Final = ("recipient", "comment", "secret", "message")


@value
class Draft:
    """What a service asks to have shared."""

    service: ServiceId
    sender: AccountId
    subject: str
    """The sender, as that service knows them."""
    study: str = field(repr=False)
    """Means something to the service alone."""
    opens_at: str = field(repr=False)
    """Where the recipient's browser brings its ticket."""
    back_to: str = field(repr=False)
    """Where the sender goes on."""


class State(StrEnum):
    DRAFT = "draft"
    OPEN = "open"
    REVOKED = "revoked"
    ENDED = "ended"


@value
class Share:
    id: str
    draft: Draft
    secret: str = field(repr=False)
    created_at: datetime
    ends_at: datetime
    sent_at: datetime | None = None
    revoked_at: datetime | None = None
    recipient: str = field(default="", repr=False)
    comment: str = field(default="", repr=False)
    message: str = ""
    """The mail to the recipient, as the outbox calls it."""
    openings: tuple[datetime, ...] = ()

    def state(self, now: datetime) -> State:
        if self.revoked_at is not None:
            return State.REVOKED
        if self.ends_at <= now:
            return State.ENDED
        return State.OPEN if self.sent_at is not None else State.DRAFT


class Shares:
    def __init__(self, settings: EmageSettings, toolbox: Toolbox) -> None:
        self._settings = settings
        self._toolbox = toolbox
        self._seal = toolbox.seal

    def draft(self, draft: Draft) -> Share | None:
        """`None`: too many forms of that service wait for that person already."""
        now = self._now()
        share = Share(
            id=secrets.token_urlsafe(16),
            draft=draft,
            secret=secrets.token_urlsafe(32),
            created_at=now,
            ends_at=(now + self._settings.lasts).replace(second=0, microsecond=0),
        )
        waiting = select(func.count()).where(
            _SHARES.sender == draft.sender,
            # One service's forms leave another's alone.
            _SHARES.service == draft.service,
            _SHARES.sent_at.is_(None),
            _SHARES.revoked_at.is_(None),
            self._fresh(now),
        )
        with self._toolbox.unit_of_work() as work:
            if work.execute(waiting).scalar_one() >= self._settings.drafts:
                return None
            work.execute(insert(SHARES).values(self._row(share)))
        return share

    def find(self, name: str) -> Share | None:
        """Whatever its state, but for a form that waited too long."""
        found = self._read(_SHARES.id == name, or_(_SHARES.sent_at.is_not(None), self._fresh()))
        return found[0] if found else None

    def open(self, secret: str) -> Share | None:
        """By the recipient's link: sent, not revoked, not over."""
        return self._opening(_SHARES.link == self._link(secret))

    def still_open(self, name: str) -> Share | None:
        return self._opening(_SHARES.id == name)

    def sent_since(self, sender: AccountId, moment: datetime) -> int:
        """How many, the revoked ones included."""
        recent = (_SHARES.sender == sender, _SHARES.sent_at > _seconds(moment))
        with self._toolbox.unit_of_work() as work:
            counted = work.execute(select(func.count()).where(*recent))
            return int(counted.scalar_one())

    def sent_by(self, sender: AccountId, most: int = MOST_SHOWN) -> Sequence[Share]:
        """Newest first, with their openings."""
        found = self._read(_SHARES.sender == sender, _SHARES.sent_at.is_not(None), most=most)
        names = [each.id for each in found]
        opened = select(OPENINGS).where(OPENINGS.c.share.in_(names)).order_by(OPENINGS.c.at)
        with self._toolbox.unit_of_work() as work:
            rows = work.execute(opened).all() if names else ()
        moments: dict[str, list[datetime]] = {}
        for row in rows:
            moments.setdefault(row.share, []).append(_moment(row.at))
        return [replace(each, openings=tuple(moments.get(each.id, ()))) for each in found]

    def send(self, share: Share, recipient: str, comment: str) -> bool:
        """False: it was sent already, or it is too late. Of two at once, one sends it."""
        ready = replace(share, recipient=recipient, comment=comment)
        waiting = (_SHARES.id == share.id, _SHARES.sent_at.is_(None), _SHARES.revoked_at.is_(None))
        kept = {"body": self._closed(ready), "sent_at": _seconds(self._now())}
        claim = update(SHARES).where(*waiting, self._fresh()).values(kept)
        with self._toolbox.unit_of_work() as work:
            return work.execute(claim.returning(_SHARES.id)).first() is not None

    def mailed(self, share: Share, message: str) -> None:
        """Its mail stands in the outbox under that name."""
        body = self._closed(replace(share, message=message))
        with self._toolbox.unit_of_work() as work:
            work.execute(update(SHARES).where(_SHARES.id == share.id).values(body=body))

    def take_back(self, share: Share) -> None:
        """Its mail could not be posted: the form waits again."""
        with self._toolbox.unit_of_work() as work:
            work.execute(update(SHARES).where(_SHARES.id == share.id).values(sent_at=None))

    def revoke(self, share: Share) -> bool:
        """False: it is over already."""
        now = self._now()
        living = (_SHARES.revoked_at.is_(None), _SHARES.ends_at > _seconds(now))
        gone = update(SHARES).where(_SHARES.id == share.id, *living)
        with self._toolbox.unit_of_work() as work:
            done = work.execute(gone.values(revoked_at=_seconds(now)).returning(_SHARES.id)).first()
            work.execute(delete(CODES).where(CODES.c.share == share.id))
        return done is not None

    def opened(self, share: Share, ticket: str) -> None:
        mark = self._seal.digest(ticket, "opening")
        row = {"share": share.id, "ticket": mark, "at": _seconds(self._now())}
        with self._toolbox.unit_of_work() as work:
            work.execute(insert(OPENINGS).values(row))

    def openings(self, share: Share) -> tuple[datetime, ...]:
        asked = select(OPENINGS.c.at).where(OPENINGS.c.share == share.id).order_by(OPENINGS.c.at)
        with self._toolbox.unit_of_work() as work:
            return tuple(_moment(at) for at in work.execute(asked).scalars())

    def _opening(self, which: ColumnElement[bool]) -> Share | None:
        living = _SHARES.ends_at > _seconds(self._now())
        found = self._read(
            which, _SHARES.sent_at.is_not(None), _SHARES.revoked_at.is_(None), living
        )
        share = found[0] if found else None
        return share if share and self._stands(share.draft) else None

    def _stands(self, draft: Draft) -> bool:
        """What a suspended account or a closed service gave away opens nothing meanwhile."""
        sender = self._toolbox.accounts.by_id(draft.sender)
        return sender is not None and not sender.locked and draft.service in self._toolbox.services

    def _fresh(self, now: datetime | None = None) -> ColumnElement[bool]:
        return _SHARES.created_at > _seconds((now or self._now()) - self._settings.draft)

    def _read(self, *which: ColumnElement[bool], most: int = MOST_SHOWN) -> Sequence[Share]:
        asked = select(SHARES).where(*which).order_by(_SHARES.created_at.desc()).limit(most)
        with self._toolbox.unit_of_work() as work:
            rows = work.execute(asked).all()
        return [self._share(row) for row in rows]

    def _share(self, row: Row[Any]) -> Share:
        said = json.loads(self._seal.open(row.body, _place(row.id)))
        named = {name: said[name] for name in _DRAFT}
        return Share(
            id=row.id,
            draft=Draft(service=ServiceId(row.service), sender=AccountId(row.sender), **named),
            created_at=_moment(row.created_at),
            ends_at=_moment(row.ends_at),
            sent_at=None if row.sent_at is None else _moment(row.sent_at),
            revoked_at=None if row.revoked_at is None else _moment(row.revoked_at),
            **{name: said[name] for name in _OWN},
        )

    def _row(self, share: Share) -> Mapping[str, object]:
        return {
            "id": share.id,
            "service": share.draft.service,
            "sender": share.draft.sender,
            "link": self._link(share.secret),
            "body": self._closed(share),
            "created_at": _seconds(share.created_at),
            "ends_at": _seconds(share.ends_at),
        }

    def _closed(self, share: Share) -> bytes:
        own = {name: getattr(share, name) for name in _OWN}
        draft = {name: getattr(share.draft, name) for name in _DRAFT}
        return self._seal.close(json.dumps({**draft, **own}).encode(), _place(share.id))

    def _link(self, secret: str) -> str:
        return self._seal.digest(secret, "link")

    def _now(self) -> datetime:
        return self._toolbox.clock()


def _place(name: str) -> str:
    return f"share:{name}"


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
