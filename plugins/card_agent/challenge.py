"""Reads what a page wants signed, and refuses all that is not a sign-in of this very site, now."""

import re
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Final

from hub import Clock, value

from .cards import Failed

OLDEST: Final = timedelta(minutes=1)
_AHEAD: Final = timedelta(seconds=10)
_LONGEST: Final = 600
# A text of five known lines: whatever else a site hands over (the hash of a document, a handshake
# of TLS) is not signed, as a signature of it could be used elsewhere.
_FORM: Final = re.compile(
    rb"hub card sign-in 1\n"
    rb"origin (https?://[a-z0-9.:\[\]-]{1,255})\n"
    rb"nonce ([A-Za-z0-9_-]{43,86})\n"
    rb"issued (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)\n"
    rb"login ([0-9a-f]{64})\n"
)

SHARED: Final = b"workstation shared\n"
"""Added by the agent itself, behind a challenge that was judged: no site may hand it in."""


@value
class Challenge:
    origin: str
    nonce: str
    issued: datetime


class Gate:
    """Lets each challenge through once, soon, and for the site that brought it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._seen: dict[str, datetime] = {}
        self._one = Lock()

    def judge(self, text: bytes, origin: str) -> Challenge | Failed:
        """*origin*: who really asks, as the browser says; or the hub that was called."""
        challenge = read(text)
        if challenge is None:
            return Failed(why="not_ours")
        # A page of another site passes on a challenge of the hub's: phishing by relay.
        if challenge.origin != origin:
            return Failed(why="other_origin")
        now = self._clock()
        if not -_AHEAD <= now - challenge.issued <= OLDEST:
            return Failed(why="stale")
        return challenge if self._first(challenge, now) else Failed(why="replayed")

    def _first(self, challenge: Challenge, now: datetime) -> bool:
        with self._one:
            known = {n: at for n, at in self._seen.items() if now - at <= 2 * OLDEST}
            first = challenge.nonce not in known
            self._seen = {**known, challenge.nonce: known.get(challenge.nonce, now)}
        return first


def read(text: bytes) -> Challenge | None:
    form = _FORM.fullmatch(text) if len(text) <= _LONGEST else None
    if form is None:
        return None
    origin, nonce, issued, _ = (part.decode() for part in form.groups())
    try:
        at = datetime.strptime(issued, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None
    return Challenge(origin=origin, nonce=nonce, issued=at)
