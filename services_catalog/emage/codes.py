"""The one live code of a share: drawn, kept as a keyed hash, good in the browser that asked."""

import re
import secrets
from datetime import timedelta
from enum import Enum
from hmac import compare_digest
from math import ceil
from typing import Any, Final

from sqlalchemy import case, select, update
from sqlalchemy.dialects import postgresql, sqlite

from hub import Toolbox, value

from .settings import EmageSettings
from .tables import CODES

DIGITS: Final = 6
_CODES: Final = CODES.c


class Verdict(Enum):
    RIGHT = "right"
    WRONG = "wrong"
    UNREADABLE = "unreadable"
    """Not six digits: nothing was guessed."""
    DEAD = "dead"
    """No live code in this browser: never asked for, too old, or guessed at too often."""
    RESTS = "rests"
    """Wrong too often in a row, by whomever: nobody tries now."""


@value
class Wait:
    """No code is sent now."""

    rests: bool
    """Because of wrong answers; else one has just left."""
    left: timedelta

    @property
    def minutes(self) -> int:
        return max(1, ceil(self.left / timedelta(minutes=1)))


class Codes:
    def __init__(self, settings: EmageSettings, toolbox: Toolbox) -> None:
        self._settings = settings
        self._toolbox = toolbox

    def draw(self, share: str, browser: str) -> str | Wait:
        """A new code, which is the only one now; or how long to wait for it."""
        now = self._now()
        code, salt = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}", secrets.token_urlsafe(12)
        fresh = {
            "browser": browser,
            "digest": self._digest(share, browser, code, salt),
            "salt": salt,
            "asked_at": now,
            "expires_at": now + _length(self._settings.code),
            "left": self._settings.tries,
        }
        gap = _CODES.asked_at <= now - _length(self._settings.gap)
        with self._toolbox.unit_of_work() as work:
            add: Any = sqlite.insert if work.dialect.name == "sqlite" else postgresql.insert
            new = add(CODES).values(share=share, failures=0, free_at=0, **fresh)
            # One statement: of two windows that ask at once, one sends.
            claim = new.on_conflict_do_update(
                index_elements=["share"], set_=fresh, where=gap & (_CODES.free_at <= now)
            )
            if work.execute(claim.returning(_CODES.share)).first():
                return code
            row = work.execute(select(CODES).where(_CODES.share == share)).one()
        rests = row.free_at > now
        until = row.free_at if rests else row.asked_at + _length(self._settings.gap)
        return Wait(rests=rests, left=timedelta(seconds=until - now))

    def kept(self, share: str) -> Any:
        """What `put_back` takes: the code before the next one is drawn; `None`: there is none."""
        kept = (_CODES.browser, _CODES.digest, _CODES.salt, _CODES.expires_at, _CODES.left)
        with self._toolbox.unit_of_work() as work:
            return work.execute(select(*kept).where(_CODES.share == share)).mappings().first()

    def put_back(self, share: str, before: Any) -> None:
        """The new code could not leave: the last one is good as it was, the gap goes on."""
        nothing = {"digest": "", "left": 0}
        values = dict(before) if before else nothing
        with self._toolbox.unit_of_work() as work:
            work.execute(update(CODES).where(_CODES.share == share).values(values))

    def live(self, share: str, browser: str) -> timedelta | None:
        """How long this browser may answer; `None`: it has nothing to answer to."""
        asked = select(_CODES.expires_at).where(*self._mine(share, browser))
        with self._toolbox.unit_of_work() as work:
            until = work.execute(asked).scalar()
        return None if until is None else timedelta(seconds=until - self._now())

    def rests(self, share: str) -> Wait | None:
        asked = select(_CODES.free_at).where(_CODES.share == share, _CODES.free_at > self._now())
        with self._toolbox.unit_of_work() as work:
            until = work.execute(asked).scalar()
        left = None if until is None else timedelta(seconds=until - self._now())
        return None if left is None else Wait(rests=True, left=left)

    def judge(self, share: str, browser: str, typed: str) -> Verdict:
        code = re.sub(r"[\s.-]", "", typed)
        if self.rests(share):
            return Verdict.RESTS
        if not re.fullmatch(rf"[0-9]{{{DIGITS}}}", code):
            return Verdict.UNREADABLE
        # Spent before it is looked at: a hundred guesses sent at once are not one.
        row = self._spend(share, browser)
        if row is None:
            return Verdict.RESTS if self.rests(share) else Verdict.DEAD
        expected = self._digest(share, browser, code, row.salt)
        if not compare_digest(expected, row.digest):
            return Verdict.WRONG
        return Verdict.RIGHT if self._take(share, row.digest) else Verdict.DEAD

    def _spend(self, share: str, browser: str) -> Any:
        now, settings = self._now(), self._settings
        failed = _CODES.failures + 1
        # The count goes over codes and browsers: a new code is no new chance.
        pause = case((failed >= settings.failures, now + _length(settings.pause)), else_=0)
        spent = {
            "left": _CODES.left - 1,
            "failures": case((failed >= settings.failures, 0), else_=failed),
            "free_at": pause,
        }
        mine = update(CODES).where(*self._mine(share, browser), _CODES.free_at <= now)
        with self._toolbox.unit_of_work() as work:
            return work.execute(mine.values(spent).returning(_CODES.digest, _CODES.salt)).first()

    def _take(self, share: str, digest: str) -> bool:
        """The right code opens once, and earlier wrong answers are forgotten."""
        over = {"digest": "", "left": 0, "failures": 0, "free_at": 0}
        mine = update(CODES).where(_CODES.share == share, _CODES.digest == digest)
        with self._toolbox.unit_of_work() as work:
            return work.execute(mine.values(over).returning(_CODES.share)).first() is not None

    def _mine(self, share: str, browser: str) -> tuple[Any, ...]:
        here = (_CODES.share == share, _CODES.browser == browser)
        return (*here, _CODES.expires_at > self._now(), _CODES.left > 0)

    def _digest(self, share: str, browser: str, code: str, salt: str) -> str:
        return self._toolbox.seal.digest(f"{salt}:{code}", f"code:{share}:{browser}")

    def _now(self) -> int:
        return int(self._toolbox.clock().timestamp())


def _length(span: timedelta) -> int:
    return int(span.total_seconds())
