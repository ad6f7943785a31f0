"""One shape for an authorization request, however it came: plain, signed, pushed or parked."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode

from hub import RequestRefused, value

from . import profile
from .answers import EndpointError
from .authorize import AuthorizationError
from .clients import Client
from .dpop import THUMBPRINT
from .parameters import Parameters
from .request_book import Owner, RequestBook
from .request_objects import RequestObjects

URN: Final = "urn:ietf:params:oauth:request_uri:"
"""Of requests that were pushed here; nothing is ever fetched from anywhere else."""
_PARKED: Final = "parked"
_NOBODY: Final = ""
"""Whose parked requests are: no client has this name, so none passes for pushed."""
_LONGEST_ADDRESS: Final = 4000
"""Letters; proxies in front of the hub refuse addresses beyond twice this."""


@value
class Received:
    """What is asked; `wrong`: the service is told this instead of being served."""

    asked: Parameters
    pushed: str | None = None
    """The name of the pushed request, used up when a code is given."""
    wrong: AuthorizationError | None = None

    def check(self) -> None:
        if self.wrong is not None:
            raise self.wrong


class Resolver:
    def __init__(
        self, clients: Mapping[str, Client], objects: RequestObjects, book: RequestBook
    ) -> None:
        self._clients = clients
        self._objects = objects
        self._book = book

    def resolve(self, sent: Parameters) -> Received:
        """Raise `RequestRefused` when there is nobody to tell what is wrong."""
        if _PARKED in sent:
            sent = self._kept(sent.get(_PARKED) or "", _NOBODY)
        if sent.repeated & {"client_id", "request", "request_uri"}:
            raise RequestRefused("oidc.repeated_parameter")
        client = self._clients.get(sent.get("client_id") or "")
        name = sent.get("request_uri") or ""
        if client is None:
            return Received(asked=sent)
        if name.startswith(URN):
            # RFC 9126 4: what stands beside the name is not looked at.
            name = name.removeprefix(URN)
            return Received(asked=self._kept(name, client.id), pushed=name)
        if profile.must_push(client.declared):
            wrong = AuthorizationError("invalid_request", "the request must be pushed")
            return Received(asked=sent, wrong=wrong)
        return self.signed(sent, client)

    def signed(self, sent: Parameters, client: Client) -> Received:
        """What stands in the request object, where there is one."""
        try:
            # Both at once is refused later, as the request_uri of a stranger that it is.
            by_object = "request" in sent and "request_uri" not in sent
            asked = self._objects.read(client, sent) if by_object else sent
            key = asked.get("dpop_jkt")
            if key is not None and not THUMBPRINT.fullmatch(key):
                raise AuthorizationError("invalid_request", "dpop_jkt is no thumbprint")
        except AuthorizationError as wrong:
            return Received(asked=sent, wrong=wrong)
        return Received(asked=asked)

    def address(self, sent: Parameters, source: str) -> str:
        """Where a browser brings by GET what another site had it post."""
        address = f"/oidc/authorize?{urlencode(sent.pairs)}"
        if len(address) <= _LONGEST_ADDRESS:
            return address
        try:
            owner = Owner(client=_NOBODY, counted=f"network/{source}")
            name = self._book.keep(owner, urlencode(sent.pairs))
        except EndpointError:
            raise RequestRefused("oidc.too_many_requests", 429) from None
        return f"/oidc/authorize?{urlencode({_PARKED: name})}"

    def _kept(self, name: str, client: str) -> Parameters:
        text = self._book.read(name, client)
        if text is None:
            raise RequestRefused("oidc.unknown_request")
        return Parameters(text)
