"""What a person is told when no passkey proved anything."""

from collections.abc import Mapping
from typing import Final

from hub import Refusal

from .causes import Wrong

CANCELLED: Final = Refusal(code="passkey.cancelled", counts=False)
UNSUPPORTED: Final = Refusal(code="passkey.unsupported", counts=False)
UNANSWERED: Final = Refusal(code="passkey.unanswered", counts=False)
ALREADY: Final = Refusal(code="passkey.already", counts=False)
ENOUGH: Final = Refusal(code="passkey.enough", counts=False)
_GIVEN_UP: Final = {
    "NotAllowedError": CANCELLED,
    "AbortError": CANCELLED,
    "InvalidStateError": ALREADY,
}


def refused(why: Wrong) -> Refusal:
    """One sentence whatever was wrong: the page teaches nobody how to forge; the trail knows."""
    counts = why is not Wrong.EXPIRED
    return Refusal(code="passkey.refused", counts=counts, cause=why.value)


def given_up(fields: Mapping[str, str]) -> Refusal | None:
    """What the browser said instead of an answer (WebAuthn 5.1.3, 5.1.4), if it did."""
    if fields.get("failed"):
        return _GIVEN_UP.get(fields["failed"], UNSUPPORTED)
    return None if fields.get("response") else UNANSWERED
