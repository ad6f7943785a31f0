"""Which browsers hardly read a card, and by which of the two ways: a hint, never a verdict."""

import re
from collections.abc import Sequence
from typing import Final

from hub import Doubt

_HANDHELD: Final = re.compile(r"Android|iPhone|iPad|iPod|Mobile\b|Tablet")
_FIREFOX: Final = re.compile(r"Firefox/\d")
_SAFARI_ON_MAC: Final = re.compile(r"Macintosh.* Version/[\d.]+ Safari/")


def doubts(agent: str, *, mobile: bool, old: bool, by_agent: bool) -> Sequence[Doubt]:
    """*by_agent*: a program of the workstation reads cards too, for whatever browser there is."""
    if mobile or _HANDHELD.search(agent):
        return [Doubt(key="cps.unfit.handheld")]
    if "CrOS" in agent:
        return [Doubt(key="cps.unfit.system")]
    if old:
        return [Doubt(key="cps.unfit.old")]
    # Firefox asks no store of the system's: without the card's own module it sees none.
    if _FIREFOX.search(agent) and not by_agent:
        return [Doubt(key="cps.unfit.module")]
    # An iPad's Safari says of itself what a Mac's does.
    if _SAFARI_ON_MAC.search(agent):
        return [Doubt(key="cps.unfit.handheld", if_touched=True)]
    return []
