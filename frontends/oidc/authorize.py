"""Reads an authorization request: whom to answer first, then what is asked."""

import json
import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Final

from hub import Asked, RequestRefused, value

from .clients import Client
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


def addressee(sent: Parameters, clients: Mapping[str, Client]) -> Addressee:
    """Raise `RequestRefused` unless the answer's address is registered: no open redirector."""
    if sent.repeated & {"client_id", "redirect_uri", "state"}:
        raise RequestRefused("oidc.repeated_parameter")
    client = clients.get(sent.get("client_id") or "")
    if client is None:
        raise RequestRefused("oidc.unknown_client")
    redirect_uri = sent.get("redirect_uri")
    known, kind = client.declared.redirect_uris, client.declared.application_type
    if redirect_uri is None or not matches(redirect_uri, known, kind):
        raise RequestRefused("oidc.unknown_redirect_uri")
    return Addressee(client=client, redirect_uri=redirect_uri, state=sent.get("state"))


def wishes(sent: Parameters, client: Client, read_hint: Callable[[str], Hint | None]) -> Wishes:
    """Raise `AuthorizationError` for the first thing wrong."""
    _check_form(sent)
    prompts = _prompts(sent)
    claims = _claims(sent)
    acrs, essential = _acrs(sent, claims)
    max_age = _max_age(sent)
    asked = Asked(
        acrs=acrs,
        essential=essential,
        max_age=max_age,
        # The person chooses an account by signing in with it. OIDC Core 3.1.2.1: age 0 is a login.
        force=bool(prompts & {"login", "select_account"}) or max_age == timedelta(0),
        passive="none" in prompts,
        only_expected="id_token_hint" in sent or _subject(claims) is not None,
    )
    return Wishes(
        challenge=_challenge(sent, client),
        scope=_scope(sent, client),
        nonce=sent.get("nonce"),
        asked=asked,
        expected=_expected(sent, claims, read_hint),
        languages=_languages(sent),
    )


def _check_form(sent: Parameters) -> None:
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
    if sent.get("response_mode") not in (None, "query"):
        raise AuthorizationError("invalid_request", "response_mode is not supported")


def _prompts(sent: Parameters) -> frozenset[str]:
    prompts = frozenset(sent.words("prompt"))
    if not prompts <= frozenset(PROMPTS):
        raise AuthorizationError("invalid_request", "unknown prompt")
    if "none" in prompts and len(prompts) > 1:
        raise AuthorizationError("invalid_request", "prompt none stands alone")
    return prompts


def _claims(sent: Parameters) -> Mapping[str, Any]:
    """The part of the claims parameter that speaks of the id_token."""
    text = sent.get("claims")
    if text is None:
        return {}
    try:
        claims = json.loads(text)
    except (ValueError, RecursionError):
        raise AuthorizationError("invalid_request", "claims is not JSON") from None
    for_token = claims.get("id_token") if isinstance(claims, dict) else None
    if not isinstance(claims, dict) or not isinstance(for_token, dict | None):
        raise AuthorizationError("invalid_request", "claims is not an object")
    return for_token or {}


def _acrs(sent: Parameters, claims: Mapping[str, Any]) -> tuple[tuple[str, ...], bool]:
    wanted = claims.get("acr")
    if isinstance(wanted, dict):
        named = tuple(filter(_is_text, [*_listed(wanted.get("values")), wanted.get("value")]))
        if named:
            return named, wanted.get("essential") is True
    return sent.words("acr_values"), False


def _listed(thing: Any) -> list[Any]:
    return thing if isinstance(thing, list) else []


def _is_text(thing: Any) -> bool:
    return isinstance(thing, str) and 0 < len(thing) <= 256 and thing.isprintable()


def _max_age(sent: Parameters) -> timedelta | None:
    text = sent.get("max_age")
    if text is None:
        return None
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
    if "openid" not in granted:
        raise AuthorizationError("invalid_scope", "scope must contain openid")
    return " ".join(granted)


def _expected(
    sent: Parameters, claims: Mapping[str, Any], read_hint: Callable[[str], Hint | None]
) -> str | None:
    token = sent.get("id_token_hint")
    if token is not None:
        hint = read_hint(token)
        # Any client may send it, but only to speak of whom it knows: subjects are pairwise.
        if hint is None or hint.audience != sent.get("client_id"):
            raise AuthorizationError("invalid_request", "id_token_hint is not ours")
        return hint.subject
    hint_of_login = sent.get("login_hint")
    return _subject(claims) or (hint_of_login if _is_text(hint_of_login) else None)


def _subject(claims: Mapping[str, Any]) -> str | None:
    wanted = claims.get("sub")
    subject = wanted.get("value") if isinstance(wanted, dict) else None
    return subject if _is_text(subject) else None


def _languages(sent: Parameters) -> tuple[str, ...]:
    tags = [tag for tag in sent.words("ui_locales") if _LANGUAGE.fullmatch(tag)]
    return tuple(tags[:10])
