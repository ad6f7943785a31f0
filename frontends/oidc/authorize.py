"""Reads an authorization request: whom to answer first, then what is asked."""

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Final

from hub import Asked, RequestRefused, value

from .claims_request import BadClaims, ClaimsRequest, claims_request, is_text
from .clients import Client
from .form_post import mode_of
from .id_tokens import Hint
from .parameters import Parameters
from .redirects import matches

PROMPTS: Final = ("none", "login", "consent", "select_account")
_CHALLENGE: Final = re.compile(r"[A-Za-z0-9_-]{43}")
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")
_MAX_AGE: Final = re.compile(r"[0-9]{1,9}")
_UNSUPPORTED: Final = {
    "request": "request_not_supported",
    "request_uri": "request_uri_not_supported",
    "registration": "registration_not_supported",
}


class AuthorizationError(Exception):
    """Told to the service by redirect; *description* quotes nothing that was sent."""

    def __init__(self, error: str, description: str = "") -> None:
        super().__init__(error)
        self.error = error
        self.description = description


@value
class Addressee:
    """Where answers go, errors included: a registered address, and the service's own state."""

    client: Client
    redirect_uri: str
    state: str | None
    mode: str
    """How answers travel: one of `RESPONSE_MODES`."""


@value
class Wishes:
    """What the service asks of the sign-in."""

    challenge: str
    """Empty: the client protects its codes by its secret alone."""
    scope: str
    nonce: str | None
    asked: Asked
    expected: str | None
    languages: tuple[str, ...]
    claims: ClaimsRequest
    prompts: frozenset[str]
    resource: str | None = None
    """The API the tokens shall be for (RFC 8707)."""


def addressee(
    sent: Parameters, clients: Mapping[str, Client], trial: str | None = None
) -> Addressee:
    """Raise `RequestRefused` unless the answer's address is registered: no open redirector.

    *trial* is a page of the hub's own, where developers of services that keep a journal may
    have one flow of theirs end.
    """
    if sent.repeated & {"client_id", "redirect_uri", "state"}:
        raise RequestRefused("oidc.repeated_parameter")
    client = clients.get(sent.get("client_id") or "")
    if client is None:
        raise RequestRefused("oidc.unknown_client")
    redirect_uri = sent.get("redirect_uri")
    known, kind = client.declared.redirect_uris, client.declared.application_type
    own = client.declared.journal and redirect_uri == trial
    if redirect_uri is None or not (own or matches(redirect_uri, known, kind)):
        raise RequestRefused("oidc.unknown_redirect_uri")
    return Addressee(
        client=client,
        redirect_uri=redirect_uri,
        state=sent.get("state"),
        mode=mode_of(sent.get("response_mode"), redirect_uri),
    )


def wishes(sent: Parameters, client: Client, read_hint: Callable[[str], Hint | None]) -> Wishes:
    """Raise `AuthorizationError` for the first thing wrong."""
    _check_form(sent)
    prompts = _prompts(sent)
    claims = _claims(sent)
    max_age = _max_age(sent, client)
    asked = Asked(
        acrs=claims.acrs or sent.words("acr_values"),
        essential=claims.essential_acr,
        max_age=max_age,
        # OIDC Core 3.1.2.1: age 0 is a login.
        force="login" in prompts or max_age == timedelta(0),
        passive="none" in prompts,
        only_expected="id_token_hint" in sent or claims.subject is not None,
    )
    return Wishes(
        challenge=_challenge(sent, client),
        scope=_scope(sent, client),
        nonce=sent.get("nonce"),
        asked=asked,
        expected=_expected(sent, claims, read_hint),
        languages=languages_of(sent),
        claims=claims,
        prompts=prompts,
        resource=sent.get("resource"),
    )


def _check_form(sent: Parameters) -> None:
    if "resource" in sent.repeated:
        raise AuthorizationError("invalid_target", "one resource at a time")
    if sent.repeated:
        raise AuthorizationError("invalid_request", "a parameter is repeated")
    if sent.absurd():
        raise AuthorizationError("invalid_request", "a parameter is too long")
    for name, error in _UNSUPPORTED.items():
        if name in sent:
            raise AuthorizationError(error)
    if "response_type" not in sent:
        raise AuthorizationError("invalid_request", "response_type is missing")
    if sent.get("response_type") != "code":
        raise AuthorizationError("unsupported_response_type")
    mode = sent.get("response_mode")
    if mode is not None and mode != mode_of(mode, sent.get("redirect_uri") or ""):
        raise AuthorizationError("invalid_request", "response_mode is not supported")


def _prompts(sent: Parameters) -> frozenset[str]:
    prompts = frozenset(sent.words("prompt"))
    if not prompts <= frozenset(PROMPTS):
        raise AuthorizationError("invalid_request", "unknown prompt")
    if "none" in prompts and len(prompts) > 1:
        raise AuthorizationError("invalid_request", "prompt none stands alone")
    return prompts


def _claims(sent: Parameters) -> ClaimsRequest:
    try:
        return claims_request(sent.get("claims"))
    except BadClaims as wrong:
        raise AuthorizationError("invalid_request", str(wrong)) from None


def _max_age(sent: Parameters, client: Client) -> timedelta | None:
    text = sent.get("max_age")
    if text is None:
        return client.declared.default_max_age
    if not _MAX_AGE.fullmatch(text):
        raise AuthorizationError("invalid_request", "max_age is not a number of seconds")
    return timedelta(seconds=int(text))


def _challenge(sent: Parameters, client: Client) -> str:
    challenge = sent.get("code_challenge")
    method = sent.get("code_challenge_method")
    if challenge is None and method is None and client.declared.pkce == "optional":
        return ""
    # RFC 7636 4.3: a missing method means plain, which protects nothing.
    if challenge is None or method != "S256":
        raise AuthorizationError("invalid_request", "PKCE with S256 is required")
    if not _CHALLENGE.fullmatch(challenge):
        raise AuthorizationError("invalid_request", "code_challenge is no SHA-256")
    return challenge


def _scope(sent: Parameters, client: Client) -> str:
    granted = [word for word in sent.words("scope") if word in client.declared.scopes]
    if not granted:
        raise AuthorizationError("invalid_scope", "no scope that may be granted")
    return " ".join(granted)


def _expected(
    sent: Parameters, claims: ClaimsRequest, read_hint: Callable[[str], Hint | None]
) -> str | None:
    token = sent.get("id_token_hint")
    if token is not None:
        hint = read_hint(token)
        # Any client may send it, but only to speak of whom it knows: subjects are pairwise.
        if hint is None or hint.audience != sent.get("client_id"):
            raise AuthorizationError("invalid_request", "id_token_hint is not ours")
        return hint.subject
    hint_of_login = sent.get("login_hint")
    return claims.subject or (hint_of_login if is_text(hint_of_login) else None)


def languages_of(sent: Parameters) -> tuple[str, ...]:
    """Tags that look like languages; whatever else stands there is not."""
    tags = [tag for tag in sent.words("ui_locales") if _LANGUAGE.fullmatch(tag)]
    return tuple(tags[:10])
