"""A passkey through the whole hub: made on the account page, it opens the next sign-in alone."""

import json
import re
from html import unescape
from pathlib import Path

import pyotp
import pytest
from werkzeug.test import Client, TestResponse

from hub.contract.accounts import Account, Contact, Identifier
from hub.contract.identifiers import AccountId, ChannelKind, MethodName
from hub.contract.steps import Ask
from hub.contract.tasks import Resets
from hub.testing.running import RunningHub, running_hub
from tests.plugins.passkey.authenticator import HONEST, PRESENT, Authenticator, Bend

pytestmark = pytest.mark.slow
ADDRESS = "https://hub.test"
SECRET = "huit pommes vertes au jardin"
SEED = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
MARIE = Account(
    id=AccountId("a-1"),
    display_name="Marie Durand",
    identifiers=(Identifier(system="login", number="marie.durand"),),
    contacts=(Contact(kind=ChannelKind("mail"), address="marie@hub.test", validated=True),),
)


class Browser:
    """Counts what it asks of the hub."""

    def __init__(self, hub: RunningHub) -> None:
        self.client = Client(hub.app.wsgi)
        self.asked = 0
        self.page = self.visit("/account/means")

    def visit(self, path: str) -> TestResponse:
        for _ in range(6):
            self.page = self.client.get(path, base_url=ADDRESS)
            self.asked += 1
            if self.page.status_code != 303:
                break
            path = self.page.headers["Location"]
        return self.page

    def say(self, path: str, **fields: str) -> TestResponse:
        csrf = re.search(r'name="csrf" value="([^"]+)"', self.page.text)
        assert csrf
        self.asked += 1
        answer = self.client.post(
            path,
            base_url=ADDRESS,
            data={"csrf": csrf.group(1), **fields},
            headers={"Origin": ADDRESS, "Sec-Fetch-Site": "same-origin"},
        )
        return self.visit(answer.headers["Location"]) if answer.status_code == 303 else answer

    def sign_in(self, method: str, **fields: str) -> TestResponse:
        login = re.sub(r"(/login/[^/]+).*", r"\1", self.page.request.path)
        return self.say(f"{login}/{method}", **fields)

    def ask(self) -> Ask:
        """What the page asks of an authenticator, the hidden form beside another's included."""
        found = re.search(r'data-options="([^"]+)"', self.page.text)
        assert found
        return Ask(template="", values={"options": unescape(found.group(1))})


@pytest.fixture
def hub(tmp_path: Path) -> RunningHub:
    started = running_hub(
        tmp_path,
        plugins=["own", "regional", "password", "totp", "passkey", "console"],
        messages={"chains": {"mail": ["console"]}},
    )
    started.settle(MARIE, password=SECRET, totp=SEED)
    return started


@pytest.fixture
def device(hub: RunningHub) -> Authenticator:
    """Made by Marie a minute ago."""
    browser, device = Browser(hub), Authenticator()
    browser.sign_in("password", identifier="marie.durand", password=SECRET)
    browser.sign_in("totp", code=pyotp.TOTP(SEED).at(hub.clock()))
    browser.say("/account/means/passkey", begin="1")
    made = device.make(browser.ask())
    browser.say("/account/means/passkey", response=made, label="Mon téléphone")
    assert "Mon téléphone" in browser.visit("/account").text
    hub.clock.later(minutes=1)
    return device


def test_it_opens_what_is_strong_from_beside_the_password_in_four_requests(
    hub: RunningHub, device: Authenticator
) -> None:
    browser = Browser(hub)
    assert 'name="password"' in browser.page.text, "the password's form is the one drawn"
    browser.sign_in("passkey", response=device.prove(browser.ask()))
    assert (browser.page.status_code, browser.page.request.path) == (200, "/account")
    # The last two are the page that was wanted, which leads on to the one it shows.
    assert browser.asked == 4 + 2
    assert "dernier usage" in browser.page.text


def test_it_raises_the_level_of_a_password(hub: RunningHub, device: Authenticator) -> None:
    browser = Browser(hub)
    browser.sign_in("password", identifier="marie.durand", password=SECRET)
    options = json.loads(str(browser.ask().values["options"]))
    assert len(options["allowCredentials"]) == 1
    browser.sign_in("passkey", response=device.prove(browser.ask()))
    assert browser.page.request.path == "/account"


def test_a_bent_answer_says_nothing_and_other_means_stay(
    hub: RunningHub, device: Authenticator
) -> None:
    browser = Browser(hub)
    browser.sign_in("passkey", response=device.prove(browser.ask(), Bend(flags=PRESENT)))
    assert "Cette clé d’accès n’a pas pu être vérifiée" in browser.page.text
    assert "not_verified" not in browser.page.text and "noscript" in browser.page.text
    browser.sign_in("password", begin="1")
    browser.sign_in("password", identifier="marie.durand", password=SECRET)
    assert 'data-passkey="' in browser.page.text


def test_an_answer_to_one_sign_in_opens_no_other(hub: RunningHub, device: Authenticator) -> None:
    mine, another = Browser(hub), Browser(hub)
    shown = device.prove(mine.ask(), HONEST)
    another.sign_in("passkey", response=shown)
    assert "n’a pas pu être vérifiée" in another.page.text
    mine.sign_in("passkey", response=shown)
    assert mine.page.request.path == "/account"


def test_whoever_lost_every_device_signs_in_otherwise_once_they_were_reset(
    hub: RunningHub, device: Authenticator
) -> None:
    method = hub.app.rules.methods[MethodName("passkey")]
    assert isinstance(method, Resets)
    method.reset(MARIE.id)
    browser = Browser(hub)
    browser.sign_in("passkey", response=device.prove(browser.ask()))
    assert "n’a pas pu être vérifiée" in browser.page.text
    browser.sign_in("password", begin="1")
    browser.sign_in("password", identifier="marie.durand", password=SECRET)
    assert "passkey" not in browser.page.text, "offered only to who has one"
    browser.sign_in("totp", code=pyotp.TOTP(SEED).at(hub.clock()))
    assert browser.page.request.path == "/account"
