"""An agent that speaks to the hub by itself, because the browser may not speak to the agent.

    offered     the page shows a link to the agent, and a number of two digits
    claimed     the agent brings the number that its person read there, and gets the challenge
    answered    it brings what the card signed; the page takes it

A link sent by somebody else leads to a page the person does not see, so to a number they cannot
type; and one wrong number ends the pairing.
"""

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

from hub import Json, OneTimeBox, value

from .challenge import Challenge

SECONDS: Final = 180
"""From the page to the number typed, and again from there to what the card signed."""


@value
class Pairing:
    """What the page keeps of it, in the login."""

    id: str
    number: str
    challenge: Challenge


@value
class Brought:
    """What came by the agent's own way: unjudged."""

    challenge: Challenge
    fields: Mapping[str, str]


class Pairings:
    def __init__(self, box: OneTimeBox) -> None:
        self._box = box

    def offer(self, challenge: Challenge) -> Pairing:
        made = Pairing(
            id=secrets.token_urlsafe(16),
            number=str(10 + secrets.randbelow(90)),
            challenge=challenge,
        )
        content: dict[str, Json] = {"number": made.number, **kept(challenge)}
        self._box.put(f"offered {made.id}", content, seconds=SECONDS)
        return made

    def claim(self, pairing: str, number: str, now: datetime) -> tuple[str, Challenge] | None:
        """A ticket for the answer, and what to sign; `None`: no such pairing, or not its number."""
        content = self._box.take(f"offered {pairing}")
        challenge = found(content or {})
        if content is None or challenge is None:
            return None
        # Taken before it is compared: two digits allow one guess, not ninety.
        if not hmac.compare_digest(str(content["number"]).encode(), number.encode()):
            self._lay(pairing, challenge, {"agent_refused": "number"})
            return None
        ticket = secrets.token_urlsafe(16)
        fresh = replace(challenge, issued=now.replace(microsecond=0))
        self._box.put(f"claimed {ticket}", {"pairing": pairing, **kept(fresh)}, seconds=SECONDS)
        return ticket, fresh

    def answer(self, ticket: str, fields: Mapping[str, str]) -> bool:
        """Whether it was awaited."""
        content = self._box.take(f"claimed {ticket}")
        challenge = found(content or {})
        if content is None or challenge is None:
            return False
        self._lay(str(content["pairing"]), challenge, fields)
        return True

    def answered(self, pairing: str) -> bool:
        """Whether the page need wait no longer."""
        content = self._box.take(f"ready {pairing}")
        if content is not None:
            self._box.put(f"ready {pairing}", content, seconds=SECONDS)
        return content is not None

    def take(self, pairing: str) -> Brought | None:
        content = self._box.take(f"answered {pairing}")
        challenge = found(content or {})
        if content is None or challenge is None:
            return None
        laid = content["fields"]
        texts = laid.items() if isinstance(laid, dict) else ()
        return Brought(challenge=challenge, fields={name: str(text) for name, text in texts})

    def _lay(self, pairing: str, challenge: Challenge, fields: Mapping[str, str]) -> None:
        content: dict[str, Json] = {"fields": dict(fields), **kept(challenge)}
        self._box.put(f"answered {pairing}", content, seconds=SECONDS)
        self._box.put(f"ready {pairing}", {}, seconds=SECONDS)


def kept(challenge: Challenge) -> dict[str, Json]:
    return {
        "origin": challenge.origin,
        "nonce": challenge.nonce,
        "issued": challenge.issued.isoformat(),
        "login": challenge.login,
    }


def found(content: Mapping[str, Json]) -> Challenge | None:
    """The inverse of `kept`."""
    match content:
        case {"origin": str(origin), "nonce": str(nonce), "issued": str(at), "login": str(login)}:
            issued = datetime.fromisoformat(at)
            return Challenge(origin=origin, nonce=nonce, issued=issued, login=login)
    return None
