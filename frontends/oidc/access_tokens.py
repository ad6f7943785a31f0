"""Access tokens: a secret of its own, or a JWT that an API reads by itself (RFC 9068)."""

import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from authlib.oauth2 import OAuth2Error

from hub import Clock

from .clients import Client
from .granted import Grant
from .keys import Keys
from .keys_material import signed
from .lives import Life

TYPE: Final = "at+jwt"
"""Never `JWT`: an access token must not come back as an id_token."""


class InvalidTargetError(OAuth2Error):
    """RFC 8707 2: the resource is unknown, or not for this client, or one of several."""

    error = "invalid_target"


class AccessTokens:
    def __init__(self, keys: Keys, issuer: str, clock: Clock) -> None:
        self._keys = keys
        self._issuer = issuer
        self._clock = clock

    def write(self, client: Client, grant: Grant, scope: str) -> str:
        """Found again by its hash, whatever its form: revoked, it is dead at the hub at once."""
        if client.declared.access_tokens == "opaque":
            return secrets.token_urlsafe(32)
        alg = client.declared.id_token_signed_response_alg
        key = self._keys.signing(alg)
        return signed(alg, TYPE, self._claims(client, grant, scope), key)

    def audience(self, client: Client, grant: Grant) -> tuple[str, ...]:
        """Whom the token is for. A token for one API opens nothing at any other, nor here."""
        if grant.resource is not None:
            return (grant.resource,)
        own = () if grant.life is Life.CLIENT else (self._issuer,)
        return (*own, *client.declared.audience) or (self._issuer,)

    def knows(self, client: Client, resource: str) -> bool:
        declared = client.declared
        return resource in (self._issuer, *declared.audience, *declared.resources)

    def narrowed(self, client: Client, grant: Grant, asked: str | None) -> Grant:
        """*grant* for the one resource *asked* for; never for another than at the beginning."""
        if asked is None:
            return grant
        if grant.resource not in (None, asked) or not self.knows(client, asked):
            raise InvalidTargetError
        return replace(grant, resource=asked)

    def _claims(self, client: Client, grant: Grant, scope: str) -> dict[str, Any]:
        now, told = int(self._clock().timestamp()), grant.frozen
        audience = self.audience(client, grant)
        claims: dict[str, Any] = {
            "iss": self._issuer,
            "sub": told.subject,
            "aud": audience[0] if len(audience) == 1 else list(audience),
            "client_id": client.id,
            "iat": now,
            "exp": now + int(client.declared.access_token_lifetime.total_seconds()),
            "jti": secrets.token_urlsafe(16),
            "scope": scope,
        }
        claims |= confirmation(grant.key)
        return claims if grant.life is Life.CLIENT else {**claims, **signed_in(grant)}


def confirmation(key: str | None) -> Mapping[str, Any]:
    """The member of a token, and of what introspection says of it, that names its key."""
    return {} if key is None else {"cnf": {"jkt": key}}


def signed_in(grant: Grant) -> Mapping[str, Any]:
    """How the person behind a token signed in (RFC 9068 2.2.1)."""
    told = grant.frozen
    return {"auth_time": told.auth_time, "acr": told.acr, "amr": list(told.amr)}
