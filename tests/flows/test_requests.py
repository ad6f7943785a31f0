"""From « Demander un compte » to the first sign-in, over a whole hub with its database."""

import re
from pathlib import Path

import pytest

from hub.contract.accounts import Account, Contact, Identifier, Situation
from hub.contract.identifiers import AccountId, ChannelKind
from hub.people.rights import Grant
from hub.testing.running import NOON, RunningHub, running_hub
from tests.federation.test_strangers import SECRET, SEED, came, strong
from tests.federation.visits import HUB, browser_of, word
from tests.flows.browser import Browser

CLINIC = Situation(id="c", structure="Clinique du Parc", role="Référente", source="own")
CAROL = Account(
    id=AccountId("carol"),
    display_name="Carol Référente",
    identifiers=(Identifier(system="login", number="carol"),),
    situations=(CLINIC,),
    contacts=(Contact(kind=ChannelKind("mail"), address="carol@hub.test", validated=True),),
)
TYPED = {
    "given_name": "Cléo",
    "family_name": "d’Arc",
    "mail": "cleo@clinique.test",
    "profession": "Infirmière",
    "structure": "Clinique du Parc",
}
CLEO = {"who": "cleo", "rpps": "99700000123"}


@pytest.fixture
def running(tmp_path: Path) -> RunningHub:
    running = running_hub(
        tmp_path,
        plugins=["own", "regional", "password", "totp", "console"],
        messages={"chains": {"mail": ["console"]}},
        provider={"word": word()},
    )
    running.settle(CAROL, password=SECRET, totp=SEED)
    right = "console.referent"
    grant = Grant(id="g", account=CAROL.id, name=right, structure=CLINIC.structure, since=NOON)
    running.app.rights.give(grant)
    return running


def link(running: RunningHub, path: str) -> str:
    """The last one of that path in the mails of development."""
    running.turn()
    inbox = browser_of(running).open(f"{HUB}/apps/console/").text
    found = re.search(rf"{path}\?[\w=&;%-]+", inbox)
    assert found, inbox
    return HUB + found[0]


def asked(running: RunningHub, browser: Browser) -> None:
    page = browser.follow(came(browser, **CLEO), "avec cette identité")
    assert "99700000123" in page.words
    browser.submit(page.form(to="/request"), TYPED)
    page = browser.open(link(running, "/request/confirm"))
    assert "Demande transmise" in browser.submit(page.form(to="/request/confirm")).words


def accepted(running: RunningHub) -> None:
    referent = browser_of(running)
    strong(running, referent, "carol")
    page = referent.open(f"{HUB}/console/requests")
    assert "Cléo d’Arc" in page.words and "prouvée par Word" in page.words
    page = referent.submit(page.form(to="/accept"))
    assert "Le compte est ouvert" in page.words


@pytest.mark.slow
def test_a_proved_stranger_asks_is_accepted_and_comes_in(running: RunningHub) -> None:
    browser = browser_of(running)
    asked(running, browser)
    accepted(running)
    page = browser.open(link(running, "/apps/password/set"))
    new = "un tout nouveau secret"
    page = browser.submit(
        page.form(asking="new_password"), {"new_password": new, "new_password_again": new}
    )
    assert page.status == 200
    by_provider = came(browser_of(running), who="cleo")
    assert by_provider.path == "/services" and "Cléo d’Arc" in by_provider.words
    signing_in = browser_of(running)
    page = signing_in.open(f"{HUB}/services")
    typed = {"identifier": "cleo@clinique.test", "password": new}
    assert signing_in.submit(page.form(asking="password"), typed).path == "/services"
