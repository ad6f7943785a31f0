"""The clients there are now: those of the configuration, and those of services that joined.

A service that is switched off or was never approved has no client: every endpoint asks here.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from hub import Clock, DeclaredPeer, Service, ServiceId, Settings, Toolbox

from .clients import CLIENTS, Client, client_of, declared_by, frontend_config
from .joining import completed

FRONTEND: Final = "oidc"
_MOST_GONE: Final = 100
"""Clients remembered of services that left."""


class ClientBook(Mapping[str, Client]):
    def __init__(
        self, configured: Sequence[Client], services: Mapping[ServiceId, Service], clock: Clock
    ) -> None:
        self._configured = {client.id: client for client in configured}
        self._by_service = {client.service: client for client in configured}
        self._services = services
        self._clock = clock
        self._read: dict[str, tuple[Service, Client]] = {}

    def __getitem__(self, client_id: str) -> Client:
        client = self._configured.get(client_id) or self._joined(client_id)
        if ServiceId(client.service) not in self._services:
            raise KeyError(client_id)
        return self._as_of_now(client)

    def __iter__(self) -> Iterator[str]:
        yield from (each.id for each in self._configured.values() if self.of_service(each.service))
        for service in list(self._services.values()):
            if _speaks(service) and service.id not in self._by_service:
                yield service.id

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def of_service(self, service: str) -> Client | None:
        """`None`: it is none of ours, or not open."""
        configured = self._by_service.get(service)
        client = self.get(configured.id if configured else service)
        return client if client and client.service == service else None

    def joined(self, client: Client) -> bool:
        """Whether it stands in no configuration: what it says of itself, it said itself."""
        return client.id not in self._configured

    def _joined(self, client_id: str) -> Client:
        """A service that joined is called as its client is."""
        service = self._services[ServiceId(client_id)]
        if not _speaks(service) or client_id in self._by_service:
            raise KeyError(client_id)
        kept = self._read.get(client_id)
        if kept is None or kept[0] is not service:
            if len(self._read) > 2 * len(self._services) + _MOST_GONE:
                self._read.clear()
            kept = self._read[client_id] = (service, _client(service))
        return kept[1]

    def _as_of_now(self, client: Client) -> Client:
        until = client.declared.former_client_secret_until
        if until is None or self._clock() < until:
            return client
        # A secret that was rotated away opens nothing once its time is over.
        return replace(client, former_secret=None)


def clients_now(settings: Settings, toolbox: Toolbox) -> ClientBook:
    """For pages: the same clients as the endpoints know."""
    services = tuple(toolbox.services.values())
    configured = CLIENTS.validate_python(frontend_config(settings, services)["clients"])
    return ClientBook(configured, toolbox.services, toolbox.clock)


def understood(services: Iterable[Service], issuer: str) -> Sequence[Service]:
    """Those of ours, with what follows from their tables, which were checked."""
    ours = [each for each in services if _speaks(each)]
    return [completed(each, _client(each).declared, issuer) for each in ours]


def _speaks(service: Service) -> bool:
    return isinstance(service.peer, DeclaredPeer) and service.peer.frontend == FRONTEND


def _client(service: Service) -> Client:
    assert isinstance(service.peer, DeclaredPeer)
    declared = declared_by(service.peer.table, f"service.{service.id}.{FRONTEND}")
    return client_of(service, declared, declared.client_secret_sha256)
