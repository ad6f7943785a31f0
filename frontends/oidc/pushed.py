"""Authorization requests that the service itself brings before the browser comes (RFC 9126)."""

from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import urlencode

from satosa.response import Response

from hub import RawRequest

from .answers import answered, refused
from .authorize import AuthorizationError, addressee, wishes
from .client_authentication import CREDENTIALS
from .clients import Client
from .dpop import Proofs
from .id_tokens import Hint
from .parameters import Parameters
from .request_book import LIFETIME, Owner, RequestBook
from .resolving import URN, Resolver

PATH: Final = "/oidc/par"


class PushedRequests:
    def __init__(
        self,
        clients: Mapping[str, Client],
        resolver: Resolver,
        book: RequestBook,
        proofs: Proofs,
        read_hint: Callable[[str], Hint | None],
    ) -> None:
        self._clients = clients
        self._resolver = resolver
        self._book = book
        self._proofs = proofs
        self._read_hint = read_hint

    def respond(self, raw: RawRequest, form: Parameters, client: Client) -> Response:
        # RFC 9126 2.1: a pushed request names no other.
        if "request_uri" in form or form.get("client_id") not in (None, client.id):
            return refused("invalid_request")
        sent = _without_credentials(form, client)
        try:
            received = self._resolver.signed(sent, client)
            received.check()
            addressee(received.asked, self._clients)
            wishes(received.asked, client, self._read_hint)
        except AuthorizationError as error:
            return answered(_told(error), status="400 Bad Request")
        kept = self._with_key(received.asked, raw, client)
        if kept is None:
            return refused("invalid_dpop_proof")
        name = self._book.keep(_owner(client, raw.source), urlencode(kept.pairs))
        told = {"request_uri": f"{URN}{name}", "expires_in": int(LIFETIME.total_seconds())}
        return answered(told, status="201 Created")

    def _with_key(self, asked: Parameters, raw: RawRequest, client: Client) -> Parameters | None:
        """*asked* for the key shown with it; `None` when it names another one itself."""
        if not raw.dpop:
            return asked
        key = self._proofs.at_endpoint(raw, PATH, client.declared)
        if asked.get("dpop_jkt") not in (None, key):
            return None
        others = [pair for pair in asked.pairs if pair[0] != "dpop_jkt"]
        return Parameters(urlencode([*others, ("dpop_jkt", key or "")]))


def _without_credentials(form: Parameters, client: Client) -> Parameters:
    said = [pair for pair in form.pairs if pair[0] not in (*CREDENTIALS, "client_id")]
    return Parameters(urlencode([*said, ("client_id", client.id)]))


def _owner(client: Client, source: str) -> Owner:
    # Anybody may say that they are a public client: they must not use up what others need.
    public = client.declared.token_endpoint_auth_method == "none"  # noqa: S105 - a name
    counted = f"client/{client.id}/{source}" if public else f"client/{client.id}"
    return Owner(client=client.id, counted=counted)


def _told(error: AuthorizationError) -> dict[str, str]:
    described = {"error_description": error.description} if error.description else {}
    return {"error": error.error, **described}
