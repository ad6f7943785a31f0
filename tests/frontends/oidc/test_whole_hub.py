"""The frontend in a whole hub: real pages, real store, every statement counted at the server."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from werkzeug.test import Client, TestResponse
from werkzeug.wrappers import Response

from hub.contract.accounts import Account, Identifier
from hub.contract.identifiers import AccountId
from hub.testing.running import BASE, RunningHub, running_hub
from hub.testing.tables import Statements
from tests.flows.browser import Browser, Page
from tests.flows.steps import with_password
from tests.frontends.oidc.party import BACK, SECRET, VERIFIER, basic, declared, query

pytestmark = pytest.mark.slow

HUB = "https://hub.test"
ANN = Account(
    id=AccountId("a-1"),
    display_name="Ann Martin",
    identifiers=(Identifier(system="login", number="ann"),),
    attributes={"given_name": ("Ann",)},
)
PHRASE = "violet harbour ladder nineteen"


class Whole:
    def __init__(self, running: RunningHub) -> None:
        self.running = running
        self.machine = Client(running.app.wsgi, use_cookies=False)
        self.browser = Browser({HUB: running.app.wsgi, "https://mail.test": Response("inside")})
        self.statements = Statements(running.app.database.engine)

    def code(self) -> str:
        page = with_password(self.browser, self.authorize(), "ann", PHRASE)
        return _sent(page)["code"]

    def authorize(self, **asked: str | None) -> Page:
        return self.browser.open(f"{HUB}/oidc/authorize?{query(**asked)}")

    def token(self, **form: str) -> TestResponse:
        return self.machine.post("/oidc/token", data=form, headers=basic("mail", SECRET))

    def redeem(self, code: str) -> TestResponse:
        known = {"redirect_uri": BACK, "code_verifier": VERIFIER}
        return self.token(grant_type="authorization_code", code=code, **known)

    def userinfo(self, access: str) -> TestResponse:
        return self.machine.get("/oidc/userinfo", headers={"Authorization": f"Bearer {access}"})


@pytest.fixture
def whole(tmp_path: Path, keys: Path, database: str) -> Iterator[Whole]:
    mail = {
        "title": "Mail",
        "minimum": "simple",
        "claims": ["given_name"],
        "frontend": "oidc",
        "oidc": declared("mail", refresh_tokens=True),
    }
    running = running_hub(
        tmp_path,
        database=database,
        plugins=[*BASE["plugins"], "oidc"],
        service={"mail": mail},
        plugin={"oidc": {"keys": str(keys / "secrets" / "oidc")}},
    )
    running.settle(ANN, password=PHRASE)
    yield Whole(running)
    running.app.database.engine.dispose()


def _sent(page: Page) -> dict[str, str]:
    assert page.address.startswith(f"{BACK}?"), (page.address, page.status, page.words)
    return {name: text for name, [text] in parse_qs(urlsplit(page.address).query).items()}


def test_a_password_opens_a_service_in_four_requests_and_single_sign_on_in_one(
    whole: Whole,
) -> None:
    whole.code()
    assert len(whole.browser.requests(HUB)) == 4
    whole.browser.sent.clear()
    assert _sent(whole.authorize(prompt="none"))["code"]
    assert whole.browser.requests(HUB) == ["GET /oidc/authorize"]


def test_few_statements_serve_a_flow_and_none_serve_keys(whole: Whole) -> None:
    whole.code()
    whole.statements.clear()
    code = _sent(whole.authorize(prompt="none"))["code"]
    assert 0 < len(whole.statements.sql) <= 8, whole.statements.sql
    whole.statements.clear()
    tokens = whole.redeem(code).get_json()
    assert 0 < len(whole.statements.sql) <= 8, whole.statements.sql
    whole.statements.clear()
    assert whole.userinfo(tokens["access_token"]).get_json()["given_name"] == "Ann"
    assert 0 < len(whole.statements.sql) <= 3, whole.statements.sql
    whole.statements.clear()
    whole.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    assert 0 < len(whole.statements.sql) <= 8, whole.statements.sql
    whole.statements.clear()
    assert whole.machine.get("/oidc/jwks").status_code == 200
    assert whole.machine.get("/.well-known/openid-configuration").status_code == 200
    assert whole.statements.sql == []


def test_leaving_through_a_service_ends_what_was_granted(whole: Whole) -> None:
    tokens = whole.redeem(whole.code()).get_json()
    bye = "https://mail.test/bye"
    asked = f"id_token_hint={tokens['id_token']}&post_logout_redirect_uri={bye}&state=s"
    assert whole.browser.open(f"{HUB}/oidc/end_session?{asked}").address == f"{bye}?state=s"
    assert whole.userinfo(tokens["access_token"]).status_code == 401
    again = whole.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    assert again.get_json()["error"] == "invalid_grant"
    assert _sent(whole.authorize(prompt="none"))["error"] == "login_required"


def test_tokens_are_refused_once_the_session_is_too_old(whole: Whole) -> None:
    tokens = whole.redeem(whole.code()).get_json()
    whole.running.clock.later(hours=5)
    again = whole.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    assert again.get_json()["error"] == "invalid_grant"


def test_an_unknown_client_reads_a_page_in_french_with_a_way_on(whole: Whole) -> None:
    page = whole.authorize(client_id="stranger")
    assert page.status == 400 and "n’est pas enregistré ici" in page.words


def test_of_many_who_show_one_code_at_once_a_single_one_is_served(whole: Whole) -> None:
    code = whole.code()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: whole.redeem(code).status_code, range(20)))
    assert sorted(answers) == [200] + [400] * 19


def test_a_form_another_site_posts_costs_the_browser_no_binding(whole: Whole) -> None:
    form = {"client_id": "nobody"}
    posted = whole.machine.post("/oidc/end_session?state=a&state=b", data=form)
    assert posted.status_code == 400 and "Set-Cookie" not in posted.headers
    loaded = whole.machine.get("/oidc/end_session?state=a&state=b")
    assert loaded.status_code == 400 and "Set-Cookie" in loaded.headers


def test_of_many_who_refresh_at_once_with_one_token_a_single_one_is_served(whole: Whole) -> None:
    token = whole.redeem(whole.code()).get_json()["refresh_token"]
    form = {"grant_type": "refresh_token", "refresh_token": token}
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: whole.token(**form).status_code, range(50)))
    assert sorted(answers) == [200] + [400] * 49
