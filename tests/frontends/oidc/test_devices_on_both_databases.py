"""The device grant in a whole hub, on SQLite and PostgreSQL: real pages, real concurrency."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import Client, TestResponse

from hub.app import compose
from hub.configuration import configured
from hub.contract.accounts import Account, Identifier
from hub.contract.identifiers import AccountId
from hub.testing.running import BASE, RunningHub, running_hub
from hub_frontends.oidc.grant_types import DEVICE
from tests.flows.browser import Browser, Page
from tests.flows.steps import with_password
from tests.frontends.oidc.party import SECRET, basic, declared

pytestmark = pytest.mark.slow

HUB = "https://hub.test"
PHRASE = "violet harbour ladder nineteen"
ANN = Account(
    id=AccountId("a-1"),
    display_name="Ann Martin",
    identifiers=(Identifier(system="login", number="ann"),),
)


class Whole:
    def __init__(self, running: RunningHub, settings: dict[str, Any], folder: Path) -> None:
        self.running = running
        self._settings, self._folder = settings, folder
        self._nodes: list[RunningHub] = []
        self.machine = Client(running.app.wsgi, use_cookies=False)
        self.browser = Browser({HUB: running.app.wsgi})

    def another_node(self) -> Client:
        """Of the same hub, by the same clock."""
        configuration = configured({**BASE, **self._settings}, self._folder)
        node = RunningHub(compose(configuration, self.running.clock), self.running.clock)
        self._nodes.append(node)
        return Client(node.app.wsgi, use_cookies=False)

    def close(self) -> None:
        for node in (self.running, *self._nodes):
            node.app.database.engine.dispose()

    def post(self, path: str, **form: str) -> TestResponse:
        return self.machine.post(path, data=form, headers=basic("mail", SECRET))

    def poll(self, told: Any) -> TestResponse:
        return self.post("/oidc/token", grant_type=DEVICE, device_code=told["device_code"])

    def typed(self, page: Page, code: str) -> Page:
        return self.browser.submit(page.form(asking="user_code"), {"user_code": code})


@pytest.fixture
def whole(tmp_path: Path, keys: Path, database: str) -> Iterator[Whole]:
    mail = {
        "title": "Mail",
        "minimum": "simple",
        "frontend": "oidc",
        "oidc": declared("mail", device_grant=True),
    }
    settings: dict[str, Any] = {
        "database": database,
        "plugins": [*BASE["plugins"], "oidc"],
        "service": {"mail": mail},
        "plugin": {"oidc": {"keys": str(keys / "secrets" / "oidc")}},
    }
    running = running_hub(tmp_path, **settings)
    running.settle(ANN, password=PHRASE)
    whole = Whole(running, settings, tmp_path)
    yield whole
    whole.close()


def test_a_device_is_associated_once_and_ends_with_all_sessions(whole: Whole) -> None:
    told = whole.post("/oidc/device_authorization", scope="openid").get_json()
    page = with_password(whole.browser, whole.browser.open(f"{HUB}/oidc/device"), "ann", PHRASE)
    page = whole.typed(whole.typed(page, "BBBB-BBBB"), told["user_code"])
    page = whole.browser.submit(page.form(to="/answer"), button="Oui")
    assert "Appareil associé" in page.words
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: whole.poll(told), range(12)))
    given = [each.get_json() for each in answers if each.status_code == 200]
    assert len(given) == 1 and "refresh_token" in given[0]
    whole.running.clock.later(days=29)
    form = {"grant_type": "refresh_token", "refresh_token": given[0]["refresh_token"]}
    later = whole.post("/oidc/token", **form).get_json()
    assert later["refresh_token"]
    whole.running.app.sessions.end_all(ANN.id, None)
    form["refresh_token"] = later["refresh_token"]
    assert whole.post("/oidc/token", **form).get_json()["error"] == "invalid_grant"


def test_fifty_guesses_at_once_are_fifty_guesses(whole: Whole) -> None:
    page = with_password(whole.browser, whole.browser.open(f"{HUB}/oidc/device"), "ann", PHRASE)
    with ThreadPoolExecutor(4) as pool:
        said = list(pool.map(lambda _: whole.typed(page, "BBBB-BBBB").status, range(12)))
    assert sorted(said) == [422] * 5 + [429] * 7
    whole.running.turn()


def test_guesses_of_a_secret_are_counted_by_all_nodes_together(whole: Whole) -> None:
    other = whole.another_node()
    form = {"token": "x"}

    def guess(node: Client, secret: str) -> int:
        headers = basic("mail", secret)
        return node.post("/oidc/revoke", data=form, headers=headers).status_code

    assert [guess(node, "wrong") for node in (whole.machine, other) * 5] == [401] * 10
    whole.running.clock.later(seconds=1)
    assert [guess(node, SECRET) for node in (whole.machine, other)] == [429, 429]
    whole.running.clock.later(minutes=5)
    assert [guess(node, SECRET) for node in (whole.machine, other)] == [200, 200]
    whole.running.turn()
