"""The answer a browser brings from the provider, and its words for « no »."""

from collections.abc import Mapping
from hmac import compare_digest
from typing import Any, Final

from oic.exception import PyoidcError
from oic.oauth2.message import AuthorizationErrorResponse, AuthorizationResponse

from .asking import Begun
from .faults import Fault
from .metadata import Metadata
from .settings import Provider

REASONS: Final[Mapping[str, str]] = {
    "access_denied": "denied",
    "login_required": "login_required",
    "interaction_required": "login_required",
    "account_selection_required": "login_required",
    "consent_required": "login_required",
    "unmet_authentication_requirements": "level_refused",
    "temporarily_unavailable": "unavailable",
    "server_error": "provider_failed",
    "invalid_request": "misconfigured",
    "unauthorized_client": "misconfigured",
    "unsupported_response_type": "misconfigured",
    "invalid_scope": "misconfigured",
    "invalid_client": "misconfigured",
    "unsupported_grant_type": "misconfigured",
    "invalid_grant": "code_refused",
}
"""RFC 6749 4.1.2.1 and 5.2, OpenID Connect Core 3.1.2.6, as reasons of ours."""
_READ: Final = ("state", "code", "iss", "error")
"""Anything else in the answer is not even parsed: an id_token there proves nothing."""


def code_in(
    request: Mapping[str, Any] | None, carried: Begun, metadata: Metadata, provider: Provider
) -> str:
    """The code of the sign-in that was begun; raise `Fault`, the provider's own « no » included."""
    said = {name: request[name] for name in _READ if name in request} if request else {}
    kind = AuthorizationErrorResponse if "error" in said else AuthorizationResponse
    try:
        answer = kind().from_dict(said)
    except PyoidcError:
        raise Fault("bad_answer", "a parameter has the wrong type or stands twice") from None
    _check_state(answer.get("state"), carried)
    _check_issuer(answer.get("iss"), metadata, provider)
    if "error" in answer:
        raise said_no(answer["error"])
    code = answer.get("code")
    if not isinstance(code, str):
        raise Fault("bad_answer", "neither code nor error")
    return code


def said_no(error: object) -> Fault:
    """The provider's error as ours; what it says besides is not for our pages."""
    known = error if isinstance(error, str) and error in REASONS else None
    return Fault(
        REASONS[known] if known else "provider_failed", f"it said {known or 'an unknown error'}"
    )


def _check_state(state: object, carried: Begun) -> None:
    # Somebody else's answer, planted in this browser.
    if not isinstance(state, str) or not compare_digest(
        state.encode(errors="replace"), carried.state.encode()
    ):
        raise Fault("wrong_state", "the answer belongs to another sign-in")


def _check_issuer(issuer: object, metadata: Metadata, provider: Provider) -> None:
    # RFC 9207: mix-up, an attacker's provider hands out the code of an honest one.
    needed = provider.require_iss == "always" or (
        provider.require_iss == "advertised" and metadata.names_issuer
    )
    if issuer is None and needed:
        raise Fault("no_issuer", "the answer does not name its issuer")
    if issuer is not None and issuer != provider.issuer:
        raise Fault("wrong_issuer", "the answer names another issuer")
