"""The services that devices and telephones can be associated with, as people know them."""

from collections.abc import Mapping, Sequence

from hub import Service, ServiceId, value

from .clients import Client


@value
class Offer:
    client: str
    title: str


class DeviceServices:
    def __init__(
        self, clients: Mapping[str, Client], services: Mapping[ServiceId, Service]
    ) -> None:
        self._clients = clients
        self._services = services

    def for_phones(self) -> Sequence[Offer]:
        return [
            Offer(client=client.id, title=self.title(client.id))
            for client in self._clients.values()
            if client.declared.mobile_grant
        ]

    def title(self, client_id: str) -> str:
        """The client's own name when the service is gone."""
        client = self._clients.get(client_id)
        service = self._services.get(ServiceId(client.service)) if client else None
        return service.tile.title if service and service.tile else client_id
