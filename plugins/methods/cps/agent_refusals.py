"""Why the agent brought nothing: its few words, and what the page makes of each."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from hub import Json, Refusal


def _met(code: str, cause: str) -> Refusal:
    return Refusal(code=f"cps.{code}", counts=False, cause=cause)


BAD_SIGNATURE: Final = replace(_met("bad_signature", "not signed by this card"), counts=True)
STALE: Final = _met("agent_stale", "the challenge is too old, or a clock is wrong")
OTHER_NUMBER: Final = _met("agent_number", "another number was typed than the page shows")

TOLD: Final[Mapping[str, Refusal]] = {
    "no_reader": _met("no_reader", "the agent sees no reader"),
    "no_card": _met("no_card", "the reader is empty"),
    "several_cards": _met("several_cards", "more than one card is in"),
    "removed": _met("removed", "the card was pulled out"),
    "software_missing": _met("software_missing", "no PKCS#11 module on the workstation"),
    "not_authentication": _met("not_authentication", "no authentication certificate on the card"),
    "unreadable": _met("unreadable", "the card could not be read"),
    "wrong_pin": _met("wrong_pin", "the card refused the PIN"),
    "pin_blocked": _met("pin_blocked", "the card blocked its PIN"),
    "cancelled": _met("cancelled", "the PIN window was closed"),
    "timeout": _met("timeout", "nothing came in time"),
    "busy": _met("agent_busy", "the agent is busy with another page"),
    "stale": STALE,
    "replayed": STALE,
    "number": OTHER_NUMBER,
}
"""What an agent may say of itself. A card's own counter counts its PINs: the throttle need not."""


def told(word: str, tries: str) -> Refusal:
    """*word* and *tries* come from outside: anything unknown is a signature that is not there."""
    refusal = TOLD.get(word, BAD_SIGNATURE)
    if word != "wrong_pin":
        return refusal
    known = tries.isascii() and tries.isdigit() and len(tries) == 1
    left: Mapping[str, Json] = {"tries_left": int(tries), "n": int(tries)} if known else {}
    code = "cps.wrong_pin" if known else "cps.wrong_pin_unknown"
    return replace(refusal, code=code, detail=left)
