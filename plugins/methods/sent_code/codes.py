"""Six digits: drawn, kept as a keyed digest, judged once."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from enum import Enum
from hmac import compare_digest

from hub import AccountId, Json, MessageId, Seal, value

DIGITS = 6


@value
class LiveCode:
    """The one code of a sign-in that still opens: everything about it but the code."""

    means: str
    digest: str
    salt: str
    expires_at: datetime
    left: int
    """Wrong answers it survives, and one more."""
    message: MessageId


class Verdict(Enum):
    RIGHT = "right"
    WRONG = "wrong"
    EXPIRED = "expired"
    UNREADABLE = "unreadable"
    """Not six digits: nothing was guessed."""


def drawn() -> str:
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"


def digest(seal: Seal, code: str, account: AccountId, means: str, salt: str) -> str:
    """Good for this person, this means and this drawing only."""
    return seal.digest(f"{salt}:{code}", f"sent_code:{account}:{means}")


def judge(live: LiveCode, typed: str, account: AccountId, seal: Seal, now: datetime) -> Verdict:
    code = re.sub(r"[\s.-]", "", typed)
    if now >= live.expires_at:
        return Verdict.EXPIRED
    if not re.fullmatch(rf"[0-9]{{{DIGITS}}}", code):
        return Verdict.UNREADABLE
    expected = digest(seal, code, account, live.means, live.salt)
    return Verdict.RIGHT if compare_digest(expected, live.digest) else Verdict.WRONG


def after_wrong(live: LiveCode) -> LiveCode | None:
    """What is left of it: nothing after the last try."""
    return replace(live, left=live.left - 1) if live.left > 1 else None


def minutes_left(live: LiveCode, now: datetime) -> int:
    return max(1, round((live.expires_at - now) / timedelta(minutes=1)))


def kept(live: LiveCode | None) -> Json:
    """For `Ask.memory`, which is sealed."""
    if live is None:
        return None
    return {
        "means": live.means,
        "digest": live.digest,
        "salt": live.salt,
        "expires_at": live.expires_at.isoformat(),
        "left": live.left,
        "message": live.message,
    }


def found(memory: Mapping[str, Json]) -> LiveCode | None:
    """The inverse of `kept`, under the key `live`."""
    match memory.get("live"):
        case {
            "means": str(means),
            "digest": str(kept_digest),
            "salt": str(salt),
            "expires_at": str(expires_at),
            "left": int(left),
            "message": str(message),
        }:
            return LiveCode(
                means=means,
                digest=kept_digest,
                salt=salt,
                expires_at=datetime.fromisoformat(expires_at),
                left=left,
                message=MessageId(message),
            )
    return None
