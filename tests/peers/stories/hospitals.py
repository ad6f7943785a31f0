"""A region whose people come from two hospitals: one speaks OpenID, one SAML; neither is ours."""

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path
from typing import Final

from hub.contract.values import value
from tests.peers.authority import Authority
from tests.peers.browser.people import Person
from tests.peers.browser.town import Town
from tests.peers.hub_process import HubProcess, served, set_up
from tests.peers.parts import NODE_FOLDER, node_module, program
from tests.peers.processes import listening, running, wait_until
from tests.peers.services import relying_party
from tests.peers.simplesaml import Party, started
from tests.peers.sites import Site, site
from tests.peers.stories.place import write_secrets
from tests.vectors.saml.keys import pair

SECRET: Final = "of-the-hub-at-the-hospital-and-nowhere-else"
_WAYS: Final = ("", "-phone", "-plain")
_FAMILIES: Final = {
    "openid": ("Tilleul", "Tremble", "Thuya"),
    "saml": ("Platane", "Peuplier", "Prunier"),
}


def _people() -> Iterator[Person]:
    numbers = count(9901)
    for hospital, families in _FAMILIES.items():
        for way, family in zip(_WAYS, families, strict=True):
            yield Person(login=f"{hospital}{way}", number=next(numbers), family=family)


PEOPLE: Final[Mapping[str, Person]] = {each.login: each for each in _people()}
"""Everybody has the same login here and there, and is known here by the number said there."""
_NUMBERS: Final = {each.login: str(99700000000 + each.number) for each in PEOPLE.values()}


@value
class Hospitals:
    town: Town
    openid: str
    """The origin of npm oidc-provider."""
    saml: str
    """The address of SimpleSAMLphp."""


@contextmanager
def hospitals(authority: Authority, folder: Path) -> Iterator[Hospitals]:
    openid = site(authority, "hospital.test")
    parties = [relying_party(name, site(authority, f"{name}.test")) for name in ("mail", "image")]
    own = site(authority, "region.test")
    hub = HubProcess(site=own, root=authority.root, folder=folder)
    write_secrets(folder, {"openid.secret": SECRET})
    pair("sp").written(folder, "own")
    with ExitStack() as all_of_it:
        known = Party(
            address=f"{own.origin}/saml", sealed=False, host="127.0.0.1", numbers=_NUMBERS
        )
        saml = all_of_it.enter_context(started(known))
        (folder / "clinic.xml").write_bytes(saml.metadata)
        all_of_it.enter_context(_openid(openid, own, folder))
        text = _hub(own) + _by_openid(openid, authority.root) + _by_saml(saml.address)
        set_up(hub, text, (), "\n".join(each.described() for each in PEOPLE.values()))
        all_of_it.enter_context(served(hub))
        town = Town(hub=hub, medimail=parties[0], emage=parties[1])
        yield Hospitals(town=town, openid=openid.origin, saml=saml.address)


@contextmanager
def _openid(at: Site, hub: Site, folder: Path) -> Iterator[None]:
    """With the pages it brings along: they ask for a login, then for consent."""
    node_module("oidc-provider")
    tls = {"chain": str(at.certificate.chain), "key": str(at.certificate.key)}
    client = {
        "client_id": "region",
        "client_secret": SECRET,
        "redirect_uris": [f"{hub.origin}/openid/callback"],
    }
    asks = {"issuer": at.origin, "numbers": _NUMBERS, **tls}
    told = {"port": at.port, "client": client, "acr": "eidas1", "asks": asks}
    log = folder / "openid.log"
    argv = [program("node"), str(NODE_FOLDER / "upstream.mjs")]
    with running(argv, log, env={"UPSTREAM": json.dumps(told)}) as process:
        wait_until(lambda: listening(at.port), process, log)
        yield


def _hub(own: Site) -> str:
    return f"""
environment = "test"
public_address = "{own.origin}"
listen = "127.0.0.1:{own.port}"
workers = 1
database = "sqlite:///hub.db"
plugins = ["own", "regional", "password", "totp", "oidc_provider", "saml_provider"]
policy = "regional"
[plugin.password]
memory = 1024
passes = 1
"""


def _by_openid(at: Site, root: Path) -> str:
    """The hub finds no test name: what it calls by itself stands on loopback."""
    near = f"https://127.0.0.1:{at.port}"
    return f"""
[plugin.oidc_provider.providers.openid]
issuer = "{at.origin}"
client_id = "region"
client_secret_file = "openid.secret"
title = "Hôpital du Tilleul"
scopes = ["openid", "scope_all"]
identifiers = {{ SubjectNameID = "rpps" }}
metadata_url = "{near}/.well-known/openid-configuration"
[plugin.oidc_provider.providers.openid.endpoints]
authorization = "{at.origin}/auth"
token = "{near}/token"
userinfo = "{near}/me"
jwks = "{near}/jwks"
[outbound.parties."oidc_provider/openid".tls]
authorities = "{root}"
"""


def _by_saml(address: str) -> str:
    return f"""
[plugin.saml_provider.providers.saml]
entity_id = "{address}/metadata"
title = "Clinique du Platane"
metadata = "clinic.xml"
signed = "both"
identifiers = {{ rpps = "rpps" }}
keys = [{{ key_file = "own.key", certificate_file = "own.pem" }}]
"""
