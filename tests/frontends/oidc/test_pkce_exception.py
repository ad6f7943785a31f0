"""Services too old for PKCE: let in one by one, said aloud, and never half-way."""

import logging
from pathlib import Path

import pytest
from sqlalchemy import update

from hub.app import prepare, verify
from hub.configuration import configured
from hub.testing.running import BASE
from hub.testing.settings import TableSettings
from hub_frontends.oidc.clients import frontend_config
from hub_frontends.oidc.tables import grants
from tests.frontends.oidc.party import CHALLENGE, Party, declared, sent
from tests.frontends.oidc.test_clients import speaking, wrong


@pytest.fixture
def old(keys: Path) -> Party:
    return Party(keys, pkce="optional")


WITHOUT = {"code_challenge": None, "code_challenge_method": None}


def test_a_service_let_do_without_gets_its_tokens(old: Party) -> None:
    answer = old.token(old.code(**WITHOUT), code_verifier=None)
    assert answer.status_code == 200 and answer.get_json()["id_token"]


def test_nobody_else_is_let_do_without(party: Party) -> None:
    assert sent(party.authorize(**WITHOUT))["error"] == "invalid_request"


def test_a_challenge_taken_away_on_the_way_betrays_itself(old: Party) -> None:
    # RFC 9700 4.8.2: the honest client still shows the verifier of the challenge it sent.
    code = old.code(**WITHOUT)
    answer = old.token(code)
    assert (answer.status_code, answer.get_json()["error"]) == (400, "invalid_grant")
    assert old.token(code, code_verifier=None).status_code == 400


@pytest.mark.parametrize("verifier", [None, "w" * 43, "short"])
def test_who_sent_a_challenge_must_show_its_verifier(old: Party, verifier: str | None) -> None:
    answer = old.token(old.code(), code_verifier=verifier)
    assert (answer.status_code, answer.get_json()["error"]) == (400, "invalid_grant")


@pytest.mark.parametrize(
    "half",
    [
        {"code_challenge_method": None},
        {"code_challenge": None},
        {"code_challenge": CHALLENGE.decode(), "code_challenge_method": "plain"},
        {"code_challenge": "short"},
    ],
)
def test_half_a_challenge_is_none_and_no_exception(old: Party, half: dict[str, str | None]) -> None:
    assert sent(old.authorize(**half))["error"] == "invalid_request"


def test_the_exception_withdrawn_holds_for_codes_given_before(party: Party) -> None:
    code = party.code()
    with party.toolbox.unit_of_work() as database:
        database.execute(update(grants).values(challenge=""))
    answer = party.token(code, code_verifier=None)
    assert (answer.status_code, answer.get_json()["error"]) == (400, "invalid_grant")


def test_a_public_client_is_never_let_do_without() -> None:
    public = speaking(
        "mail", client_secret_sha256=None, token_endpoint_auth_method="none", pkce="optional"
    )
    assert wrong(public) == {"service.mail.oidc.pkce"}


def test_each_exception_is_said_aloud_at_every_start(
    keys: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        Party(keys)
        assert not caplog.messages
        Party(keys, pkce="optional")
    assert [line.split()[0] for line in caplog.messages] == ["service.mail.oidc.pkce"]


def test_the_operator_s_check_names_each_exception(
    tmp_path: Path, keys: Path, caplog: pytest.LogCaptureFixture
) -> None:
    mail = {"title": "Mail", "minimum": "simple", "frontend": "oidc"}
    configuration = configured(
        {
            **BASE,
            "plugins": [*BASE["plugins"], "totp", "oidc"],
            "service": {"mail": {**mail, "oidc": declared("mail", pkce="optional")}},
            "plugin": {"oidc": {"keys": str(keys / "secrets" / "oidc")}},
        },
        tmp_path,
    )
    prepare(configuration)
    caplog.clear()
    assert verify(configuration) == []
    assert "service.mail.oidc.pkce" in caplog.text


def test_the_exception_is_written_down_and_never_the_default() -> None:
    config = frontend_config(TableSettings(), [speaking("mail")])
    assert config["clients"][0]["declared"]["pkce"] == "required"  # type: ignore[index,call-overload]
