"""A référent at the console of a whole hub, and the people they look after."""

import re
from pathlib import Path
from typing import Any

from hub.contract.accounts import Account, Contact, Identifier, Situation
from hub.contract.identifiers import AccountId, ChannelKind
from hub.people.rights import Grant
from hub.testing.running import NOON, RunningHub, running_hub
from tests.federation.test_strangers import SECRET, SEED, strong
from tests.federation.visits import HUB, browser_of
from tests.flows.browser import Browser, Page

CLINIC = "Clinique du Parc"
SURGERY = "Cabinet Martin"
MAIL = ChannelKind("mail")
DESCRIBED = {
    "family_name": "d’Arc",
    "given_name": "Cléo",
    "mail": "cleo@clinique.test",
    "mobile": "06 12 34 56 78",
    "number": "99700000123",
    "role": "Infirmière",
    "profession": "",
}


def person(name: str, structure: str, *numbers: Identifier, **more: Any) -> Account:
    place = Situation(id=f"{structure} / Aide", structure=structure, role="Aide", source="own")
    given: dict[str, Any] = {
        "id": AccountId(name),
        "display_name": f"{name.title()} Test",
        "identifiers": (Identifier(system="login", number=name), *numbers),
        "situations": (place,),
        "contacts": (Contact(kind=MAIL, address=f"{name}@hub.test", validated=True),),
    }
    return Account(**{**given, **more})


CAROL = person("carol", CLINIC)
ANN = person("ann", CLINIC, Identifier(system="rpps", number="99700000200"))
OTTO = person("otto", SURGERY, Identifier(system="rpps", number="99700000300"))


def console_hub(folder: Path, **changes: Any) -> RunningHub:
    """Carol looks after the clinic, where Ann works; Otto works elsewhere."""
    running = running_hub(
        folder,
        **{
            "plugins": ["own", "regional", "password", "totp", "console"],
            "messages": {"chains": {"mail": ["console"], "sms": ["console"]}},
            **changes,
        },
    )
    running.settle(CAROL, password=SECRET, totp=SEED)
    running.settle(ANN, password=SECRET)
    running.settle(OTTO)
    right = "console.referent"
    grant = Grant(id="g", account=CAROL.id, name=right, structure=CLINIC, since=NOON)
    running.app.rights.give(grant)
    return running


def at_the_console(running: RunningHub) -> Browser:
    browser = browser_of(running)
    strong(running, browser, "carol")
    return browser


def link_to(running: RunningHub, path: str) -> str:
    """The last one of that path in the messages of development."""
    running.turn()
    inbox = browser_of(running).open(f"{HUB}/apps/console/").text
    found = re.search(rf"{path}\?[\w=&;%-]+", inbox)
    assert found, inbox
    return HUB + found[0]


def signed_in(running: RunningHub, identifier: str, secret: str) -> tuple[Browser, Page]:
    browser = browser_of(running)
    page = browser.open(f"{HUB}/services")
    typed = {"identifier": identifier, "password": secret}
    return browser, browser.submit(page.form(asking="password"), typed)
