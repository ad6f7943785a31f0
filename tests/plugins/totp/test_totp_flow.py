"""An authenticator scanned on the account page opens the next sign-in, through the whole hub."""

import re
from html import unescape
from pathlib import Path

import pyotp
import pytest
from werkzeug.test import Client, TestResponse

from hub.contract.accounts import Account, Contact, Identifier
from hub.contract.identifiers import AccountId, ChannelKind
from hub.testing.running import running_hub

pytestmark = pytest.mark.slow
ADDRESS = "https://hub.test"
SECRET = "huit pommes vertes au jardin"
MARIE = Account(
    id=AccountId("a-1"),
    display_name="Marie Durand",
    identifiers=(Identifier(system="login", number="marie.durand"),),
    contacts=(Contact(kind=ChannelKind("mail"), address="marie@hub.test", validated=True),),
)


class Browser:
    def __init__(self, client: Client) -> None:
        self.client = client
        self.page = self.visit("/account/means")

    def visit(self, path: str) -> TestResponse:
        self.page = self.client.get(path, base_url=ADDRESS)
        for _ in range(6):
            if self.page.status_code != 303:
                break
            self.page = self.client.get(self.page.headers["Location"], base_url=ADDRESS)
        return self.page

    def say(self, path: str, **fields: str) -> TestResponse:
        csrf = re.search(r'name="csrf" value="([^"]+)"', self.page.text)
        assert csrf
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


def test_an_authenticator_scanned_once_opens_the_next_sign_in(tmp_path: Path) -> None:
    hub = running_hub(
        tmp_path,
        plugins=["own", "regional", "password", "sent_code", "totp", "oidc", "console"],
        messages={"chains": {"mail": ["console"]}},
    )
    hub.settle(MARIE, password=SECRET)
    browser = Browser(Client(hub.app.wsgi))
    browser.sign_in("password", identifier="marie.durand", password=SECRET)
    means = re.search(r'name="means" value="([0-9a-f]+)"', browser.page.text)
    assert means and "totp" not in browser.page.text, "offered only to who has one"
    browser.sign_in("sent_code", means=means.group(1))
    hub.turn()
    inbox = browser.client.get("/apps/console/", base_url=ADDRESS).text
    (code,) = re.findall(r"<h2[^>]*>Votre code\W+(\d{6})", inbox)
    browser.sign_in("sent_code", code=code)
    page = browser.say("/account/means/totp", begin="1")
    seed = re.search(r"otpauth://[^\"]+secret=([A-Z2-7]+)", unescape(page.text))
    assert seed
    phone = pyotp.TOTP(seed.group(1))
    browser.say("/account/means/totp", code=phone.at(hub.clock()), label="Mon téléphone")
    assert "Mon téléphone" in browser.visit("/account").text

    hub.clock.later(minutes=1)
    another = Browser(Client(hub.app.wsgi))
    another.sign_in("password", identifier="marie.durand", password=SECRET)
    wrong = f"{(int(phone.at(hub.clock())) + 1) % 1_000_000:06}"
    assert "Ce code n’est pas le bon" in another.sign_in("totp", code=wrong).text
    page = another.sign_in("totp", code=phone.at(hub.clock()))
    assert (page.status_code, page.request.path) == (200, "/account")
