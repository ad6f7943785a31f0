"""Real readers and real cards: PC/SC says what is there, PKCS#11 reads and signs."""

from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Final

from pkcs11.exceptions import PKCS11Error

from .cards import Failed, Sight, Signature, State
from .certificates import holder, until
from .readers import Readers, Slot
from .tokens import Holder, Tokens

_PAUSE: Final = 1.0


class Hardware:
    """Implements `Cards`. `look` and `wait` from one thread, as PC/SC wants it; `sign` from any."""

    def __init__(self, module: Path) -> None:
        self._readers = Readers()
        self._tokens = Tokens(module)
        self._rest = Event()
        self._slot: Slot | None = None
        """The reader whose card was last announced, with what was read of it since."""
        self._held: Holder | None = None
        self._known = False
        self._last = Sight(state=State.READING)

    def look(self) -> Sight:
        slots = self._readers.look()
        names = tuple(each.name for each in slots or ())
        if not slots:
            self._forget(None)
            return Sight(state=State.NO_READER)
        filled = [each for each in slots if each.present]
        if len(filled) != 1:
            self._forget(None)
            return Sight(state=State.SEVERAL_CARDS if filled else State.NO_CARD, readers=names)
        if filled[0] != self._slot:
            # Announced first, read next time: reading a card takes seconds on old readers.
            self._forget(filled[0])
            return Sight(state=State.READING, readers=names)
        if not self._known:
            self._known = True
            self._last = self._read(filled[0])
        return replace(self._last, readers=names)

    def wait(self, seconds: float) -> None:
        if self._slot and not self._known:
            return
        if not self._readers.wait(seconds):
            self._rest.wait(min(seconds, _PAUSE))

    def sign(self, text: bytes, pin: str) -> Signature | Failed:
        slot, held = self._slot, self._held
        if slot is None or held is None:
            return Failed(why="removed")
        outcome = self._tokens.sign(slot.name, held.certificate, text, pin)
        # How many tries are left is read again.
        self._known = False
        return outcome

    def _read(self, slot: Slot) -> Sight:
        if not slot.answers:
            return Sight(state=State.UNREADABLE)
        try:
            self._held = self._tokens.read(slot.name)
        except PKCS11Error:
            return Sight(state=State.UNREADABLE)
        if self._held is None:
            return Sight(state=State.NOT_AUTHENTICATION)
        left = self._held.tries_left
        state = State.BLOCKED if left == 0 else State.READY
        der = self._held.certificate
        return Sight(state=state, holder=holder(der), tries_left=left, until=until(der))

    def _forget(self, slot: Slot | None) -> None:
        self._slot, self._held, self._known = slot, None, slot is None


class Softwareless:
    """A workstation without any PKCS#11 module: the page says what to install."""

    def look(self) -> Sight:
        return Sight(state=State.SOFTWARE_MISSING)

    def wait(self, seconds: float) -> None:
        Event().wait(seconds)

    def sign(self, _text: bytes, _pin: str) -> Failed:
        return Failed(why="software_missing")
