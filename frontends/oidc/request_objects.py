"""Authorization requests that the client signed (RFC 9101): what is inside counts, nothing else."""

import json
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from hub import Clock

from . import profile
from .authorize import AuthorizationError
from .client_keys import ClientKeys
from .clients import Client
from .parameters import Parameters

TYPE: Final = "oauth-authz-req+jwt"
_ABOUT_ITSELF: Final = frozenset({"iss", "aud", "exp", "nbf", "iat", "jti"})
_FUTURE: Final = 30
_LONGEST: Final = 3600
"""Seconds between `nbf` and `exp`, and since `nbf`: FAPI 2.0 Message Signing 5.3.1."""


class RequestObjects:
    def __init__(self, keys: ClientKeys, issuer: str, clock: Clock) -> None:
        self._keys = keys
        self._issuer = issuer
        self._clock = clock

    def read(self, client: Client, outer: Parameters) -> Parameters:
        """What *outer* carries signed as `request`; raise `AuthorizationError` unless it holds."""
        declared = client.declared
        if declared.jwks is None and declared.jwks_uri is None:
            raise AuthorizationError("request_not_supported")
        only = declared.request_object_signing_alg
        algs = (only,) if only else profile.algorithms(declared)
        read = self._keys.verified(declared, outer.get("request") or "", algs)
        # RFC 8725 3.11: an assertion of the same client is no request.
        if read is None or read.header.get("typ", TYPE) != TYPE or "sub" in read.claims:
            raise _bad("is not signed by the client as a request")
        self._check_claims(read.claims, client)
        inner = _parameters(read.claims)
        for name in ("client_id", "response_type"):
            # OpenID Connect Core 6.1: what stands in both places must be equal.
            if name in outer and inner.get(name) != outer.get(name):
                raise _bad(f"{name} differs inside and outside")
        return inner

    def _check_claims(self, claims: Mapping[str, Any], client: Client) -> None:
        if claims.get("client_id") != client.id or claims.get("iss", client.id) != client.id:
            raise _bad("client_id or iss is not the client")
        if "request" in claims or "request_uri" in claims:
            raise _bad("holds another request")
        audience = claims.get("aud")
        named = audience if isinstance(audience, list) else [audience]
        if self._issuer not in named and (audience is not None or _strict(client)):
            raise _bad("aud is not this issuer")
        self._check_times(claims, client)

    def _check_times(self, claims: Mapping[str, Any], client: Client) -> None:
        now = int(self._clock().timestamp())
        begins, ends = _seconds(claims, "nbf"), _seconds(claims, "exp")
        if _strict(client) and (begins is None or ends is None):
            raise _bad("exp and nbf are needed")
        if ends is not None and ends <= now:
            raise _bad("has expired")
        if begins is not None and begins > now + _FUTURE:
            raise _bad("is not valid yet")
        if begins is not None and ends is not None and ends - begins > _LONGEST:
            raise _bad("is valid for too long")
        if _strict(client) and begins is not None and begins < now - _LONGEST:
            raise _bad("is too old")


def _strict(client: Client) -> bool:
    return profile.is_high(client.declared)


def _parameters(claims: Mapping[str, Any]) -> Parameters:
    asked = {name: said for name, said in claims.items() if name not in _ABOUT_ITSELF}
    try:
        return Parameters(urlencode({name: _text(said) for name, said in asked.items()}))
    except (UnicodeEncodeError, RecursionError):
        raise _bad("holds text that is none") from None


def _text(said: Any) -> str:
    match said:
        case str():
            return said
        case bool():
            raise _bad("a member is no text, number or object")
        case int():
            return str(said)
        case dict():
            return json.dumps(said)
        case _:
            raise _bad("a member is no text, number or object")


def _seconds(claims: Mapping[str, Any], name: str) -> int | None:
    at = claims.get(name)
    if at is None:
        return None
    if isinstance(at, bool) or not isinstance(at, int | float) or not abs(at) < 1e12:
        raise _bad(f"{name} is no time")
    return int(at)


def _bad(description: str) -> AuthorizationError:
    return AuthorizationError("invalid_request_object", f"the request object {description}")
