from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hub.contract.errors import ConfigErrors
from hub.contract.values import Json
from hub_frontends.oidc import guesses
from tests.frontends.oidc.party import BACK, ISSUER, SECRET, VERIFIER, Party, basic
from tests.frontends.oidc.signing_client import Signer, made

API, OTHER = "https://mail.test/api", "https://other.test/api"
READER: dict[str, Json] = {"introspection": True, "audience": [API], "resources": [OTHER]}
NOTHING = {"active": False}


@pytest.fixture
def reader(keys: Path) -> Iterator[Party]:
    party = Party(keys, **READER)
    yield party
    party.close()


def introspected(party: Party, token: str, client: str = "mail") -> Any:
    answer = party.post("/oidc/introspect", client, token=token)
    assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-store"
    return answer.get_json()


def test_an_api_learns_what_a_token_made_for_it_stands_for(reader: Party) -> None:
    given = reader.token(reader.code()).get_json()
    person = reader.id_token(given["id_token"]).claims
    told = introspected(reader, given["access_token"])
    assert told["active"] is True and told["token_type"] == "Bearer"
    assert told["client_id"] == "mail" and told["scope"] == given["scope"]
    assert told["iss"] == ISSUER and told["aud"] == [ISSUER, API]
    assert told["exp"] - told["iat"] == 600
    assert {name: told[name] for name in ("sub", "acr", "amr", "auth_time")} == {
        name: person[name] for name in ("sub", "acr", "amr", "auth_time")
    }


def test_a_token_for_another_api_is_nothing_to_this_one(reader: Party) -> None:
    access = reader.token(reader.code(resource=OTHER)).get_json()["access_token"]
    assert introspected(reader, access) == NOTHING


def test_neither_a_refresh_token_nor_an_id_token_nor_garbage_says_anything(reader: Party) -> None:
    given = reader.token(reader.code()).get_json()
    for other in (given["refresh_token"], given["id_token"], "garbage", "é" * 60):
        assert introspected(reader, other) == NOTHING


def test_a_dead_token_is_nothing(reader: Party) -> None:
    revoked, old = (reader.token(reader.code()).get_json()["access_token"] for _ in range(2))
    reader.post("/oidc/revoke", token=revoked)
    assert introspected(reader, revoked) == NOTHING
    reader.hub.later(minutes=10)
    assert introspected(reader, old) == NOTHING


def test_a_token_of_an_ended_session_is_nothing(reader: Party) -> None:
    access = reader.token(reader.code()).get_json()["access_token"]
    reader.sessions.ended.update(each.id for each in reader.hub.records.sessions.values())
    assert introspected(reader, access) == NOTHING


def test_a_client_that_is_no_api_learns_nothing(reader: Party) -> None:
    access = reader.token(reader.code()).get_json()["access_token"]
    assert introspected(reader, access, "file") == NOTHING


def test_a_stranger_is_told_nothing_at_all(reader: Party) -> None:
    access = reader.token(reader.code()).get_json()["access_token"]
    for headers in ({}, basic("mail", "wrong"), basic("nobody", SECRET)):
        asked = reader.machine.post("/oidc/introspect", data={"token": access}, headers=headers)
        assert asked.status_code == 401 and asked.get_json()["error"] == "invalid_client"


def test_what_is_asked_wrongly_is_said(reader: Party) -> None:
    assert reader.post("/oidc/introspect").get_json()["error"] == "invalid_request"
    assert reader.machine.get("/oidc/introspect").status_code == 405


def test_reading_a_token_takes_one_statement(reader: Party) -> None:
    access = reader.token(reader.code()).get_json()["access_token"]
    reader.statements.clear()
    introspected(reader, access)
    assert len(reader.statements.sql) == 1


@pytest.mark.parametrize(
    ("table", "key"),
    [
        ({"introspection": True}, "introspection"),
        (
            {**READER, "token_endpoint_auth_method": "none", "client_secret_sha256": None},
            "introspection",
        ),
        ({"audience": ["no uri"]}, "audience"),
        ({"resources": ["https://api.test/#part"]}, "resources"),
    ],
)
def test_an_api_without_a_name_or_a_secret_is_refused_at_start(
    keys: Path, table: dict[str, Json], key: str
) -> None:
    with pytest.raises(ConfigErrors) as wrong:
        Party(keys, **table)
    assert f"service.mail.oidc.{key}" in {each.path for each in wrong.value.errors}


def test_an_api_that_was_not_allowed_to_ask_learns_nothing(keys: Path) -> None:
    party = Party(keys, audience=[API])
    access = party.token(party.code()).get_json()["access_token"]
    told = introspected(party, access)
    party.close()
    assert told == NOTHING


def test_a_bound_token_names_its_key(reader: Party) -> None:
    key = made("ES256")
    form = {"grant_type": "authorization_code", "redirect_uri": BACK, "code_verifier": VERIFIER}
    headers = {**basic("mail", SECRET), "DPoP": Signer(reader, key).proof()}
    sent = reader.machine.post("/oidc/token", data={**form, "code": reader.code()}, headers=headers)
    told = introspected(reader, sent.get_json()["access_token"])
    assert told["token_type"] == "DPoP" and told["cnf"] == {"jkt": key.thumbprint()}


def test_an_api_that_asks_without_end_waits(reader: Party, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guesses, "IN_VAIN", 3)
    live = reader.token(reader.code()).get_json()["access_token"]
    for each in ("a", "b", "c"):
        assert introspected(reader, each) == NOTHING
    asked = reader.post("/oidc/introspect", token="d")
    assert (asked.status_code, asked.headers["Retry-After"]) == (429, "60")
    # Garbage that strangers send to the API shuts none of its own people out.
    assert introspected(reader, live)["active"] is True
    assert introspected(reader, "e", "file") == NOTHING
    reader.hub.later(hours=1)
    assert introspected(reader, "f") == NOTHING
