"""Those who make a service see its last flows and try one: theirs, and nobody else's."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from werkzeug.wrappers import Response

from hub.contract.accounts import Account, Identifier
from hub.contract.identifiers import AccountId
from hub.people.rights import Grant
from hub.testing.running import BASE, RunningHub, running_hub
from tests.flows.browser import Browser, Page
from tests.flows.steps import with_password
from tests.frontends.oidc.party import BACK, declared, query
from tests.frontends.oidc.signing_client import BY_KEY, made, public

pytestmark = pytest.mark.slow

HUB = "https://hub.test"
PAGES = f"{HUB}/apps/oidc/developer/"
PHRASE = "violet harbour ladder nineteen"

HIGH = {**BY_KEY, "jwks": public(made("ES256")), "id_token_signed_response_alg": "ES256"}


def service(client_id: str, **more: Any) -> Mapping[str, Any]:
    return {
        "title": client_id.capitalize(),
        "minimum": "simple",
        "claims": ["given_name"],
        "frontend": "oidc",
        "oidc": declared(client_id, refresh_tokens=True, **more),
    }


@pytest.fixture
def running(tmp_path: Path, keys: Path) -> Iterator[RunningHub]:
    running = running_hub(
        tmp_path,
        plugins=[*BASE["plugins"], "oidc"],
        service={
            "mail": service("mail", journal=True),
            "file": service("file", journal=True, access_tokens="jwt"),
            "silent": service("silent"),
            "pushes": service("pushes", journal=True, require_pushed_authorization_requests=True),
            "high": service("high", journal=True, profile="high", **HIGH),
        },
        plugin={"oidc": {"keys": str(keys / "secrets" / "oidc")}},
    )
    for number, login in enumerate(("ann", "bob")):
        account = Account(
            id=AccountId(f"a-{number}"),
            display_name=login.capitalize(),
            identifiers=(Identifier(system="login", number=login),),
            attributes={"given_name": (login.capitalize(),)},
        )
        running.settle(account, password=PHRASE)
    yield running
    running.app.database.engine.dispose()


@pytest.fixture
def ann(running: RunningHub) -> Browser:
    for name in ("mail", "silent"):
        entrust(running, name)
    return signed_in(running, "ann")


def entrust(running: RunningHub, name: str) -> None:
    running.app.rights.give(
        Grant(
            id=f"g-{name}",
            account=AccountId("a-0"),
            name=f"{name}.developer",
            since=running.clock(),
        )
    )


def signed_in(running: RunningHub, login: str) -> Browser:
    browser = Browser({HUB: running.app.wsgi, "https://mail.test": Response("inside")})
    with_password(browser, browser.open(PAGES), login, PHRASE)
    return browser


def tried(browser: Browser, name: str = "mail") -> Page:
    return browser.submit(browser.open(f"{PAGES}{name}").form(to="/try"))


def test_a_developer_sees_the_services_entrusted_to_them_and_no_other(ann: Browser) -> None:
    words = ann.open(PAGES).words
    assert "Mail" in words and "Silent" in words and "File" not in words


@pytest.mark.parametrize("name", ["file", "nowhere", "portal"])
def test_another_s_service_is_not_there(ann: Browser, name: str) -> None:
    assert ann.open(f"{PAGES}{name}").status == 404


def test_without_a_right_there_is_nothing_to_see(running: RunningHub) -> None:
    bob = signed_in(running, "bob")
    assert "Aucun service" in bob.open(PAGES).words
    assert bob.open(f"{PAGES}mail").status == 404


def test_nobody_reads_anything_without_signing_in(running: RunningHub) -> None:
    stranger = Browser({HUB: running.app.wsgi})
    assert stranger.open(f"{PAGES}mail").has("identifier")


def refused(running: RunningHub) -> None:
    """The service asks for somebody without a page, in a browser where nobody is signed in."""
    stranger = Browser({HUB: running.app.wsgi, "https://mail.test": Response("inside")})
    stranger.open(f"{HUB}/oidc/authorize?{query(prompt='none')}")


def test_a_flow_is_shown_step_by_step_with_what_to_do(running: RunningHub, ann: Browser) -> None:
    refused(running)
    words = ann.open(f"{PAGES}mail").words
    assert "Le service demande une connexion" in words and BACK in words
    assert "Le portail refuse" in words and "login_required" in words
    assert "recommencez sans prompt=none" in words
    assert "st&te" not in words and "n-1" not in words


def test_a_service_that_keeps_no_journal_says_how_to_turn_it_on(ann: Browser) -> None:
    page = ann.open(f"{PAGES}silent")
    assert "journal = true" in page.words
    assert not any(form.action.endswith("/try") for form in page.forms())


def test_a_trial_shows_the_decoded_tokens_and_the_claims(ann: Browser) -> None:
    page = tried(ann)
    assert page.status == 200 and "/-/back?" in page.address
    words = page.words
    assert "id_token, contenu" in words and "acr" in words and "RS256" in words
    assert "given_name Ann" in words and f"iss {HUB}" in words


def test_a_trial_leaves_no_token_behind(running: RunningHub, ann: Browser) -> None:
    tried(ann)
    with running.app.database.engine.connect() as database:
        rows = database.execute(text("SELECT ended FROM oidc_grants")).scalars().all()
        kinds = database.execute(text("SELECT kind FROM oidc_tokens")).scalars().all()
    assert [bool(row) for row in rows] == [True] and "access" not in kinds


def test_a_trial_stands_in_the_journal_like_any_other_flow(ann: Browser) -> None:
    tried(ann)
    words = ann.open(f"{PAGES}mail").words
    assert "Le portail donne des jetons" in words and "Le portail répond de la personne" in words


def test_a_jwt_access_token_is_decoded_too(running: RunningHub, ann: Browser) -> None:
    entrust(running, "file")
    assert "at+jwt" in tried(ann, "file").words


def test_an_answer_is_shown_once(ann: Browser) -> None:
    page = tried(ann)
    again = ann.open(page.address)
    assert again.status == 400 and "terminé" in again.alert()


def test_another_s_trial_is_nobody_else_s(running: RunningHub, ann: Browser) -> None:
    bob = signed_in(running, "bob")
    form = ann.open(f"{PAGES}mail").form(to="/try")
    # The address of the trial, before the developer's browser follows it.
    sent = ann._client.post(
        form.action,
        data=form.sent({}, ""),
        headers={"Origin": HUB, "Sec-Fetch-Site": "same-origin"},
        follow_redirects=False,
    )
    page = bob.open(f"{HUB}{sent.headers['location']}")
    assert page.status == 400 and "given_name" not in page.words


def test_the_hub_s_page_takes_answers_of_services_with_a_journal_only(ann: Browser) -> None:
    back = f"{PAGES}-/back"
    silent = ann.open(f"{HUB}/oidc/authorize?{query(client_id='silent', redirect_uri=back)}")
    assert silent.status == 400 and "/oidc/authorize" in silent.address


def test_a_code_that_arrives_without_a_trial_is_not_redeemed(ann: Browser) -> None:
    back = f"{PAGES}-/back"
    page = ann.open(f"{HUB}/oidc/authorize?{query(redirect_uri=back)}")
    assert page.status == 400 and "terminé" in page.alert()


def test_a_right_taken_away_ends_the_trial(running: RunningHub, ann: Browser) -> None:
    page = ann.open(f"{PAGES}mail")
    running.app.rights.end("g-mail", running.clock())
    assert ann.submit(page.form(to="/try")).status == 404


def test_english_is_complete(running: RunningHub, ann: Browser) -> None:
    page = ann.open(f"{PAGES}mail")
    page = ann.submit(page.form(to="/language/en"))
    refused(running)
    words = ann.open(f"{PAGES}mail").words
    assert "The service asks for a sign-in" in words and "developer." not in words


def test_a_service_that_must_push_is_tried_like_any_other(
    running: RunningHub, ann: Browser
) -> None:
    for name in ("pushes", "high"):
        entrust(running, name)
        page = tried(ann, name)
        assert page.path == "/apps/oidc/developer/-/back", page.words
        assert "id_token" in page.words and "Ann" in page.words
        asked = [each for each in ann.sent if each.url.path == "/oidc/authorize"][-1]
        assert set(asked.url.params) == {"client_id", "request_uri"}


def test_the_account_leads_there_whoever_makes_a_service(running: RunningHub, ann: Browser) -> None:
    bob = signed_in(running, "bob")
    assert "Pour ceux qui développent" not in bob.open(f"{HUB}/account").words
    page = ann.open(ann.open(f"{HUB}/account").link("Pour ceux qui développent un service"))
    assert page.address == PAGES and "Mail" in page.words
