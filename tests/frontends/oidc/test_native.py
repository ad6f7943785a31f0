"""Applications on the person's own machine (RFC 8252), from the browser's answer to its leaving."""

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from werkzeug.test import Client, TestResponse
from werkzeug.wrappers import Response

from hub.contract.accounts import Account, Identifier
from hub.contract.identifiers import AccountId
from hub.testing.running import BASE, RunningHub, running_hub
from tests.flows.browser import Browser, Page
from tests.flows.steps import with_password
from tests.frontends.oidc.party import VERIFIER, query

pytestmark = pytest.mark.slow

HUB = "https://hub.test"
LISTENING, LATER = "http://127.0.0.1:51004", "http://127.0.0.1:51005"
PRIVATE = "com.example.app:/back"
PHRASE = "violet harbour ladder nineteen"
NATIVE = {
    "client_id": "desk",
    "application_type": "native",
    "token_endpoint_auth_method": "none",
    "redirect_uris": ["http://127.0.0.1/back", PRIVATE],
    "post_logout_redirect_uris": ["http://127.0.0.1/bye", "com.example.app:/bye"],
    "refresh_tokens": True,
}


@pytest.fixture
def running(tmp_path: Path, keys: Path) -> RunningHub:
    desk = {"title": "Desk", "minimum": "simple", "frontend": "oidc", "oidc": NATIVE}
    running = running_hub(
        tmp_path,
        plugins=[*BASE["plugins"], "oidc"],
        service={"desk": desk},
        plugin={"oidc": {"keys": str(keys / "keys")}},
    )
    name = Identifier(system="login", number="ann")
    ann = Account(id=AccountId("a-1"), display_name="Ann Martin", identifiers=(name,))
    running.settle(ann, password=PHRASE)
    return running


@pytest.fixture
def browser(running: RunningHub) -> Browser:
    application = Response("Done: go back to the application")
    return Browser({HUB: running.app.wsgi, LISTENING: application, LATER: application})


def authorize(redirect_uri: str) -> str:
    return f"{HUB}/oidc/authorize?" + query(
        client_id="desk", redirect_uri=redirect_uri, scope="openid"
    )


def redeem(running: RunningHub, page: Page, redirect_uri: str) -> TestResponse:
    form = {
        "grant_type": "authorization_code",
        "client_id": "desk",
        "code": told(page.address)["code"],
        "code_verifier": VERIFIER,
        "redirect_uri": redirect_uri,
    }
    return Client(running.app.wsgi, use_cookies=False).post("/oidc/token", data=form)


def told(address: str) -> Mapping[str, str]:
    return {name: text for name, [text] in parse_qs(urlsplit(address).query).items()}


def arrived(browser: Browser, port: str = LISTENING) -> Page:
    page = browser.open(authorize(f"{port}/back"))
    return with_password(browser, page, "ann", PHRASE) if page.path.startswith("/login") else page


def test_an_application_hears_its_answer_on_the_port_it_listens_on(
    running: RunningHub, browser: Browser
) -> None:
    page = arrived(browser)
    assert page.address.startswith(f"{LISTENING}/back?")
    answer = redeem(running, page, f"{LISTENING}/back")
    assert answer.status_code == 200 and answer.get_json()["refresh_token"]


def test_the_next_start_listens_elsewhere_and_nobody_signs_in_again(browser: Browser) -> None:
    arrived(browser)
    page = browser.open(authorize(f"{LATER}/back"))
    assert page.address.startswith(f"{LATER}/back?") and "code" in told(page.address)


@pytest.mark.parametrize("other", [f"{LATER}/back", "http://127.0.0.1/back", PRIVATE])
def test_a_code_is_worth_nothing_beside_another_address(
    running: RunningHub, browser: Browser, other: str
) -> None:
    answer = redeem(running, arrived(browser), other)
    assert (answer.status_code, answer.get_json()["error"]) == (400, "invalid_grant")


@pytest.mark.parametrize(
    "address",
    [
        f"{LISTENING}/elsewhere",
        "http://localhost:51004/back",
        "http://127.0.0.1:51004.thief.test/back",
        "com.example.app:/elsewhere",
        "com.example.thief:/back",
    ],
)
def test_nobody_is_sent_to_an_application_that_is_not_registered(
    browser: Browser, address: str
) -> None:
    page = browser.open(authorize(address))
    assert page.status == 400 and page.address.startswith(HUB)


def test_the_page_s_form_may_end_at_the_application(browser: Browser) -> None:
    # Chromium checks form-action again for each redirect after a submit.
    policy = browser.open(authorize(PRIVATE)).headers["content-security-policy"]
    assert "form-action 'self' com.example.app: http://127.0.0.1:*;" in policy


def test_a_private_scheme_is_answered_like_an_address(
    running: RunningHub, browser: Browser
) -> None:
    arrived(browser)
    signed_in = Client(running.app.wsgi)
    for name, text in browser.cookies().items():
        signed_in.set_cookie(name, text, domain="hub.test")
    answer = signed_in.get(authorize(PRIVATE), base_url=HUB)
    assert answer.status_code == 303
    assert answer.location.startswith(f"{PRIVATE}?") and "code" in told(answer.location)


def test_leaving_brings_back_to_the_application(running: RunningHub, browser: Browser) -> None:
    token = redeem(running, arrived(browser), f"{LISTENING}/back").get_json()["id_token"]
    page = browser.open(
        f"{HUB}/oidc/end_session?id_token_hint={token}&state=s&post_logout_redirect_uri={LATER}/bye"
    )
    assert page.address == f"{LATER}/bye?state=s"


def test_leaving_leads_to_no_other_place_on_this_machine(
    running: RunningHub, browser: Browser
) -> None:
    token = redeem(running, arrived(browser), f"{LISTENING}/back").get_json()["id_token"]
    page = browser.open(
        f"{HUB}/oidc/end_session?id_token_hint={token}&post_logout_redirect_uri={LATER}/other"
    )
    assert page.address.startswith(HUB)


def test_the_question_when_leaving_may_end_at_the_application(
    running: RunningHub, browser: Browser
) -> None:
    arrived(browser)
    page = browser.open(
        f"{HUB}/oidc/end_session?client_id=desk&post_logout_redirect_uri=com.example.app:/bye"
    )
    assert "form-action 'self' com.example.app:;" in page.headers["content-security-policy"]
