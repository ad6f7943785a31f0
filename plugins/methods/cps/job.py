"""Fetches the revocation lists, and keeps each one that is believed and newer than the last."""

import logging
from typing import Final

import httpx

from hub import Settings, Toolbox

from .crl import LARGEST, RevocationList, read_list
from .lists import Lists
from .trust import Trust

PARTY: Final = "crl"
"""`[outbound.parties."cps/crl"]`: how large and how slow a list may be."""
_log: Final = logging.getLogger(__name__)


class Fetching:
    """Nobody waits for it: a sign-in reads what it kept."""

    def __init__(
        self,
        places: tuple[str, ...],
        settings: Settings,
        toolbox: Toolbox,
        trust: Trust,
        lists: Lists,
    ) -> None:
        self._places = places
        self._settings = settings
        self._toolbox = toolbox
        self._authorities = (*trust.roots, *trust.authorities)
        self._lists = lists

    def run(self) -> None:
        """One list that cannot be had, or is none, keeps no other from being renewed."""
        for number, place in enumerate(self._places, 1):
            outcome = self._one(place)
            # By its place in the settings: an address may hold a password.
            (_log.info if outcome == "kept" else _log.warning)(
                "cps.list list=%d outcome=%s", number, outcome
            )
            if outcome != "kept":
                self._toolbox.note("card.list_refused", None, list=str(number), why=outcome)

    def _one(self, place: str) -> str:
        try:
            der = self._read(place)
        except (httpx.HTTPError, OSError) as error:
            return f"unreachable_{type(error).__name__}"
        if der is None:
            return "status"
        found = read_list(der, self._authorities, self._toolbox.clock())
        if not isinstance(found, RevocationList):
            return found.cause
        return "kept" if self._lists.keep(found) else "older"

    def _read(self, place: str) -> bytes | None:
        if place.startswith(("http://", "https://")):
            answer = self._toolbox.outbound(PARTY).get(place)
            return answer.content if answer.status_code == 200 else None
        with self._settings.file(place).open("rb") as opened:
            return opened.read(LARGEST + 1)
