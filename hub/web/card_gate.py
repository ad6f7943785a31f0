"""Whether certificates that arrive may be believed: known at start, or shown by a test."""

from enum import StrEnum


class Gate(StrEnum):
    OPEN = "open"
    """A forged certificate was shown to be worth nothing, or no proxy is believed at all."""
    UNPROVED = "unproved"
    """Nobody has shown it yet."""
    MISFIT = "misfit"
    """What the proxy adds is refused: it adds nothing, passes on what browsers send, has another
    secret, or stands in another network."""
    UNSAFE = "unsafe"
    """A forged certificate was taken for a real one."""


class CardGate:
    """One process's knowledge; every process tests for itself."""

    def __init__(self, standing: Gate) -> None:
        self.standing = standing

    @property
    def open(self) -> bool:
        return self.standing is Gate.OPEN
