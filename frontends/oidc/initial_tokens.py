"""Initial access tokens (RFC 7591 1.2): who holds one may register, so often, until then."""

import argparse
import secrets
import sys
from collections.abc import Sequence
from datetime import timedelta
from hashlib import sha256
from typing import Final

from pydantic import TypeAdapter

from hub import Clock, OneTimeBox, Toolbox, value

_DURATION: Final = TypeAdapter(timedelta)


@value
class Taken:
    """A token in somebody's hands: nobody else finds it until it is given back."""

    key: str
    left: int
    until: int


class InitialTokens:
    def __init__(self, box: OneTimeBox, clock: Clock) -> None:
        self._box = box
        self._clock = clock

    def make(self, uses: int, lifetime: timedelta) -> str:
        """Shown once; only its hash is kept."""
        token = secrets.token_urlsafe(32)
        until = self._now() + int(lifetime.total_seconds())
        self._keep(Taken(key=_key(token), left=uses, until=until))
        return token

    def take(self, token: str) -> Taken | None:
        found = self._box.take(_key(token))
        match found:
            case {"left": int(left), "until": int(until)}:
                return Taken(key=_key(token), left=left, until=until)
            case _:
                return None

    def give_back(self, taken: Taken, *, used: bool) -> None:
        left = taken.left - 1 if used else taken.left
        if left > 0:
            self._keep(Taken(key=taken.key, left=left, until=taken.until))

    def _keep(self, taken: Taken) -> None:
        seconds = taken.until - self._now()
        if seconds > 0:
            content = {"left": taken.left, "until": taken.until}
            self._box.put(taken.key, content, seconds=seconds)

    def _now(self) -> int:
        return int(self._clock().timestamp())


def make_token(toolbox: Toolbox, words: Sequence[str]) -> int:
    """`hub registration-token`."""
    parser = argparse.ArgumentParser(prog="hub registration-token")
    parser.add_argument("--uses", type=int, default=1)
    parser.add_argument("--lifetime", type=_DURATION.validate_python, default=timedelta(days=7))
    given = parser.parse_args(words)
    tokens = InitialTokens(toolbox.one_time, toolbox.clock)
    token = tokens.make(max(1, given.uses), given.lifetime)
    toolbox.note("registration.token_made", None, uses=str(given.uses))
    # The one time it is seen.
    sys.stdout.write(f"{token}\n")
    return 0


def _key(token: str) -> str:
    return f"registration/{sha256(token.encode()).hexdigest()}"
