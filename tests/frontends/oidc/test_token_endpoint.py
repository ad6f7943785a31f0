import base64
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.frontends.oidc.party import BACK, SECRET, VERIFIER, Party, basic

FORM = {"grant_type": "authorization_code", "redirect_uri": BACK, "code_verifier": VERIFIER}


def test_a_wrong_secret_is_nobody(party: Party) -> None:
    answer = party.machine.post("/oidc/token", data=FORM, headers=basic("mail", "wrong"))
    assert answer.status_code == 401 and answer.get_json()["error"] == "invalid_client"
    assert answer.headers["WWW-Authenticate"].startswith("Basic")


def test_a_secret_may_be_written_form_encoded(party: Party) -> None:
    encoded = basic("mail", SECRET.replace("a", "%61"))
    form = {**FORM, "code": party.code()}
    assert party.machine.post("/oidc/token", data=form, headers=encoded).status_code == 200


def test_two_ways_of_showing_a_secret_at_once_are_refused(party: Party) -> None:
    form = {**FORM, "code": party.code(), "client_secret": SECRET}
    answer = party.machine.post("/oidc/token", data=form, headers=basic("mail", SECRET))
    assert answer.status_code == 400 and answer.get_json()["error"] == "invalid_request"


@pytest.mark.parametrize("form", [{}, {"client_id": "mail"}, {"client_id": "mail", "x": "y"}])
def test_a_confidential_client_without_secret_is_nobody(
    party: Party, form: Mapping[str, str]
) -> None:
    answer = party.machine.post("/oidc/token", data={**FORM, "code": party.code(), **form})
    assert answer.status_code == 401


def test_a_client_uses_the_method_it_registered(keys: Path) -> None:
    party = Party(keys, token_endpoint_auth_method="post")
    posted = {**FORM, "code": party.code(), "client_id": "mail", "client_secret": SECRET}
    refused = party.machine.post("/oidc/token", data=FORM, headers=basic("mail", SECRET))
    accepted = party.machine.post("/oidc/token", data=posted)
    party.close()
    assert refused.status_code == 401 and accepted.status_code == 200


def test_a_public_client_names_itself_and_proves_the_code_is_its_own(keys: Path) -> None:
    party = Party(keys, token_endpoint_auth_method="none", client_secret_sha256=None)
    form = {**FORM, "code": party.code(), "client_id": "mail"}
    wrong = party.machine.post("/oidc/token", data={**form, "code_verifier": "w" * 43})
    right = party.machine.post("/oidc/token", data={**form, "code": party.code()})
    party.close()
    assert wrong.status_code == 400 and right.status_code == 200


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({}, "invalid_request"),
        ({"grant_type": "authorization_code"}, "invalid_request"),
        ({"grant_type": "refresh_token"}, "invalid_request"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": 'é"\\<script>'}, "unsupported_grant_type"),
        ({"grant_type": "authorization_code", "code": "garbage"}, "invalid_grant"),
        ({"grant_type": "authorization_code", "code": "é\U0001f600"}, "invalid_grant"),
        ({"grant_type": "authorization_code", "code": "a\0b"}, "invalid_request"),
        ({"grant_type": "refresh_token", "refresh_token": "garbage"}, "invalid_grant"),
        ({"grant_type": "refresh_token", "refresh_token": "x" * 9000}, "invalid_request"),
    ],
)
def test_what_is_wrong_is_said_in_json(party: Party, form: Mapping[str, str], error: str) -> None:
    answer = party.post("/oidc/token", **form)
    assert answer.status_code == 400 and answer.get_json()["error"] == error
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_client_not_registered_for_refresh_gets_none(keys: Path) -> None:
    party = Party(keys, refresh_tokens=False)
    tokens = party.token(party.code()).get_json()
    answer = party.refresh("anything")
    party.close()
    assert "refresh_token" not in tokens
    assert answer.get_json()["error"] == "unauthorized_client"


def test_a_parameter_given_twice_is_refused(party: Party) -> None:
    form = {**FORM, "code": [party.code(), "other"]}
    answer = party.machine.post("/oidc/token", data=form, headers=basic("mail", SECRET))
    assert answer.get_json()["error"] == "invalid_request"


def test_json_is_not_a_form_and_get_is_not_a_post(party: Party) -> None:
    answer = party.machine.post("/oidc/token", json=FORM, headers=basic("mail", SECRET))
    assert answer.get_json()["error"] == "invalid_request"
    read = party.machine.get("/oidc/token")
    assert read.status_code == 405 and read.headers["Allow"] == "POST"


HOSTILE_HEADERS = [
    "Basic",
    "Basic ",
    "Basic !!!!",
    "Basic é",
    "Basic " + base64.b64encode(b"\xff\xfe:\x80").decode(),
    "Basic " + base64.b64encode(b"no colon").decode(),
    "Basic " + base64.b64encode(b":").decode(),
    "Basic " + base64.b64encode(b"mail:%ff%00%zz").decode(),
    "Bearer x",
    "Digest username=mail",
    " ",
    "B" * 8000,
]
HOSTILE_BODIES: list[tuple[str, bytes]] = [
    ("application/x-www-form-urlencoded", b"\xff\xfe=%ff%00&=&&&;;"),
    ("application/x-www-form-urlencoded", b"&".join(b"a%d=1" % each for each in range(500))),
    ("application/x-www-form-urlencoded; charset=nonsense", b"grant_type=x"),
    ("application/json", b"{"),
    ("application/json", b"[" * 60_000),
    ("multipart/form-data", b"--x"),
    ("", b"grant_type=authorization_code"),
    ("é", b"\0" * 100),
]


@pytest.mark.parametrize("header", HOSTILE_HEADERS, ids=range(len(HOSTILE_HEADERS)))
@pytest.mark.parametrize("path", ["token", "revoke", "userinfo"])
def test_no_credentials_however_odd_break_the_hub(party: Party, path: str, header: str) -> None:
    environ: Any = {"HTTP_AUTHORIZATION": header.encode().decode("latin-1")}
    answer = party.machine.post(f"/oidc/{path}", data=FORM, environ_overrides=environ)
    assert answer.status_code in (400, 401) and answer.get_json()["error"]


@pytest.mark.parametrize(("kind", "body"), HOSTILE_BODIES, ids=range(len(HOSTILE_BODIES)))
@pytest.mark.parametrize("path", ["authorize", "token", "revoke", "userinfo", "end_session"])
def test_no_body_however_odd_breaks_the_hub(
    party: Party, path: str, kind: str, body: bytes
) -> None:
    headers = {**basic("mail", SECRET), "Content-Type": kind}
    answer = party.machine.post(f"/oidc/{path}", data=body, headers=headers)
    assert 300 <= answer.status_code < 500
    assert "\n" not in answer.headers.get("Location", "")


@pytest.mark.parametrize(
    "text", ["%", "%00", "%ff%fe", "a=%0d%0aSet-Cookie:x", "=&=&=", "a" * 9000]
)
@pytest.mark.parametrize("path", ["authorize", "userinfo", "end_session", "jwks"])
def test_no_query_however_odd_breaks_the_hub(party: Party, path: str, text: str) -> None:
    answer = party.machine.get(f"/oidc/{path}?{text}")
    assert answer.status_code < 500


def test_the_keys_are_published_without_their_secrets(party: Party) -> None:
    keys = json.loads(party.machine.get("/oidc/jwks").data)["keys"]
    assert {key["alg"] for key in keys} == {"RS256", "PS256", "ES256", "EdDSA"}
    assert len({key["kid"] for key in keys}) == 4
    assert not {"d", "p", "q", "dp", "dq", "qi"} & {name for key in keys for name in key}
