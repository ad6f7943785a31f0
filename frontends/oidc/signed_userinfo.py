"""UserInfo as a client registered it: JSON, or a JWT that names its issuer and its reader."""

from collections.abc import Mapping
from typing import Any, Final

from joserfc import jwt
from satosa.response import Response

from .answers import NO_STORE, answered
from .clients import Client
from .keys import JWS, Keys

TYPE: Final = "userinfo+jwt"
"""Never `JWT`: what is signed here must not come back as an id_token."""


class UserInfoAnswers:
    def __init__(self, clients: Mapping[str, Client], keys: Keys, issuer: str) -> None:
        self._clients = clients
        self._keys = keys
        self._issuer = issuer

    def tell(self, facts: Mapping[str, Any], client_id: str) -> Response:
        client = self._clients.get(client_id)
        alg = client.declared.userinfo_signed_response_alg if client else None
        if alg is None:
            return answered(facts)
        # OpenID Connect Core 5.3.2: who says it, and to whom.
        claims = {**facts, "iss": self._issuer, "aud": client_id}
        key = self._keys.signing(alg)
        text = jwt.encode({"alg": alg, "kid": key.kid, "typ": TYPE}, claims, key, registry=JWS)
        return Response(text, headers=[NO_STORE], content="application/jwt")
