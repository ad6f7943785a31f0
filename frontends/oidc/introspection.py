"""Tells an API what an access token made for it stands for (RFC 7662)."""

from typing import Any, Final

from satosa.response import Response

from .access_tokens import confirmation, signed_in
from .answers import answered, refused
from .clients import Client
from .granted import AccessToken
from .grants import GrantBook
from .lives import Life, Living
from .parameters import Parameters
from .token_server import token_type

_NOTHING: Final = {"active": False}
"""Dead, foreign, unknown or another kind of token: nobody learns which (RFC 7662 2.2)."""


class Introspection:
    def __init__(self, book: GrantBook, living: Living, issuer: str) -> None:
        self._book = book
        self._living = living
        self._issuer = issuer

    def respond(self, form: Parameters, asks: Client) -> Response:
        token = form.get("token")
        if token is None:
            return refused("invalid_request")
        found = self._book.of_access(token) if asks.declared.introspection else None
        if found is None or not _made_for(asks, found) or not self._living.holds(found.grant):
            return answered(_NOTHING)
        return answered(self._facts(found))

    def _facts(self, token: AccessToken) -> dict[str, Any]:
        grant, audience = token.grant, token.audience
        person = {} if grant.life is Life.CLIENT else signed_in(grant)
        return {
            "active": True,
            "scope": token.scope,
            "client_id": grant.client,
            "token_type": token_type(token.key),
            "iss": self._issuer,
            "sub": grant.frozen.subject,
            "aud": audience[0] if len(audience) == 1 else list(audience),
            "iat": token.issued,
            "exp": token.until,
            **person,
            **confirmation(token.key),
        }


def _made_for(asks: Client, token: AccessToken) -> bool:
    # Else any service could ask what a token it came by is good for elsewhere.
    return not {*asks.declared.audience}.isdisjoint(token.audience)
