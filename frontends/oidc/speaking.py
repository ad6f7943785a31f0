"""Services that speak to the hub's own pages with a token they were given for themselves."""

from hub import ServiceCaller, ServiceId

from .client_book import ClientBook
from .grants import GrantBook
from .lives import Life, Living


class Speaking:
    """Part of `KnowsCallers`."""

    def __init__(self, book: GrantBook, living: Living, clients: ClientBook, issuer: str) -> None:
        self._book = book
        self._living = living
        self._clients = clients
        self._issuer = issuer

    def caller(self, token: str) -> ServiceCaller | None:
        found = self._book.of_access(token)
        if found is None or found.grant.life is not Life.CLIENT:
            # A person's token lies in browsers and telephones: it speaks for nobody here.
            return None
        # RFC 9449 7.1: a bound token is worth nothing without its proof, which pages do not read.
        bound = found.key is not None
        # RFC 8707: an API that receives tokens made for it must not pass for their service here.
        if bound or self._issuer not in found.audience or not self._living.holds(found.grant):
            return None
        client = self._clients.get(found.grant.client)
        if client is None:
            return None
        return ServiceCaller(
            service=ServiceId(client.service), scopes=frozenset(found.scope.split())
        )
