"""Challenges that carry their own proof: bound to one sign-in, good for an hour.

Nothing is stored when a page is drawn, so a page drawn a thousand times costs the database
nothing. That a challenge serves once is kept beside the passkey that signed it.
"""

from datetime import datetime, timedelta
from hmac import compare_digest
from secrets import token_bytes
from typing import Final

from hub import Seal

LIFETIME: Final = timedelta(hours=1)
"""A sign-in page stays open while somebody is called away."""
_NONCE: Final = 16
_MOMENT: Final = 8
_MARK: Final = 32


def new_challenge(seal: Seal, place: str, now: datetime) -> bytes:
    """*place* is the one sign-in in which it may be answered."""
    told = token_bytes(_NONCE) + int(now.timestamp()).to_bytes(_MOMENT, "big")
    return told + _mark(seal, place, told)


def age_of(challenge: bytes, seal: Seal, place: str, now: datetime) -> timedelta | None:
    """How old it is; `None` when this hub did not make it for *place*."""
    told, mark = challenge[:-_MARK], challenge[-_MARK:]
    # WebAuthn 13.4.3: one from another sign-in was perhaps answered for somebody else.
    if len(challenge) != _NONCE + _MOMENT + _MARK or not compare_digest(
        mark, _mark(seal, place, told)
    ):
        return None
    return timedelta(seconds=now.timestamp() - int.from_bytes(told[_NONCE:], "big"))


def _mark(seal: Seal, place: str, told: bytes) -> bytes:
    return bytes.fromhex(seal.digest(f"{place}\0{told.hex()}", "passkey.challenge"))
