"""The arithmetic of RFC 6238: which thirty seconds a code belongs to."""

import re
from datetime import datetime
from hmac import compare_digest

import pyotp

PERIOD = 30
DIGITS = 6
WINDOW = (0, -1, 1)
"""Steps accepted around now, RFC 6238 5.2: one behind for slow typing, one ahead for clocks."""
SEED_CHARACTERS = 32
"""160 bits in base 32, what RFC 4226 4 recommends."""


def new_seed() -> str:
    return pyotp.random_base32(SEED_CHARACTERS)


def well_formed(seed: str) -> bool:
    return re.fullmatch(rf"[A-Z2-7]{{{SEED_CHARACTERS},}}", seed) is not None


def typed_code(typed: str) -> str | None:
    """The six digits meant, or `None` when there are not six."""
    code = re.sub(r"[\s.-]", "", typed)
    return code if re.fullmatch(rf"[0-9]{{{DIGITS}}}", code) else None


def step_of(seed: str, code: str, now: datetime) -> int | None:
    """The step whose code this is, within the window."""
    totp = pyotp.TOTP(seed, digits=DIGITS, interval=PERIOD)
    here = int(now.timestamp()) // PERIOD
    # All are compared: how long it takes says nothing about which one was near.
    steps = [here + off for off in WINDOW]
    right = [step for step in steps if compare_digest(totp.generate_otp(step), code)]
    return right[0] if right else None


def address(seed: str, person: str, issuer: str) -> str:
    """What the QR code says (`otpauth://`)."""
    totp = pyotp.TOTP(seed, digits=DIGITS, interval=PERIOD)
    return totp.provisioning_uri(name=person, issuer_name=issuer)


def grouped(seed: str) -> str:
    """The seed as people type it: four characters at a time."""
    return " ".join(seed[start : start + 4] for start in range(0, len(seed), 4))
