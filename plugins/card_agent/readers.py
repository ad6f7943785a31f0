"""Readers and the cards in them, as PC/SC tells of them."""

from typing import Any, Final

from smartcard import scard

from hub import value

# PC/SC's own name for "a reader was plugged in or out".
_PLUGGED: Final = "\\\\?PnP?\\Notification"
_COUNTED: Final = 16


@value
class Slot:
    """One reader, now."""

    name: str
    present: bool
    answers: bool
    """False for a card put in the wrong way round."""
    atr: bytes
    inserted: int
    """Changes whenever a card is put in or pulled out, however fast."""


class Readers:
    """From one thread only: PC/SC keeps a context for each."""

    def __init__(self) -> None:
        self._context: Any = None
        self._known: dict[str, int] = {}

    def look(self) -> tuple[Slot, ...] | None:
        """`None`: the workstation's card service does not answer."""
        found = self._list()
        if found is None:
            return None
        asked = [(name, scard.SCARD_STATE_UNAWARE) for name in found]
        status, states = scard.SCardGetStatusChange(self._context, 0, asked) if asked else (0, [])
        if status not in (scard.SCARD_S_SUCCESS, scard.SCARD_E_TIMEOUT):
            self._forget()
            return None
        self._known = {name: state for name, state, _ in states}
        return tuple(_slot(name, state, bytes(atr)) for name, state, atr in states)

    def wait(self, seconds: float) -> bool:
        """Until something is plugged, put in or pulled out, or that long; `False`: cannot say."""
        if self._context is None:
            return False
        asked = [(_PLUGGED, len(self._known) << _COUNTED), *self._known.items()]
        lasting = int(seconds * 1000)
        status, _ = scard.SCardGetStatusChange(self._context, lasting, asked)
        if status in (scard.SCARD_S_SUCCESS, scard.SCARD_E_TIMEOUT):
            return True
        self._forget()
        return False

    def _list(self) -> list[str] | None:
        if self._context is None:
            status, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
            if status != scard.SCARD_S_SUCCESS:
                return None
            self._context = context
        status, found = scard.SCardListReaders(self._context, [])
        if status == scard.SCARD_E_NO_READERS_AVAILABLE:
            self._known = {}
            return []
        if status != scard.SCARD_S_SUCCESS:
            # The service was stopped or started again: the context is of the former one.
            self._forget()
            return None
        return sorted(found)

    def _forget(self) -> None:
        if self._context is not None:
            scard.SCardReleaseContext(self._context)
        self._context = None
        self._known = {}


def _slot(name: str, state: int, atr: bytes) -> Slot:
    return Slot(
        name=name,
        present=bool(state & scard.SCARD_STATE_PRESENT),
        answers=not state & scard.SCARD_STATE_MUTE,
        atr=atr,
        inserted=state >> _COUNTED,
    )
