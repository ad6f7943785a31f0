"""A whole region in one test run: the hub, and two services on libraries we did not write."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

from playwright.sync_api import Page

from hub.contract.values import value
from tests.peers.apache import protected_by_apache
from tests.peers.authority import Authority
from tests.peers.hub_process import Carriers, HubProcess, configuration, served, set_up
from tests.peers.node_party import protected_by_node
from tests.peers.services import RelyingParty, relying_party
from tests.peers.sites import site


@value
class Person:
    login: str
    password: str
    family_name: str

    def described(self) -> str:
        """For `hub account import`."""
        return f"""
[[person]]
login = "{self.login}"
given_name = "Ann"
family_name = "{self.family_name}"
numbers = {{ rpps = "99700075064" }}
mail = "{self.login}@hub.test"
mobile = "+33639980101"
secrets = {{ password = "{self.password}" }}
"""


ANN = Person(login="ann.martin", password="quatre chats sur le toit", family_name="Martin")


@value
class Region:
    hub: HubProcess
    person: Person
    medimail: RelyingParty
    """Behind Apache; its pages lie under `/protected/`."""
    emage: RelyingParty
    """On openid-client; `/?name=value` adds to the authorization request."""


@contextmanager
def region(
    authority: Authority,
    database: str,
    folder: Path,
    pkce: str = "S256",
    carriers: Carriers | None = None,
) -> Iterator[Region]:
    """*database* as in hub.toml; *pkce* is what Apache asks. With *carriers* Medimail is strong."""
    medimail = relying_party("medimail", site(authority, "medimail.test"), "/protected/cb")
    medimail = replace(medimail, minimum="strong" if carriers else "simple")
    emage = relying_party("emage", site(authority, "emage.test"))
    hub = HubProcess(site=site(authority, "hub.test"), root=authority.root, folder=folder)
    parties = (medimail, emage)
    with ExitStack() as all_of_it:
        text = configuration(hub.site, database, parties, carriers or Carriers())
        set_up(hub, text, parties, ANN.described())
        all_of_it.enter_context(served(hub))
        apache = protected_by_apache(medimail, hub.issuer, authority.root, pkce)
        all_of_it.enter_context(apache)
        all_of_it.enter_context(protected_by_node(emage, hub.issuer, authority.root, folder))
        yield Region(hub=hub, person=ANN, medimail=medimail, emage=emage)


def type_password(page: Page, login: str, password: str) -> None:
    """On the sign-in page, by keyboard."""
    form = page.locator("form:has(input[type=password])")
    form.locator("input:not([type=hidden]):not([type=password])").first.fill(login)
    form.locator("input[type=password]").fill(password)
    page.keyboard.press("Enter")
