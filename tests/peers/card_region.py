"""A hub on its own site that takes cards by its own listener, with the test authority's cards."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key

from hub.contract.values import value
from tests.peers.authority import Authority
from tests.peers.hub_process import HubProcess, served, set_up
from tests.peers.processes import listening
from tests.ports import free_port
from tests.peers.sites import site
from tests.peers.virtual_card import VirtualCard

PASSWORD = "demo"
PIN = "1234"
TYPED = "quatre chats sur le toit"
_PEOPLE = f"""
[[person]]
login = "lucas.moreau"
given_name = "Lucas"
family_name = "Moreau"
numbers = {{ rpps = "99700075122" }}
mail = "lucas.moreau@hub.test"
[[person]]
login = "zoe.lefevre"
given_name = "Zoé"
family_name = "D’Ây-Lefèvre"
numbers = {{ idnps = "3990005788/CPET0002" }}
mail = "zoe.lefevre@hub.test"
secrets = {{ password = "{TYPED}" }}
[[person]]
login = "rose.petit"
given_name = "Rose"
family_name = "Petit"
mail = "rose.petit@hub.test"
places = [{{ structure = "990005788", role = "Référente", name = "CHU de Grandval" }}]
rights = [{{ name = "console.referent", structure = "990005788" }}]
"""


@value
class CardRegion:
    hub: HubProcess
    pki: Path
    port: int
    """Where cards are shown."""

    def file(self, name: str) -> Path:
        """The card of that case, as browsers import it."""
        return self.pki / "cards" / f"{name}.p12"

    def card(self, name: str) -> VirtualCard:
        """The same for a reader."""
        at = self.pki / "cards"
        key = load_pem_private_key((at / f"{name}.key").read_bytes(), None)
        assert isinstance(key, RSAPrivateKey)
        held = x509.load_pem_x509_certificates((at / f"{name}.pem").read_bytes())[0]
        return VirtualCard(key, held.public_bytes(Encoding.DER), PIN)


@contextmanager
def card_region(folder: Path, authority: Authority) -> Iterator[CardRegion]:
    pki = folder / "pki"
    subprocess.run(
        [sys.executable, "-m", "hub_plugins.demo.pki", str(pki)], check=True, timeout=120
    )
    hub = HubProcess(site=site(authority, "hub.test"), root=authority.root, folder=folder)
    made = CardRegion(hub=hub, pki=pki, port=free_port())
    set_up(hub, _configuration(made, authority), (), _PEOPLE)
    with served(hub):
        # It is a process of its own, and composes the hub as long as the others did.
        _wait_for(made.port)
        yield made


def _wait_for(port: int) -> None:
    for _ in range(1200):
        if listening(port):
            return
        Event().wait(0.05)
    raise AssertionError("nobody listens for cards")


def _configuration(region: CardRegion, authority: Authority) -> str:
    wild, own = authority.site("*.card.hub.test"), region.hub.site
    lists = [f"pki/list-{number}.crl" for number in range(1, 7)]
    return f"""
environment = "test"
public_address = "{own.origin}"
listen = "127.0.0.1:{own.port}"
workers = 1
database = "sqlite:///hub.db"
plugins = ["own", "password", "regional", "cps"]
policy = "regional"
[card_host]
domain = "card.hub.test:{region.port}"
listen = "127.0.0.1:{region.port}"
certificate = "{wild.chain}"
key = "{wild.key}"
[plugin.cps]
roots = ["pki/roots.pem"]
authorities = ["pki/authorities.pem"]
crls = {lists}
policies = ["2.999.213.1.7.2"]
kinds = ["cps", "cpf", "cpe"]
test_cards = true
[plugin.password]
memory = 1024
passes = 1
"""
