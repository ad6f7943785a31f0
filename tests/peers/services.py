"""The services of a test run, as the hub and as their own side know them."""

import secrets

from hub.contract.values import value
from tests.peers.sites import Site


@value
class RelyingParty:
    """One confidential service; `service` is its name in hub.toml."""

    service: str
    site: Site
    secret: str
    callback: str = "/cb"
    minimum: str = "simple"
    method: str = "basic"

    @property
    def client_id(self) -> str:
        return self.service

    @property
    def redirect_uri(self) -> str:
        return f"{self.site.origin}{self.callback}"


def relying_party(service: str, site: Site, callback: str = "/cb") -> RelyingParty:
    return RelyingParty(
        service=service, site=site, secret=secrets.token_urlsafe(32), callback=callback
    )
