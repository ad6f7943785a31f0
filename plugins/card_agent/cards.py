"""The port through which the agent sees readers and cards: what is there, and what a card signs."""

from datetime import datetime
from enum import StrEnum
from typing import Protocol

from hub import value


class State(StrEnum):
    """What the page is told, as it happens."""

    SOFTWARE_MISSING = "software_missing"
    NO_READER = "no_reader"
    NO_CARD = "no_card"
    SEVERAL_CARDS = "several_cards"
    READING = "reading"
    UNREADABLE = "unreadable"
    NOT_AUTHENTICATION = "not_authentication"
    READY = "ready"
    PIN = "pin"
    SIGNING = "signing"
    BLOCKED = "blocked"
    REMOVED = "removed"


@value
class Sight:
    state: State
    readers: tuple[str, ...] = ()
    holder: str = ""
    """The name on the card's certificate."""
    tries_left: int | None = None
    """`None`: the card does not say."""
    until: datetime | None = None
    """When its certificate ends; `None`: none was read."""


@value
class Signature:
    certificate: bytes
    """DER, of the key that signed."""
    signature: bytes
    algorithm: str
    """As RFC 7518 3.1 names it."""
    shared: bool = False
    """Whether the line about a shared workstation stands at the end of what was signed."""


@value
class Failed:
    """Why nothing was signed: `wrong_pin`, `cancelled`…; the page has a sentence for each."""

    why: str
    tries_left: int | None = None


class Cards(Protocol):
    def look(self) -> Sight:
        """What is there now. Never asks for a PIN, never spends a try."""

    def wait(self, seconds: float) -> None:
        """Until something may have changed, or that long."""

    def sign(self, text: bytes, pin: str) -> Signature | Failed:
        """One try of *pin*. *text* itself is signed: hashed here, never handed in hashed."""
