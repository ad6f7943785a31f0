"""A hub in a folder with an operator at the terminal, a person, and services that join."""

import json
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from werkzeug.test import Client, TestResponse
from werkzeug.wrappers import Response

from hub.app import compose, prepare
from hub.cli import main
from hub.configuration import read
from hub.contract.accounts import Account, Identifier
from hub.contract.identifiers import AccountId
from hub.testing.running import MovingClock, RunningHub
from tests.flows.browser import Browser, Page
from tests.flows.steps import with_password
from tests.frontends.oidc.party import BACK, SECRET, VERIFIER, basic, declared, query

HUB = "https://hub.test"
PHRASE = "violet harbour ladder nineteen"
ANN = Account(
    id=AccountId("a-1"),
    display_name="Ann Martin",
    identifiers=(Identifier(system="login", number="ann"),),
    attributes={"given_name": ("Ann",)},
)
GIVEN = """
environment = "test"
public_address = "https://hub.test"
database = "sqlite:///hub.db"
plugins = ["own", "regional", "password", "oidc"]
policy = "regional"
[service.mail]
title = "Mail"
minimum = "simple"
claims = ["given_name"]
launch = "https://mail.test/"
frontend = "oidc"
[service.mail.oidc]
{mail}
[plugin.oidc]
keys = {keys}
{more}
"""
WIKI = ("--title", "Wiki", "--minimum", "simple", "--set", f"redirect_uris={BACK}")


class Operated:
    def __init__(self, folder: Path, keys: Path, capsys: pytest.CaptureFixture[str], **more: str):
        self.file = folder / "hub.toml"
        words = "\n".join(f"{key} = {text}" for key, text in more.items())
        mail = "\n".join(f"{key} = {json.dumps(told)}" for key, told in declared("mail").items())
        place = json.dumps(str(keys / "secrets" / "oidc"))
        text = GIVEN.format(mail=mail + "\nrefresh_tokens = true", keys=place, more=words)
        self.file.write_text(text, encoding="utf-8")
        self._capsys = capsys
        self.status = 0
        configuration = read(self.file)
        prepare(configuration)
        self.running = RunningHub(compose(configuration, clock := MovingClock()), clock)
        self.running.settle(ANN, password=PHRASE)
        self.machine = Client(self.running.app.wsgi, use_cookies=False)
        self.browser = self.new_browser()

    def new_browser(self) -> Browser:
        return Browser({HUB: self.running.app.wsgi, "https://mail.test": Response("inside")})

    def close(self) -> None:
        self.running.app.database.engine.dispose()

    def types(self, *words: str) -> str:
        """What is printed, errors included. What it changed is known a second later."""
        self._capsys.readouterr()
        self.status = main([*words, "--config", str(self.file)])
        self.running.clock.later(seconds=1)
        printed = self._capsys.readouterr()
        return (printed.out + printed.err).strip()

    def says(self, *words: str) -> str:
        """The same of a command that succeeds."""
        said = self.types(*words)
        assert self.status == 0, said
        return said

    def authorize(self, client: str, **asked: str | None) -> Page:
        page = self.browser.open(f"{HUB}/oidc/authorize?{query(client_id=client, **asked)}")
        if page.address.startswith(f"{HUB}/login/"):
            page = with_password(self.browser, page, "ann", PHRASE)
        return page

    def code(self, client: str, **asked: str | None) -> str:
        page = self.authorize(client, **asked)
        assert page.address.startswith(f"{BACK}?"), (page.address, page.status, page.words)
        return parse_qs(urlsplit(page.address).query)["code"][0]

    def tokens(self, client: str = "mail", secret: str = SECRET) -> Mapping[str, str]:
        answer = self.redeem(self.code(client), client, secret)
        assert answer.status_code == 200, answer.text
        told: Mapping[str, str] = answer.get_json()
        return told

    def redeem(self, code: str, client: str, secret: str) -> TestResponse:
        form = {"code": code, "redirect_uri": BACK, "code_verifier": VERIFIER}
        return self.token(client, secret, grant_type="authorization_code", **form)

    def token(self, client: str, secret: str, **form: str) -> TestResponse:
        return self.machine.post("/oidc/token", data=form, headers=basic(client, secret))

    def userinfo(self, token: str) -> TestResponse:
        return self.machine.get("/oidc/userinfo", headers={"Authorization": f"Bearer {token}"})

    def actions(self) -> list[str]:
        with self.running.app.database.transaction() as transaction:
            rows = transaction.exec_driver_sql("SELECT action, service FROM trail ORDER BY id")
            return [f"{row.action} {row.service}" for row in rows]
