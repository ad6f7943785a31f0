"""Route B: an agent on the workstation reads the card and signs a challenge of this page."""

from base64 import b64decode
from binascii import Error
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from hub import Answer, Attempt, Json, Refusal, Toolbox, value

from .agent_refusals import BAD_SIGNATURE, STALE, told
from .agent_settings import AgentSettings
from .challenge import SHARED, Challenge, drawn, shown, signed
from .pairing import SECONDS, Pairing, Pairings, found, kept

LIFETIME: Final = timedelta(minutes=2)
"""From the page that shows a challenge to its signature; the agent itself begins none older than a
minute. The page's script asks for another one when it is about to be."""
_PATIENCE: Final = timedelta(seconds=2 * SECONDS)
_LONGEST: Final = 32_768


@value
class Signed:
    """The holder of this certificate's key is in front of this page. Whose it is: see `judging`."""

    certificate: bytes
    """DER."""
    shared: bool = False
    """Whether the agent said, and the card signed, that many people use this workstation."""


@value
class Offer:
    """What the page draws under the name `agent`, and what the login remembers under it."""

    values: Mapping[str, Json]
    memory: Mapping[str, Json]


class AgentRoute:
    def __init__(self, settings: AgentSettings, toolbox: Toolbox) -> None:
        self._settings = settings
        self._toolbox = toolbox
        self._pairings = Pairings(toolbox.one_time)

    @property
    def address(self) -> str:
        """Where the page's script finds the agent; empty: this hub does without."""
        return f"http://127.0.0.1:{self._settings.port}" if self._settings.enabled else ""

    def offer(self, attempt: Attempt, answer: Answer | None = None) -> Offer:
        """A new challenge each time: what one page had signed is worth nothing on the next.

        *answer*: what was answered just now, when that is why the page is drawn again.
        """
        fields = answer.fields if answer else {}
        challenge = self._drawn(attempt)
        pairing = self._pairing(attempt, fields.get("agent", ""))
        values: dict[str, Json] = {
            "address": self.address,
            "challenge": shown(challenge.text),
            "goes_on": fields.get("agent") == "read",
            "pairing": self._link(pairing) if pairing else None,
        }
        return Offer(values=values, memory={**kept(challenge), "pairing": _written(pairing)})

    def answered(self, attempt: Attempt, answer: Answer) -> Signed | Refusal | None:
        """`None`: nothing of the agent's is in it, or it has not answered yet."""
        memory = attempt.memory.get("agent")
        remembered = memory if isinstance(memory, dict) else {}
        fields, challenge = answer.fields, found(remembered)
        if fields.get("agent") == "look":
            pairing = _read(remembered)
            brought = self._pairings.take(pairing.id) if pairing else None
            if brought is None:
                return None
            fields, challenge = brought.fields, brought.challenge
        if "agent_refused" in fields:
            return told(fields["agent_refused"], fields.get("agent_tries", ""))
        if "agent_signature" not in fields:
            return None
        return judged(challenge, fields, attempt.now) if challenge else STALE

    def _drawn(self, attempt: Attempt) -> Challenge:
        return drawn(self._toolbox.public_address, attempt.return_url, attempt.now)

    def _pairing(self, attempt: Attempt, wish: str) -> Pairing | None:
        """A new one when asked for; the one that waits while it is looked after."""
        if wish == "pair" and self._settings.enabled:
            return self._pairings.offer(self._drawn(attempt))
        memory = attempt.memory.get("agent")
        before = _read(memory) if isinstance(memory, dict) else None
        waits = before is not None and attempt.now - before.challenge.issued <= _PATIENCE
        return before if wish == "look" and waits else None

    def _link(self, pairing: Pairing) -> dict[str, Json]:
        at = f"{self._toolbox.public_address}/apps/{self._toolbox.plugin}/agent/{pairing.id}"
        # Only what the page's own origin may be asked: `connect-src 'self'`.
        return {"link": f"hubcard:{at}", "number": pairing.number, "look": at}


def judged(challenge: Challenge, fields: Mapping[str, str], now: datetime) -> Signed | Refusal:
    if not timedelta(0) <= now - challenge.issued <= LIFETIME:
        return STALE
    certificate = _octets(fields.get("agent_certificate", ""))
    signature = _octets(fields.get("agent_signature", ""))
    algorithm = fields.get("agent_algorithm", "")
    shared = fields.get("agent_shared") == "yes"
    # Left out on the way, what was signed is another text: refused, not taken for a workstation
    # of one person's own.
    text = challenge.text + SHARED if shared else challenge.text
    if not signed(certificate, algorithm, signature, text):
        return BAD_SIGNATURE
    return Signed(certificate=certificate, shared=shared)


def _octets(text: str) -> bytes:
    try:
        return b64decode(text, validate=True) if len(text) <= _LONGEST else b""
    except (Error, ValueError):
        return b""


def _written(pairing: Pairing | None) -> Json:
    if pairing is None:
        return None
    return {"id": pairing.id, "number": pairing.number, **kept(pairing.challenge)}


def _read(memory: Mapping[str, Json]) -> Pairing | None:
    content = memory.get("pairing")
    match content:
        case {"id": str(id), "number": str(number)} if isinstance(content, dict):
            challenge = found(content)
            return Pairing(id=id, number=number, challenge=challenge) if challenge else None
    return None
