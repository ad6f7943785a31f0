"""One signature: the challenge is judged, the card looked at, its PIN asked, the card signs."""

from dataclasses import replace
from threading import Lock
from typing import Final

from hub import value

from .board import Board
from .cards import Cards, Failed, Sight, Signature, State
from .challenge import SHARED, Gate
from .desk import Desk, Question

_READS: Final = 10.0
"""Seconds an old reader may take for a card just put in."""
_CANNOT: Final = {
    State.SOFTWARE_MISSING: "software_missing",
    State.NO_READER: "no_reader",
    State.NO_CARD: "no_card",
    State.REMOVED: "removed",
    State.SEVERAL_CARDS: "several_cards",
    State.UNREADABLE: "unreadable",
    State.NOT_AUTHENTICATION: "not_authentication",
    State.BLOCKED: "pin_blocked",
}


@value
class Asked:
    """What is to be signed, and for whom."""

    text: bytes
    origin: str


class Signing:
    """One at a time: two PIN windows at once, and nobody knows which page gets what."""

    def __init__(
        self, cards: Cards, board: Board, desk: Desk, gate: Gate, *, shared: bool = False
    ) -> None:
        """*shared*: many people use this workstation, and each signature says so."""
        self._cards = cards
        self._board = board
        self._desk = desk
        self._gate = gate
        self.shared = shared
        self._one = Lock()

    def sign(self, asked: Asked) -> Signature | Failed:
        if not self._one.acquire(blocking=False):
            return Failed(why="busy")
        try:
            judged = self._gate.judge(asked.text, asked.origin)
            return judged if isinstance(judged, Failed) else self._with_card(asked)
        finally:
            self._board.post(None)
            self._one.release()

    def _with_card(self, asked: Asked) -> Signature | Failed:
        sight = self._board.settled(_READS)
        if sight.state is not State.READY:
            return Failed(why=_CANNOT.get(sight.state, "unreadable"))
        self._board.post(State.PIN)
        question = Question(origin=asked.origin, holder=sight.holder, tries_left=sight.tries_left)
        pin = self._desk.pin(question, lambda: self._gone(sight))
        if isinstance(pin, Failed):
            return pin
        if why := self._gone(sight):
            return Failed(why=why)
        self._board.post(State.SIGNING)
        return self._signed(asked.text, pin)

    def _signed(self, text: bytes, pin: str) -> Signature | Failed:
        outcome = self._cards.sign(text + SHARED if self.shared else text, pin)
        return replace(outcome, shared=self.shared) if isinstance(outcome, Signature) else outcome

    def _gone(self, before: Sight) -> str:
        """Why a PIN for the card of *before* must not be given to what is there now."""
        now = self._board.sight
        if now.state in {State.PIN, State.SIGNING, State.READY}:
            # Another card, put in while the window was open, would eat one of its own tries.
            return "" if now.holder == before.holder else "removed"
        return _CANNOT.get(now.state, "removed")
