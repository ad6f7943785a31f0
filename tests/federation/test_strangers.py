"""Somebody a provider vouches for, whom no account knows: told what to do, and linked."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from hub.contract.accounts import Account, Contact, Identifier
from hub.contract.identifiers import AccountId, ChannelKind
from hub.testing.running import RunningHub
from tests.federation.visits import (
    ANN,
    HUB,
    browser_of,
    callback,
    hub_with,
    left_by,
    sent,
    timeline,
    word,
)
from tests.flows.browser import Browser, Page

BOBS_SECRET = "staple battery horse correct"
BOB = Account(
    id=AccountId("bob"),
    display_name="Bob Durand",
    identifiers=(
        Identifier(system="login", number="bob"),
        Identifier(system="rpps", number="99700000002"),
    ),
    contacts=(Contact(kind=ChannelKind("mail"), address="bob@hub.test", validated=True),),
)
STRANGER = {"who": "7", "email": "bob@hub.test"}


@pytest.fixture
def running(tmp_path: Path) -> RunningHub:
    strong = word(possible={"factors": ["knowledge", "possession"]})
    running = hub_with(tmp_path, word=strong, second=strong)
    running.settle(BOB, password=BOBS_SECRET)
    return running


@pytest.fixture
def browser(running: RunningHub) -> Browser:
    return browser_of(running)


def came(browser: Browser, **told: str) -> Page:
    return browser.open(callback(sent(left_by(browser))["state"], **told))


def test_a_stranger_is_told_what_to_do(running: RunningHub, browser: Browser) -> None:
    page = came(browser, **STRANGER)
    assert page.status == 200
    assert "aucun compte régional ne lui est associé" in page.alert()
    assert page.link("Demander un compte avec cette identité").startswith(f"{HUB}/request?proof=")
    assert page.link("J’ai déjà un compte").startswith(f"{HUB}/account/link?proof=")
    assert "provider.unknown" in [each.details.get("why") for each in timeline(running, page)]
    assert "__Host-hub_session" not in browser.cookies()


def test_nobody_is_found_by_a_mail_address(browser: Browser) -> None:
    page = came(browser, **STRANGER)
    assert "Bob" not in page.words
    assert "aucun compte" in page.alert()
