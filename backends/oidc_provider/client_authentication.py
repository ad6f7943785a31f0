"""How the hub proves to the provider which client it is: OpenID Connect Core 9, RFC 8705."""

import secrets
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import field
from datetime import timedelta
from typing import Final
from urllib.parse import quote_plus

from joserfc import jwt
from joserfc.jwk import ECKey, OKPKey, RSAKey
from hub import Clock, value

from .keys import JWS
from .settings import Provider

_LIFETIME: Final = timedelta(minutes=1)
_KINDS: Final[Mapping[str, type[RSAKey | ECKey | OKPKey]]] = {
    "R": RSAKey,
    "P": RSAKey,
    "E": ECKey,
}
_BEARER: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@value
class Proof:
    """What joins a request to the token endpoint."""

    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    form: Mapping[str, str] = field(default_factory=dict, repr=False)


class ClientAuthentication:
    def __init__(self, provider: Provider, secret: str, clock: Clock) -> None:
        """*secret*: the client's secret, or its private key as PEM."""
        self._provider = provider
        self._secret = secret
        self._clock = clock
        uses_key = provider.authentication == "private_key_jwt"
        self._key = signing_key(secret, provider.private_key_algorithm) if uses_key else None

    def proof(self, endpoint: str) -> Proof:
        """Made anew for each request to the token *endpoint*."""
        named = {"client_id": self._provider.client_id}
        match self._provider.authentication:
            case "client_secret_basic":
                return Proof(headers={"Authorization": self._basic()})
            case "client_secret_post":
                return Proof(form={**named, "client_secret": self._secret})
            case "private_key_jwt":
                assertion = {
                    "client_assertion_type": _BEARER,
                    "client_assertion": self._assertion(endpoint),
                }
                return Proof(form={**named, **assertion})
            case "tls_client_auth":
                # RFC 8705 2: the certificate of the connection proves it; the form says who.
                return Proof(form=named)

    def _basic(self) -> str:
        # RFC 6749 2.3.1: both parts are form-encoded first, or a colon would end the name.
        pair = f"{quote_plus(self._provider.client_id)}:{quote_plus(self._secret)}"
        return f"Basic {b64encode(pair.encode()).decode()}"

    def _assertion(self, endpoint: str) -> str:
        if self._key is None:  # unreachable: made with the key when the method is this one
            raise ValueError("no key")
        provider, now = self._provider, int(self._clock().timestamp())
        claims = {
            "iss": provider.client_id,
            "sub": provider.client_id,
            "aud": provider.issuer if provider.assertion_audience == "issuer" else endpoint,
            "jti": secrets.token_urlsafe(16),
            "iat": now,
            "exp": now + int(_LIFETIME.total_seconds()),
        }
        header = {"alg": provider.private_key_algorithm, "typ": "JWT"}
        if provider.private_key_id:
            header["kid"] = provider.private_key_id
        return jwt.encode(header, claims, self._key, registry=JWS)


def signing_key(pem: str, algorithm: str) -> RSAKey | ECKey | OKPKey:
    """Raise `ValueError` unless *pem* is a private key with which *algorithm* signs."""
    try:
        kind = OKPKey if algorithm == "EdDSA" else _KINDS[algorithm[0]]
        key = kind.import_key(pem.encode())
        jwt.encode({"alg": algorithm}, {}, key, registry=JWS)
    except Exception as error:  # the library's and cryptography's, of many kinds
        raise ValueError(f"is no private key for {algorithm}") from error
    return key
