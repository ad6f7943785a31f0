"""Tells a service that a session is over: OpenID Connect Back-Channel Logout 1.0."""

import secrets
from datetime import timedelta
from typing import Any, Final

from joserfc import jwt

from hub import Clock, Notice, Participation

from .client_book import ClientBook
from .clients import Client
from .keys import JWS, Keys

LIFETIME: Final = timedelta(minutes=2)
TYPE: Final = "logout+jwt"
_EVENT: Final = "http://schemas.openid.net/event/backchannel-logout"


class BackChannel:
    def __init__(self, clients: ClientBook, keys: Keys, issuer: str, clock: Clock) -> None:
        self._clients = clients
        self._keys = keys
        self._issuer = issuer
        self._clock = clock

    def client_of(self, participation: Participation) -> Client | None:
        """`None`: the service is no longer one of ours."""
        return self._clients.of_service(participation.service)

    def notice(self, participation: Participation) -> Notice | None:
        """A logout token of its own for each attempt; `None`: the service registered no address."""
        client = self.client_of(participation)
        if client is None or client.declared.backchannel_logout_uri is None:
            return None
        return Notice(
            url=client.declared.backchannel_logout_uri,
            body={"logout_token": self._token(client, participation)},
            to_stranger=self._clients.joined(client),
        )

    def _token(self, client: Client, participation: Participation) -> str:
        now = int(self._clock().timestamp())
        # Back-Channel Logout 2.4: never a nonce, or it would pass for an id_token.
        claims: dict[str, Any] = {
            "iss": self._issuer,
            "sub": participation.handle["subject"],
            "aud": client.id,
            "iat": now,
            "exp": now + int(LIFETIME.total_seconds()),
            "jti": secrets.token_urlsafe(16),
            "sid": participation.handle["sid"],
            "events": {_EVENT: {}},
        }
        alg = client.declared.id_token_signed_response_alg
        key = self._keys.signing(alg)
        return jwt.encode({"alg": alg, "kid": key.kid, "typ": TYPE}, claims, key, registry=JWS)
