"""`hub service …`: services join, change and leave without a restart."""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from hub.contract.identifiers import ServiceId
from hub.contract.services import DeclaredPeer, ServiceState
from tests.frontends.oidc.operated import HUB, WIKI, Operated
from tests.frontends.oidc.party import BACK, SECRET, query

pytestmark = pytest.mark.slow


@pytest.fixture
def operated(tmp_path: Path, keys: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Operated]:
    operated = Operated(tmp_path, keys, capsys)
    yield operated
    operated.close()


def test_a_service_that_was_added_signs_people_in_at_once(operated: Operated) -> None:
    secret = operated.says("service", "add", "wiki", *WIKI, "--claim", "given_name")
    tokens = operated.tokens("wiki", secret)
    claims = operated.userinfo(tokens["access_token"]).get_json()
    assert claims["given_name"] == "Ann"
    assert "wiki" in operated.says("service", "list")


def test_of_a_secret_only_the_hash_is_kept(operated: Operated) -> None:
    secret = operated.says("service", "add", "wiki", *WIKI)
    with operated.running.app.database.transaction() as transaction:
        kept = str(transaction.exec_driver_sql("SELECT * FROM service").all())
    assert hashlib.sha256(secret.encode()).hexdigest() in kept
    assert secret not in kept
    shown = operated.says("service", "show", "wiki")
    assert BACK in shown and "sha256" not in shown


def test_a_former_secret_opens_until_its_time_is_over(operated: Operated) -> None:
    former = operated.says("service", "add", "wiki", *WIKI)
    secret = operated.says("service", "rotate-secret", "wiki", "--overlap", "PT1H")
    assert operated.tokens("wiki", secret) and operated.tokens("wiki", former)
    there = operated.running.app.registered.find(ServiceId("wiki"))
    assert there and isinstance(there.service.peer, DeclaredPeer)
    until = there.service.peer.table["former_client_secret_until"]
    operated.running.clock.now = datetime.fromisoformat(str(until))
    operated.browser = operated.new_browser()
    refused = operated.redeem(operated.code("wiki"), "wiki", former)
    assert (refused.status_code, refused.get_json()["error"]) == (401, "invalid_client")
    assert operated.tokens("wiki", secret)


@pytest.mark.parametrize("service", ["mail", "wiki"])
def test_nothing_a_disabled_service_was_given_holds(operated: Operated, service: str) -> None:
    added = operated.says("service", "add", "wiki", *WIKI, "--set", "refresh_tokens=true")
    secret = SECRET if service == "mail" else added
    tokens = operated.tokens(service, secret)
    refresh = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    assert operated.userinfo(tokens["access_token"]).status_code == 200
    operated.says("service", "disable", service)
    assert operated.userinfo(tokens["access_token"]).status_code == 401
    assert operated.token(service, secret, **refresh).status_code == 401
    page = operated.authorize(service)
    assert page.status == 400 and "suspendu" in page.words
    operated.says("service", "enable", service)
    # What it holds from before is not good again.
    assert operated.userinfo(tokens["access_token"]).status_code == 401
    assert operated.token(service, secret, **refresh).get_json()["error"] == "invalid_grant"
    assert operated.tokens(service, secret)


def test_a_disabled_service_has_no_tile(operated: Operated) -> None:
    operated.tokens()
    assert "Mail" in operated.browser.open(f"{HUB}/services").words
    operated.says("service", "disable", "mail")
    assert "Mail" not in operated.browser.open(f"{HUB}/services").words
    assert operated.browser.open(f"{HUB}/open/mail").status == 404


def test_who_was_on_the_way_to_a_service_reads_that_it_was_suspended(operated: Operated) -> None:
    operated.says("service", "add", "wiki", *WIKI)
    page = operated.browser.open(f"{HUB}/oidc/authorize?{query(client_id='wiki')}")
    operated.says("service", "disable", "wiki")
    again = operated.browser.open(page.address)
    assert again.status == 403 and "Ce service est suspendu" in again.words


def test_a_service_that_waits_is_nobody_until_it_is_approved(operated: Operated) -> None:
    secret = operated.says("service", "add", "wiki", *WIKI)
    operated.running.app.registered.stand(ServiceId("wiki"), ServiceState.PENDING)
    operated.running.clock.later(seconds=1)
    assert operated.authorize("wiki").status == 400
    assert "never approved" in operated.types("service", "enable", "wiki")
    assert operated.status == 1
    operated.says("service", "approve", "wiki")
    assert operated.tokens("wiki", secret)
    assert "waits for no approval" in operated.types("service", "approve", "wiki")


def test_a_service_that_was_removed_leaves_its_name(operated: Operated) -> None:
    secret = operated.says("service", "add", "wiki", *WIKI)
    token = operated.tokens("wiki", secret)["access_token"]
    operated.says("service", "remove", "wiki")
    assert operated.userinfo(token).status_code == 401
    assert operated.says("service", "add", "wiki", *WIKI) != secret
    assert operated.userinfo(token).status_code == 401


def test_every_change_stands_in_the_trail(operated: Operated) -> None:
    operated.says("service", "add", "wiki", *WIKI)
    operated.says("service", "rotate-secret", "wiki")
    operated.says("service", "disable", "mail")
    operated.says("service", "enable", "mail")
    operated.says("service", "remove", "wiki")
    assert operated.actions()[-5:] == [
        "service.registered wiki",
        "service.secret_changed wiki",
        "service.disabled mail",
        "service.enabled mail",
        "service.removed wiki",
    ]


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("mail", *WIKI), "'mail' is the name of another service"),
        (("portal", *WIKI), "the hub's own pages"),
        (("with space", *WIKI), "letters, digits"),
        (("ab" * 32, *WIKI), "service." + "ab" * 32 + ".oidc.client_id"),
        (("wiki", *WIKI, "--minimum", "divine"), "service.wiki.minimum: no level 'divine'"),
        (("wiki", *WIKI, "--owner", "zoe"), "--owner: no account"),
        (("wiki", *WIKI, "--frontend", "saml"), "--frontend: no enabled plugin"),
        (("wiki", *WIKI, "--set", "nonsense"), "--set: 'nonsense' is not KEY=VALUE"),
        (("wiki", *WIKI, "--set", "misspelt=1"), "service.wiki.oidc.misspelt"),
        (("wiki", *WIKI, "--set", "client_secret_file=x"), "service.wiki.oidc.client_secret_file"),
        (("wiki", *WIKI, "--set", "client_id=other"), "must be the name of the service"),
        (
            ("wiki", *WIKI, "--set", "redirect_uris=https://mail.test/#f"),
            "service.wiki.oidc.redirect_uris",
        ),
        (
            ("wiki", *WIKI, "--set", "sector_identifier_uri=https://127.0.0.1/list"),
            "service.wiki.oidc.sector_identifier_uri: cannot be fetched",
        ),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(
    operated: Operated, words: tuple[str, ...], complaint: str
) -> None:
    assert complaint in operated.types("service", "add", *words)
    assert operated.status in (1, 2)
    assert operated.running.app.registered.all() == []


def test_a_public_client_is_given_no_secret(operated: Operated) -> None:
    assert (
        operated.says("service", "add", "wiki", *WIKI, "--set", "token_endpoint_auth_method=none")
        == ""
    )
    assert "has no secret" in operated.types("service", "rotate-secret", "wiki")


def test_an_owner_is_kept(operated: Operated) -> None:
    operated.says("service", "add", "wiki", *WIKI, "--owner", "ann")
    there = operated.running.app.registered.find(ServiceId("wiki"))
    assert there is not None and there.owner == "a-1"
