"""A hub with services that speak SAML, for browsers: their tables, their metadata, its own."""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page

from hub.contract.values import value
from tests.frontends.saml.sp import ServiceProvider
from tests.peers.authority import Authority
from tests.peers.hub_process import Carriers, HubProcess, configuration, served, set_up
from tests.peers.mail import Mailbox, mail_server
from tests.peers.region import ANN, type_password
from tests.peers.services import RelyingParty
from tests.peers.sites import site

_MAIL = """
[messages]
chains = {{ mail = ["smtp"] }}
[plugin.smtp]
host = "127.0.0.1"
port = {port}
tls = "none"
sender = "hub@hub.test"
"""
_SERVICE = """
[service.{name}]
title = "{name}"
minimum = "simple"
claims = ["given_name", "family_name"]
launch = "{launch}/"
frontend = "saml"
[service.{name}.saml]
metadata = "{name}.xml"
"""


_PERSON = """
[[person]]
login = "{login}"
given_name = "Ann"
family_name = "{family_name}"
mail = "{login}@hub.test"
secrets = {{ password = "{password}" }}
"""
_CROWD = tuple(f"ann.{number}" for number in range(12))


@value
class SamlHub:
    hub: HubProcess
    metadata: bytes
    mailbox: Mailbox
    people: Iterator[str]
    """Each once: who asks for one code after the other has to wait."""

    def at_the_door(self, page: Page) -> bool:
        """Whether it asks who somebody is."""
        address: str = page.url
        return address.startswith(f"{self.hub.issuer}/login/")

    def goodbye(self, page: Page) -> str:
        """What our page says of each service, once it has gone through all by itself."""
        page.locator("#left:not([data-again])").wait_for()
        assert page.url.startswith(f"{self.hub.issuer}/logout/")
        said: str = page.locator("#left").inner_text()
        return said

    def enter(self, page: Page) -> None:
        """By the password of somebody who has not been here, where it asks."""
        assert self.at_the_door(page), page.content()
        type_password(page, next(self.people), ANN.password)

    def prove_again(self, page: Page) -> None:
        """By a code that comes by mail."""
        page.get_by_role("button", name="Par mail").press("Enter")
        found = re.search(r"\b\d{6}\b", self.mailbox.next().get_content())
        assert found
        page.locator("input[name=code]").fill(found[0])
        page.keyboard.press("Enter")


@contextmanager
def saml_hub(
    authority: Authority,
    folder: Path,
    services: Mapping[str, tuple[str, ServiceProvider]],
    party: RelyingParty | None = None,
    notice: str = "",
    patience: str = "PT30S",
) -> Iterator[SamlHub]:
    """*services* by name: where each is opened, and what it published. *party* speaks OIDC, and
    hears at *notice* that a session is over. *patience* with the others, which a script cuts
    short: so long that a busy machine makes none of them look dead."""
    hub = HubProcess(site=site(authority, "hub.test"), root=authority.root, folder=folder)
    for name, (_, sp) in services.items():
        (folder / f"{name}.xml").write_text(sp.metadata(), encoding="utf-8")
    parties = [party] if party else []
    with mail_server() as mailbox:
        tables = _MAIL.format(port=mailbox.port)
        tables += "".join(
            _SERVICE.format(name=name, launch=launch) for name, (launch, _) in services.items()
        )
        tables += f'[session]\nleaving_patience = "{patience}"\n'
        carriers = Carriers(plugins=("saml", "sent_code", "smtp"), tables=tables)
        text = configuration(hub.site, f"sqlite:///{folder}/hub.db", parties, carriers)
        if party and notice:
            table = f"[service.{party.service}.oidc]\n"
            text = text.replace(table, f"{table}backchannel_logout_uri = {json.dumps(notice)}\n")
        set_up(hub, text, parties, "".join(map(_described, _CROWD)))
        with served(hub):
            with hub.get("/saml/metadata") as answer:
                published = answer.read()
            people = iter(_CROWD)
            yield SamlHub(hub=hub, metadata=published, mailbox=mailbox, people=people)


def _described(login: str) -> str:
    return _PERSON.format(login=login, family_name=ANN.family_name, password=ANN.password)
