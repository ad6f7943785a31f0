"""Who visits a plugin's page, as a test says."""

from hub.contract.accounts import Account
from hub.contract.federation import ServiceCaller
from hub.contract.identifiers import ServiceId


class MemoryVisiting:
    """Set `service`, `known`, `name` and `spoken`; `leads_to` is what pages allowed."""

    def __init__(self) -> None:
        self.service: ServiceCaller | None = None
        self.known: dict[tuple[ServiceId, str], Account] = {}
        self.name = "browser-1"
        self.spoken = "fr"
        self.leads_to: list[str] = []

    def caller(self) -> ServiceCaller | None:
        return self.service

    def person(self, service: ServiceId, subject: str) -> Account | None:
        found = self.known.get((service, subject))
        return None if found is None or found.locked else found

    def browser(self) -> str:
        return self.name

    def language(self) -> str:
        return self.spoken

    def form_leads_to(self, address: str) -> None:
        self.leads_to.append(address)
