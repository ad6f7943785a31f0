from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from hub.testing.hub import NOON
from tests.frontends.oidc.party import BACK, ISSUER, VERIFIER, Party, query, sent


def test_a_person_signs_in_and_the_service_learns_who_and_how(party: Party) -> None:
    arrived = party.authorize()
    assert arrived.location.startswith("/login/")
    party.sign_in(arrived)
    answer = sent(party.complete(arrived))
    assert answer["state"] == "st&te é" and answer["iss"] == ISSUER
    told = party.token(answer["code"])
    assert told.status_code == 200 and told.headers["Cache-Control"] == "no-store"
    tokens = told.get_json()
    assert tokens["token_type"] == "Bearer" and tokens["expires_in"] == 600
    claims = party.id_token(tokens["id_token"]).claims
    assert claims["iss"] == ISSUER and claims["aud"] == "mail" and claims["nonce"] == "n-1"
    assert claims["auth_time"] == int(NOON.timestamp()) and claims["acr"] and claims["amr"]
    person = party.userinfo(tokens["access_token"]).get_json()
    assert person["sub"] == claims["sub"] and person["surname"] == "Martin"
    assert person["rpps"] == "10001" and "email" not in person


def test_single_sign_on_takes_one_request_and_no_page(party: Party) -> None:
    first = party.id_token(party.token(party.code()).get_json()["id_token"]).claims
    party.hub.later(minutes=20)
    again = party.authorize(prompt="none")
    second = party.id_token(party.token(sent(again)["code"]).get_json()["id_token"]).claims
    assert second["sub"] == first["sub"] and second["auth_time"] == first["auth_time"]
    assert second["sid"] == first["sid"]


def test_two_services_know_one_person_by_two_names(party: Party) -> None:
    mail = party.id_token(party.token(party.code()).get_json()["id_token"]).claims
    code = party.code("code", client_id="file")
    file = party.id_token(party.token(code, "file").get_json()["id_token"]).claims
    assert mail["sub"] != file["sub"] and mail["sid"] != file["sid"]


def test_a_client_without_wish_is_signed_for_with_rs256(party: Party) -> None:
    token = party.id_token(party.token(party.code()).get_json()["id_token"])
    assert token.header["alg"] == "RS256"


def test_a_client_may_ask_for_es256(keys: Path) -> None:
    party = Party(keys, id_token_signed_response_alg="ES256")
    token = party.id_token(party.token(party.code()).get_json()["id_token"])
    party.close()
    assert token.header["alg"] == "ES256"


def test_a_code_works_once_and_its_second_use_ends_what_it_gave(party: Party) -> None:
    code = party.code()
    access = party.token(code).get_json()["access_token"]
    again = party.token(code)
    assert again.status_code == 400 and again.get_json()["error"] == "invalid_grant"
    assert party.userinfo(access).status_code == 401


def test_a_code_lives_a_minute(party: Party) -> None:
    code = party.code()
    party.hub.now += timedelta(seconds=60)
    assert party.token(code).get_json()["error"] == "invalid_grant"


def test_another_client_gains_nothing_by_a_code_and_burns_it(party: Party) -> None:
    code = party.code()
    assert party.token(code, "file").get_json()["error"] == "invalid_grant"
    assert party.token(code).get_json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    "verifier", [None, "w" * 43, "short", "v" * 129, "é" * 43, VERIFIER + "\n"]
)
def test_a_code_is_worth_nothing_without_its_verifier_and_is_burnt(
    party: Party, verifier: str | None
) -> None:
    code = party.code()
    assert party.token(code, code_verifier=verifier).get_json()["error"] == "invalid_grant"
    assert party.token(code).get_json()["error"] == "invalid_grant"


@pytest.mark.parametrize("address", [None, "https://mail.test/other"])
def test_a_code_is_bound_to_the_address_it_was_sent_to(party: Party, address: str | None) -> None:
    code = party.code()
    assert party.token(code, redirect_uri=address).get_json()["error"] == "invalid_grant"


def test_a_code_of_an_ended_session_gives_nothing(party: Party) -> None:
    code = party.code()
    party.sessions.ended.update(each.id for each in party.hub.records.sessions.values())
    assert party.token(code).get_json()["error"] == "invalid_grant"


def test_a_cross_site_post_comes_back_by_get(party: Party) -> None:
    form: Any = {"Content-Type": "application/x-www-form-urlencoded"}
    posted = party.browser.post("/oidc/authorize", data=query(), headers=form)
    assert posted.status_code == 303 and posted.location == f"/oidc/authorize?{query()}"


def test_only_hashes_and_sealed_words_reach_the_database(party: Party) -> None:
    code = party.code()
    tokens = party.token(code).get_json()
    connection = party.engine.raw_connection()
    rows = [
        repr(row)
        for table in ("oidc_grants", "oidc_tokens")
        for row in connection.cursor().execute(f"SELECT * FROM {table}").fetchall()
    ]
    connection.close()
    secrets = [code, tokens["access_token"], tokens["refresh_token"], "Martin", "10001", "n-1"]
    assert rows and not [s for s in secrets if any(s in row for row in rows)]


def test_few_statements_serve_tokens_and_none_serve_keys(party: Party) -> None:
    code = party.code()
    party.statements.clear()
    access = party.token(code).get_json()["access_token"]
    assert len(party.statements.sql) <= 6
    party.statements.clear()
    party.userinfo(access)
    assert len(party.statements.sql) <= 2
    party.statements.clear()
    party.machine.get("/oidc/jwks")
    party.machine.get("/.well-known/openid-configuration")
    assert party.statements.sql == []


def test_the_browser_is_bound_by_a_cookie_only_when_a_page_follows(party: Party) -> None:
    arrived = party.authorize()
    assert "hub_browser=" in arrived.headers["Set-Cookie"]
    assert "Set-Cookie" not in party.machine.get("/oidc/jwks").headers
    assert BACK not in arrived.location
