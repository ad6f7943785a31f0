"""Challenges that carry their own proof: bound to one sign-in, good for a quarter of an hour.

Nothing is stored when a page is drawn, so a page drawn a thousand times costs the database
nothing. That a challenge serves once is kept beside the passkey that signed it.
"""

from datetime import datetime, timedelta
from hmac import compare_digest
from secrets import token_bytes
from typing import Final

from hub import Seal

LIFETIME: Final = timedelta(minutes=15)
_NONCE: Final = 16
_MOMENT: Final = 8
_MARK: Final = 32


def new_challenge(seal: Seal, place: str, now: datetime) -> bytes:
    """*place* is the one sign-in in which it may be answered."""
    told = token_bytes(_NONCE) + int(now.timestamp()).to_bytes(_MOMENT, "big")
    return told + _mark(seal, place, told)


def is_ours(challenge: bytes, seal: Seal, place: str, now: datetime) -> bool:
    """Made by this hub, for *place*, and not long ago."""
    told, mark = challenge[:-_MARK], challenge[-_MARK:]
    # WebAuthn 13.4.3: one from another sign-in was perhaps answered for somebody else.
    if len(challenge) != _NONCE + _MOMENT + _MARK or not compare_digest(
        mark, _mark(seal, place, told)
    ):
        return False
    made = int.from_bytes(told[_NONCE:], "big")
    return made <= now.timestamp() < made + LIFETIME.total_seconds()


def _mark(seal: Seal, place: str, told: bytes) -> bytes:
    return bytes.fromhex(seal.digest(f"{place}\0{told.hex()}", "passkey.challenge"))
