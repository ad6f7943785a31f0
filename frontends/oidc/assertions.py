"""Clients that sign who they are: private_key_jwt (OpenID Connect Core 9, RFC 7523)."""

from collections.abc import Mapping
from typing import Any, Final

from hub import Clock

from . import profile
from .client_keys import ClientKeys, claims_of
from .clients import Client
from .seen import Seen

JWT_BEARER: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
TOKEN_PATH: Final = "/oidc/token"  # noqa: S105 - an address
_TYPES: Final = (None, "JWT", "jwt", "client-authentication+jwt")
"""What the header may say it is: never a request object, a proof or an access token."""
_SKEW: Final = 30
_LONGEST: Final = 3600
"""Seconds an assertion may live: as long as its `jti` is remembered."""
_LONGEST_ID: Final = 256


class Assertions:
    def __init__(self, keys: ClientKeys, seen: Seen, issuer: str, clock: Clock) -> None:
        self._keys = keys
        self._seen = seen
        self._issuer = issuer
        self._clock = clock

    def prove(self, client: Client, assertion: str) -> bool:
        """Whether *client* signed it for us and shows it for the first time; it is spent then."""
        algs = profile.algorithms(client.declared)
        only = client.declared.token_endpoint_auth_signing_alg
        read = self._keys.verified(client.declared, assertion, (only,) if only else algs)
        if read is None or read.header.get("typ") not in _TYPES:
            return False
        claims = read.claims
        if not self._holds(claims, client):
            return False
        return self._seen.first("assertion", client.id, claims["jti"], claims["exp"] + _SKEW)

    def _holds(self, claims: Mapping[str, Any], client: Client) -> bool:
        now, until = int(self._clock().timestamp()), _seconds(claims.get("exp"))
        identifier = claims.get("jti")
        return (
            claims.get("iss") == client.id
            and claims.get("sub") == client.id
            and self._is_for_us(claims.get("aud"), client)
            and until is not None
            and now - _SKEW < until <= now + _LONGEST
            and all(_begun(claims, name, now) for name in ("nbf", "iat"))
            and isinstance(identifier, str)
            and 0 < len(identifier) <= _LONGEST_ID
        )

    def _is_for_us(self, audience: object, client: Client) -> bool:
        # An assertion for another server, replayed here, must not pass: one audience, and ours.
        if audience == self._issuer:
            return True
        if profile.is_high(client.declared):
            return False
        single = audience[0] if isinstance(audience, list) and len(audience) == 1 else audience
        accepted = [self._issuer]
        if client.declared.assertion_for_token_endpoint:
            accepted.append(f"{self._issuer}{TOKEN_PATH}")
        return single in accepted


def named_in(assertion: str) -> str:
    """Who the assertion says signed it; believed only once that client's keys verify it."""
    subject = claims_of(assertion).get("sub")
    return subject if isinstance(subject, str) else ""


def _begun(claims: Mapping[str, Any], name: str, now: int) -> bool:
    return name not in claims or ((at := _seconds(claims[name])) is not None and at <= now + _SKEW)


def _seconds(thing: object) -> int | None:
    if isinstance(thing, bool) or not isinstance(thing, int | float):
        return None
    return int(thing) if abs(thing) < 1e12 else None
