"""The broker's reasons in SAML's words: the status inside the status (Core 3.2.2.2). Pure."""

from collections.abc import Mapping
from typing import Final

from hub import Shortfall

from .names import AUTHN_FAILED, NO_AUTHN_CONTEXT, NO_PASSIVE, REQUEST_DENIED

_CODES: Final[Mapping[Shortfall, str]] = {
    Shortfall.LOGIN_REQUIRED: NO_PASSIVE,
    Shortfall.INTERACTION_REQUIRED: NO_PASSIVE,
    Shortfall.CONSENT_REQUIRED: NO_PASSIVE,
    Shortfall.ACCOUNT_SELECTION_REQUIRED: NO_PASSIVE,
    Shortfall.RIGHT_MISSING: REQUEST_DENIED,
    Shortfall.DECLINED: REQUEST_DENIED,
}


def codes_for(why: Shortfall | None, *, asked_classes: bool) -> str:
    """A locked account is told as any failure: services need not know more."""
    if why is Shortfall.NO_METHOD_REACHES_LEVEL and asked_classes:
        return NO_AUTHN_CONTEXT
    return _CODES.get(why, AUTHN_FAILED) if why else AUTHN_FAILED
