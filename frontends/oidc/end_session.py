"""Logout asked by a service: checked here, carried out by the hub's own pages."""

from collections.abc import Mapping

from satosa.response import Response, SeeOther

from hub import Departure, Leaving, RequestRefused, ServiceId

from .answers import with_query
from .authorize import languages_of
from .clients import Client
from .grants import GrantBook
from .id_tokens import Hint, IdTokens
from .parameters import Parameters
from .redirects import matches


class EndSession:
    def __init__(
        self, clients: Mapping[str, Client], book: GrantBook, tokens: IdTokens, leaving: Leaving
    ) -> None:
        self._clients = clients
        self._book = book
        self._tokens = tokens
        self._leaving = leaving

    def respond(self, sent: Parameters) -> Response:
        if sent.repeated or sent.absurd():
            raise RequestRefused("oidc.repeated_parameter")
        token = sent.get("id_token_hint")
        hint = self._tokens.hint(token) if token else None
        client = self._client(sent, hint)
        # A hint that is not ours proves nothing: the person is asked, and stays at the hub.
        trusted = client if hint or not token else None
        departure = Departure(
            service=ServiceId(trusted.service) if trusted else None,
            session=self._book.session_of(hint.audience, hint.sid) if hint else None,
            return_url=_return_url(sent, trusted),
            languages=languages_of(sent),
        )
        return SeeOther(self._leaving.leave(departure))

    def _client(self, sent: Parameters, hint: Hint | None) -> Client | None:
        named = sent.get("client_id")
        # RP-Initiated Logout 2: a client may not speak with another's id_token.
        if named and hint and named != hint.audience:
            raise RequestRefused("oidc.foreign_hint")
        return self._clients.get(hint.audience if hint else named or "")


def _return_url(sent: Parameters, client: Client | None) -> str | None:
    asked = sent.get("post_logout_redirect_uri")
    if client is None or asked is None:
        return None
    declared = client.declared
    if not matches(asked, declared.post_logout_redirect_uris, declared.application_type):
        return None
    return with_query(asked, {"state": sent.get("state")})
