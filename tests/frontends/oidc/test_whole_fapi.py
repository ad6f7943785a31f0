"""The profile `high` in a whole hub, on both databases: real pages, real store, several at once."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from werkzeug.test import Client, TestResponse
from werkzeug.wrappers import Response

from hub.contract.values import Json
from hub.testing.running import BASE, running_hub
from tests.flows.browser import Browser
from tests.flows.steps import with_password
from tests.frontends.oidc.party import BACK, Party, declared
from tests.frontends.oidc.signing_client import BY_KEY, Signer, error_of, made, public
from tests.frontends.oidc.test_whole_hub import ANN, HUB, PHRASE

pytestmark = pytest.mark.slow

KEY = made("ES256", "k1")
MANY = 10


class Bank:
    """A client of the profile, and the browser of a person who is signed in."""

    def __init__(self, running: Any) -> None:
        self.running = running
        self.machine = Client(running.app.wsgi, use_cookies=False)
        self.browser = Browser({HUB: running.app.wsgi, "https://mail.test": Response("inside")})
        # All the signer needs of a party: who answers it, and what time it is.
        stand = SimpleNamespace(machine=self.machine, toolbox=SimpleNamespace(time=running.clock))
        self.signer = Signer(cast(Party, stand), KEY)

    def pushed(self) -> str:
        answer = self.signer.push({"DPoP": self.signer.proof("/oidc/par")})
        assert answer.status_code == 201, answer.data
        return f"{HUB}/oidc/authorize?" + urlencode(
            {"client_id": "mail", "request_uri": answer.get_json()["request_uri"]}
        )

    def code(self) -> str:
        page = self.browser.open(self.pushed())
        if not page.address.startswith(BACK):
            page = with_password(self.browser, page, "ann", PHRASE)
        assert page.address.startswith(f"{BACK}?"), (page.address, page.words)
        [code] = parse_qs(urlsplit(page.address).query)["code"]
        return code

    def redeem(self, code: str) -> TestResponse:
        return self.signer.token(code, {"DPoP": self.signer.proof()})


@pytest.fixture
def bank(tmp_path: Path, keys: Path, database: str) -> Iterator[Bank]:
    high: dict[str, Json] = {
        "profile": "high",
        "id_token_signed_response_alg": "ES256",
        "jwks": public(KEY),
    }
    table = declared("mail", **BY_KEY, **high, refresh_tokens=True)
    mail = {
        "title": "Mail",
        "minimum": "simple",
        "frontend": "oidc",
        "oidc": {name: said for name, said in table.items() if said is not None},
    }
    running = running_hub(
        tmp_path,
        database=database,
        plugins=[*BASE["plugins"], "oidc"],
        service={"mail": mail},
        plugin={"oidc": {"keys": str(keys / "secrets" / "oidc")}},
    )
    running.settle(ANN, password=PHRASE)
    yield Bank(running)
    running.app.database.engine.dispose()


def at_once(act: Callable[[], TestResponse]) -> list[int]:
    with ThreadPoolExecutor(8) as pool:
        return sorted(pool.map(lambda _: act().status_code, range(MANY)))


def test_the_whole_flow_is_served(bank: Bank) -> None:
    tokens = bank.redeem(bank.code()).get_json()
    assert tokens["token_type"] == "DPoP"
    assert bank.signer.userinfo(tokens["access_token"]).status_code == 200
    again = bank.signer.refresh(tokens["refresh_token"], {"DPoP": bank.signer.proof()})
    assert bank.signer.userinfo(again.get_json()["access_token"]).status_code == 200
    plain = bank.machine.get(
        "/oidc/userinfo", headers={"Authorization": f"Bearer {tokens['access_token']}"}
    )
    assert error_of(plain) == (401, "invalid_token")


def test_of_many_who_show_one_assertion_at_once_a_single_one_is_served(bank: Bank) -> None:
    shown = bank.signer.proving()
    assert at_once(lambda: bank.signer.push(**shown)) == [201] + [401] * (MANY - 1)


def test_of_many_who_show_one_proof_at_once_a_single_one_is_served(bank: Bank) -> None:
    tokens = bank.redeem(bank.code()).get_json()
    token = tokens["access_token"]
    proof = bank.signer.proof("/oidc/userinfo", htm="GET", token=token)
    headers = {"Authorization": f"DPoP {token}", "DPoP": proof}
    answers = at_once(lambda: bank.machine.get("/oidc/userinfo", headers=headers))
    assert answers == [200] + [401] * (MANY - 1)


def test_a_pushed_request_gives_one_code_to_many_tabs(bank: Bank) -> None:
    bank.code()
    address, known = bank.pushed(), bank.browser.cookies()
    path = address.removeprefix(HUB)

    def tab(_: int) -> str:
        cookies = Client(bank.running.app.wsgi)
        for name, text in known.items():
            cookies.set_cookie(name, text, domain="hub.test", secure=True)
        # Who comes last reads that it was used; who was under way is told so by redirect.
        return cookies.get(path, base_url=HUB).location or "a page"

    with ThreadPoolExecutor(4) as pool:
        places = list(pool.map(tab, range(6)))
    assert sum("code=" in place for place in places) == 1, places


def test_what_is_over_is_forgotten_by_the_worker(bank: Bank) -> None:
    bank.code()
    bank.running.clock.later(hours=3)
    bank.running.turn()
    with bank.running.app.database.engine.connect() as database:
        for table in ("oidc_requests", "oidc_seen"):
            assert database.exec_driver_sql(f"select count(*) from {table}").scalar_one() == 0
