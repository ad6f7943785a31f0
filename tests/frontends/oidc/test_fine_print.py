"""Small rules of the standards that have no file of their own, one row each."""

import base64
import hashlib
import json
import math
from dataclasses import replace
from pathlib import Path

import pytest

from hub.contract.identifiers import ActionName, ServiceId
from hub.contract.services import Access
from hub.testing.policies import HIGH, LOW
from hub_frontends.oidc.settings import OidcSettings
from tests.frontends.oidc.party import BACK, SECRET, VERIFIER, Party, basic, query, sent

API = "https://mail.test/api"


@pytest.mark.parametrize("nonce", ["n", "a" * 64, "0/é~" * 96, None])
def test_a_nonce_comes_back_letter_by_letter(party: Party, nonce: str | None) -> None:
    told = party.id_token(party.token(party.code(nonce=nonce)).get_json()["id_token"])
    assert told.claims.get("nonce") == nonce


@pytest.mark.parametrize(
    ("alg", "hashing"), [("RS256", "sha256"), ("ES256", "sha256"), ("EdDSA", "sha512")]
)
def test_the_access_token_is_bound_into_the_id_token(keys: Path, alg: str, hashing: str) -> None:
    party = Party(keys, id_token_signed_response_alg=alg)
    given = party.token(party.code()).get_json()
    claims = party.id_token(given["id_token"]).claims
    party.close()
    whole = hashlib.new(hashing, given["access_token"].encode()).digest()
    half = base64.urlsafe_b64encode(whole[: len(whole) // 2]).rstrip(b"=").decode()
    # OIDC Core 3.3.2.11: c_hash belongs to flows whose code comes beside the token.
    assert claims["at_hash"] == half and "c_hash" not in claims


def test_a_higher_level_answers_by_the_name_that_was_asked(party: Party) -> None:
    party.code("password", "code", client_id="file")
    for name in (LOW.acr, "urn:refeds:mfa"):
        essential = json.dumps({"id_token": {"acr": {"essential": True, "values": [name]}}})
        code = sent(party.authorize(claims=essential, prompt="none"))["code"]
        told = party.id_token(party.token(code).get_json()["id_token"])
        assert told.claims["acr"] == name != HIGH.acr


def test_silently_a_pending_task_is_an_error(party: Party) -> None:
    party.code()
    mail = party.hub.rules.services[ServiceId("mail")]
    access = Access(minimum="low", requires=(ActionName("terms"),))
    party.hub.rules.services.update({mail.id: replace(mail, access=access)})  # type: ignore[attr-defined]
    assert sent(party.authorize(prompt="none"))["error"] == "interaction_required"


def test_a_wrong_password_does_not_fall_back_to_the_session(party: Party) -> None:
    party.code()
    party.hub.later(minutes=1)
    arrived = party.authorize(prompt="login")
    party.hub.login = type(party.hub.login)(arrived.location.removeprefix("/login/"))
    party.hub.choose("password")
    party.hub.answer("password", secret="wrong")
    # OIDC Core 3.1.2.1: whoever is here must prove it again, and has not.
    assert party.complete(arrived).location == arrived.location


def test_a_scope_nobody_knows_is_left_out_and_what_was_granted_is_said(party: Party) -> None:
    given = party.token(party.code(scope="openid unknown profile")).get_json()
    assert given["scope"] == "openid profile"


def test_codes_and_tokens_cannot_be_guessed(party: Party) -> None:
    codes = [party.code() for _ in range(3)]
    given = [party.token(code).get_json() for code in codes]
    made = [*codes, *(each[name] for each in given for name in ("access_token", "refresh_token"))]
    assert len({*made}) == len(made)
    # RFC 6749 10.10: a guess succeeds in less than one of 2^128 tries.
    assert all(len(each) * math.log2(64) >= 128 for each in made)


def test_who_revokes_proves_who_it_is_and_may_be_wrong_about_the_kind(party: Party) -> None:
    access = party.token(party.code()).get_json()["access_token"]
    for headers in ({}, basic("mail", "wrong")):
        refused = party.machine.post("/oidc/revoke", data={"token": access}, headers=headers)
        assert (refused.status_code, refused.get_json()["error"]) == (401, "invalid_client")
    assert party.userinfo(access).status_code == 200
    # RFC 7009 2.1: the hint only says where to look first.
    hinted = party.post("/oidc/revoke", token=access, token_type_hint="no such kind")
    assert hinted.status_code == 200 and party.userinfo(access).status_code == 401


def test_introspection_answers_json_whatever_is_accepted(keys: Path) -> None:
    party = Party(keys, introspection=True, audience=[API])
    access = party.token(party.code()).get_json()["access_token"]
    headers = {**basic("mail", SECRET), "Accept": "application/token-introspection+jwt"}
    told = party.machine.post("/oidc/introspect", data={"token": access}, headers=headers)
    party.close()
    assert told.content_type == "application/json" and told.get_json()["active"] is True


def test_a_code_slipped_into_another_flow_fails_by_its_verifier(party: Party) -> None:
    stolen = party.code()
    own = "w" * 43
    injected = party.token(stolen, code_verifier=own)
    assert (injected.status_code, injected.get_json()["error"]) == (400, "invalid_grant")
    assert party.token(stolen, code_verifier=VERIFIER).status_code == 400


@pytest.mark.parametrize(
    "name", ["X-SSL-Cert", "X-Client-Cert", "Client-Cert", "X-SSL-Client-S-DN"]
)
def test_a_certificate_named_in_a_header_is_nobody_s(party: Party, name: str) -> None:
    form = {"grant_type": "authorization_code", "code": party.code(), "client_id": "mail"}
    told = party.machine.post("/oidc/token", data=form, headers={name: "CN=mail"})
    assert (told.status_code, told.get_json()["error"]) == (401, "invalid_client")


def test_what_is_published_may_be_kept_for_less_than_keys_overlap(party: Party) -> None:
    for path in ("/oidc/jwks", "/.well-known/openid-configuration"):
        kept = party.machine.get(path).headers["Cache-Control"]
        seconds = int(kept.partition("max-age=")[2])
        assert 0 < seconds < OidcSettings(keys="").publish_before.total_seconds()


def test_two_tabs_of_one_service_keep_each_its_own_state(party: Party) -> None:
    first, second = party.authorize(state="one"), party.authorize(state="two")
    party.sign_in(second)
    assert sent(party.complete(second))["state"] == "two"
    assert sent(party.complete(first))["state"] == "one"


def test_a_spoilt_row_hurts_its_owner_alone(party: Party) -> None:
    spoilt, sound = (party.token(party.code()).get_json() for _ in range(2))
    with party.toolbox.unit_of_work() as work:
        work.exec_driver_sql(
            "UPDATE oidc_grants SET frozen = x'00' WHERE id ="
            " (SELECT grant_id FROM oidc_tokens ORDER BY rowid LIMIT 1)"
        )
    assert party.userinfo(spoilt["access_token"]).status_code >= 400
    assert party.userinfo(sound["access_token"]).status_code == 200


def test_the_address_with_a_code_is_told_to_nobody(party: Party) -> None:
    arrived = party.authorize()
    party.sign_in(arrived)
    answer = party.complete(arrived)
    assert answer.headers["Referrer-Policy"] == "no-referrer" and answer.location.startswith(BACK)
    assert party.browser.get(f"/oidc/authorize?{query(prompt='none')}").status_code == 303
