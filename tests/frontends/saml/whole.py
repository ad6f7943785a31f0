"""A whole hub with a service that speaks SAML, and how a browser goes through it."""

from pathlib import Path
from typing import Any

from hub.contract.accounts import Account, Contact, Identifier
from hub.contract.identifiers import AccountId, ChannelKind
from hub.testing.running import BASE, RunningHub, running_hub
from tests.flows.browser import Browser, Page
from tests.frontends.saml.party import Given
from tests.frontends.saml.sp import HUB, ServiceProvider

ANN = Account(
    id=AccountId("a-1"),
    display_name="Ann Martin",
    identifiers=(Identifier(system="login", number="ann"),),
    contacts=(Contact(kind=ChannelKind("mail"), address="ann@hub.test", validated=True),),
    attributes={"given_name": ("Ann",)},
)
PHRASE = "violet harbour ladder nineteen"
CLASSES = "urn:oasis:names:tc:SAML:2.0:ac:classes:"


def image(**saml: Any) -> dict[str, Any]:
    return {
        "title": "Images",
        "summary": "Imagerie",
        "minimum": "simple",
        "claims": ["given_name"],
        "launch": "https://image.test/",
        "deep_link": "https://image.test/study/{study}",
        "parameters": {"study": "[0-9]+"},
        "frontend": "saml",
        "saml": {"metadata": "sp.xml", **saml},
    }


def opened(folder: Path, database: str = "", **saml: Any) -> RunningHub:
    """*database* as in hub.toml; *saml* for the table of the service."""
    (folder / "sp.xml").write_text(ServiceProvider().metadata(), encoding="utf-8")
    plugins = [*BASE["plugins"], "saml"]
    other: dict[str, Any] = {"database": database} if database else {}
    running = running_hub(folder, None, plugins=plugins, service={"image": image(**saml)}, **other)
    running.settle(ANN, password=PHRASE)
    return running


def browser(hub: RunningHub) -> Browser:
    return Browser({HUB: hub.app.wsgi})


def told(page: Page) -> Given:
    form = page.form(asking="SAMLResponse")
    return Given(form.action, form.sent({}, ""))
