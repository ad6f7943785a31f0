"""The neighbouring region: the strict policy, levels by names of its own, every kind of service."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from hub.contract.values import value
from hub_plugins.demo.notice import people as of_the_demo
from hub_plugins.demo.psc.provider import Provider
from tests.peers.authority import Authority
from tests.peers.browser.town import Town
from tests.peers.hub_process import HubProcess, set_up
from tests.peers.node_party import protected_by_node
from tests.peers.node_saml import described, protected_by_node_saml
from tests.peers.psc import SECRET, psc, psc_sites, psc_tables
from tests.peers.services import RelyingParty, relying_party
from tests.peers.sites import Site, site
from tests.peers.stories.cast import NEXT_DOOR
from tests.peers.stories.later import Later, at_work
from tests.peers.stories.place import write_secrets
from tests.ports import free_port

FORTE: Final = "https://region.example/acr/2"
"""What services are told for two factors."""
TWO_PROOFS: Final = "https://region.example/deux-preuves"
"""Another name services may ask for it by."""
SMS_DAYS: Final = 2
"""Then a code by SMS counts no longer."""


@value
class Neighbour:
    at: Later
    """Its clock is moved by hours and days, never by so much that keys change."""
    images: Site
    """Speaks SAML."""
    hears: int
    """The port where e-mage is told that a session is over; nobody listens there."""
    provider: Provider
    wallet: str
    root: Path
    """The authority that its certificates are of."""

    @property
    def town(self) -> Town:
        return self.at.town


@contextmanager
def neighbouring(authority: Authority, folder: Path) -> Iterator[Neighbour]:
    own, images, sites = (
        site(authority, "neighbour.test"),
        site(authority, "images.test"),
        psc_sites(authority),
    )
    parties = [relying_party(name, site(authority, f"{name}.test")) for name in _SERVICES]
    hub = HubProcess(site=own, root=authority.root, folder=folder)
    hears = free_port()
    write_secrets(folder, {"psc.secret": SECRET})
    (folder / "images.xml").write_text(described(images).metadata(), encoding="utf-8")
    text = _hub(own) + psc_tables(sites, authority) + _services(parties, images, hears)
    people = of_the_demo() + "\n".join(each.described() for each in NEXT_DOOR.values())
    set_up(hub, text, parties, people)
    at = Later(Town(hub=hub, medimail=parties[0], emage=parties[1]))
    with ExitStack() as running:
        running.enter_context(at_work(own, at))
        for party in parties:
            node = protected_by_node(party, hub.issuer, authority.root, folder)
            running.enter_context(node)
        with hub.get("/saml/metadata") as answer:
            metadata = answer.read()
        node = protected_by_node_saml(images, hub.issuer, metadata, folder)
        running.enter_context(node)
        provider = running.enter_context(
            psc(sites, hub, f"{hub.issuer}/logout/returned", lambda: at.now().timestamp())
        )
        yield Neighbour(
            at=at,
            images=images,
            hears=hears,
            provider=provider,
            wallet=sites.wallet.origin,
            root=Path(authority.root),
        )


def _hub(own: Site) -> str:
    """The first carrier of short messages listens nowhere."""
    last_day = (datetime.now(UTC) + timedelta(days=SMS_DAYS)).date()
    return f"""
environment = "test"
public_address = "{own.origin}"
database = "sqlite:///hub.db"
plugins = ["own", "strict", "password", "situation", "oidc", "saml", "sent_code", "totp", "psc",
  "console", "sms_http", "emage"]
policy = "strict"
[support]
telephone = "03 00 00 00 00"
hours = "du lundi au vendredi de 9 h à 18 h"
[session]
idle = "PT20M"
[messages]
chains = {{ sms = ["sms_http", "console"], mail = ["console"] }}
[plugin.sms_http]
address = "http://127.0.0.1:{free_port()}/send"
[plugin.password]
memory = 1024
passes = 1
[plugin.strict]
sms_until = {last_day.isoformat()}
names = {{ strong = "forte" }}
acrs = {{ strong = "{FORTE}" }}
aliases = {{ "{TWO_PROOFS}" = "strong" }}
[plugin.oidc]
registration = "open"
registration_minimum = "simple"
registrations_per_hour = 1000
"""


_SERVICES: Final = {"medimail": "forte", "emage": "simple"}
"""With what each wants at least."""


def _services(parties: list[RelyingParty], images: Site, hears: int) -> str:
    notice = f'backchannel_logout_uri = "http://127.0.0.1:{hears}/notice"\n'
    told = {"emage": notice}
    spoken = [_service(each, told.get(each.service, "")) for each in parties]
    return "".join(spoken) + _SAML.format(launch=images.origin) + _NATIVE


def _service(party: RelyingParty, more: str) -> str:
    return f"""
[service.{party.service}]
title = "{party.service.capitalize()}"
minimum = "{_SERVICES[party.service]}"
claims = ["given_name", "family_name", "rpps"]
launch = "{party.site.origin}/"
frontend = "oidc"
[service.{party.service}.oidc]
client_id = "{party.client_id}"
client_secret_file = "{party.service}.secret"
redirect_uris = ["{party.redirect_uri}"]
token_endpoint_auth_method = "{party.method}"
client_credentials = true
client_scopes = ["shares"]
{more}"""


_SAML: Final = """
[service.images]
title = "Images"
minimum = "simple"
claims = ["given_name", "family_name"]
launch = "{launch}/"
frontend = "saml"
[service.images.saml]
metadata = "images.xml"
"""
_NATIVE: Final = """
[service.pharmacie]
title = "Pharmacie"
minimum = "simple"
claims = ["given_name", "family_name", "rpps"]
tile = false
frontend = "oidc"
[service.pharmacie.oidc]
client_id = "pharmacie"
application_type = "native"
token_endpoint_auth_method = "none"
redirect_uris = ["http://127.0.0.1/back", "com.example.pharmacie:/back"]
post_logout_redirect_uris = ["http://127.0.0.1/bye"]
refresh_tokens = true
[service.pocket]
title = "Images sur téléphone"
minimum = "simple"
tile = false
frontend = "oidc"
[service.pocket.oidc]
client_id = "pocket"
application_type = "native"
token_endpoint_auth_method = "none"
redirect_uris = []
mobile_grant = true
"""
