"""Tells an API what an access token made for it stands for (RFC 7662)."""

from typing import Any, Final

from satosa.response import Response

from .access_tokens import confirmation, signed_in
from .answers import answered, refused
from .clients import Client
from .granted import AccessToken
from .grants import GrantBook
from .guesses import Guesses
from .lives import Life, Living
from .parameters import Parameters
from .token_server import token_type

_NOTHING: Final = {"active": False}
"""Dead, foreign, unknown or another kind of token: nobody learns which (RFC 7662 2.2)."""
_REST: Final = 60


class Introspection:
    def __init__(self, book: GrantBook, living: Living, issuer: str, guesses: Guesses) -> None:
        self._book = book
        self._living = living
        self._issuer = issuer
        self._guesses = guesses

    def respond(self, form: Parameters, asks: Client) -> Response:
        token = form.get("token")
        if token is None:
            return refused("invalid_request")
        found = self._book.of_access(token) if asks.declared.introspection else None
        if found is None or not _made_for(asks, found) or not self._living.holds(found.grant):
            return self._nothing(asks)
        return answered(self._facts(found))

    def _nothing(self, asks: Client) -> Response:
        # RFC 7662 4: whoever tries tokens is slowed down. Live ones are answered all the same:
        # an API to which strangers send garbage must not lose its own people by it.
        if self._guesses.in_vain(asks.id):
            return answered(_NOTHING)
        return refused("slow_down", "429 Too Many Requests", ("Retry-After", str(_REST)))

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
