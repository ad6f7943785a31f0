"""Everything that is checked of a caller, and of what it asks, before it is believed."""

from collections.abc import Callable, Mapping

from satosa.response import Response

from hub import RawRequest, Toolbox

from .assertions import TOKEN_PATH, Assertions
from .client_authentication import Callers
from .client_keys import ClientKeys
from .clients import Client
from .dpop import Proofs
from .endpoints import form_of
from .id_tokens import Hint
from .parameters import Parameters
from .pushed import PushedRequests
from .request_book import RequestBook
from .request_objects import RequestObjects
from .resolving import Received, Resolver
from .seen import Seen
from .tries import Tries

ReadHint = Callable[[str], Hint | None]


class Reception:
    def __init__(
        self, clients: Mapping[str, Client], toolbox: Toolbox, most: int, read_hint: ReadHint
    ) -> None:
        """*most*: how many pushed requests are kept of one client."""
        issuer, clock = toolbox.public_address, toolbox.clock
        keys, seen = ClientKeys(toolbox.fetcher), Seen(toolbox)
        assertions = Assertions(keys, seen, issuer, clock)
        self.callers = Callers(clients, assertions, Tries(toolbox))
        self.proofs = Proofs(toolbox, issuer, seen, clients)
        self._book = RequestBook(toolbox, most)
        self._resolver = Resolver(clients, RequestObjects(keys, issuer, clock), self._book)
        self._pushed = PushedRequests(clients, self._resolver, self._book, self.proofs, read_hint)

    def key(self, raw: RawRequest, client: Client) -> str | None:
        """The key the caller of the token endpoint holds; `None`: none shown, none needed."""
        return self.proofs.at_endpoint(raw, TOKEN_PATH, client.declared)

    def push(self, raw: RawRequest) -> Response:
        form = form_of(raw)
        return self._pushed.respond(raw, form, self.callers.named(raw, form))

    def asked(self, sent: Parameters) -> Received:
        return self._resolver.resolve(sent)

    def address(self, sent: Parameters, source: str) -> str:
        """Where a browser brings by GET what another site had it post."""
        return self._resolver.address(sent, source)

    def spend(self, pushed: str | None) -> bool:
        """A pushed request gives one code: not when the page is loaded, as previews do."""
        return pushed is None or self._book.use(pushed)
