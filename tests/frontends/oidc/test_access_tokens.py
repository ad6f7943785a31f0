import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from hub.contract.values import Json
from hub_frontends.oidc.keys import JWS
from tests.frontends.oidc.party import ISSUER, Party, query, sent

API, OTHER = "https://mail.test/api", "https://other.test/api"
JWTS: dict[str, Json] = {"access_tokens": "jwt", "audience": [API], "resources": [OTHER]}


@pytest.fixture
def jwts(keys: Path) -> Iterator[Party]:
    party = Party(keys, **JWTS)
    yield party
    party.close()


def read(party: Party, token: str) -> jwt.Token:
    """As an API does: by the published keys alone."""
    published: Any = json.loads(party.machine.get("/oidc/jwks").data)
    return jwt.decode(token, KeySet.import_key_set(published), registry=JWS)


def tokens(party: Party, **asked: str) -> Mapping[str, Any]:
    answer = party.token(party.code(**asked))
    given: Mapping[str, Any] = answer.get_json()
    assert answer.status_code == 200, given
    return given


def test_an_api_reads_by_itself_what_a_token_stands_for(jwts: Party) -> None:
    given = tokens(jwts)
    token, person = read(jwts, given["access_token"]), jwts.id_token(given["id_token"]).claims
    assert token.header["typ"] == "at+jwt"
    for same in ("sub", "acr", "amr", "auth_time"):
        assert token.claims[same] == person[same]
    assert token.claims["iss"] == ISSUER and token.claims["client_id"] == "mail"
    assert token.claims["aud"] == [ISSUER, API] and token.claims["scope"] == given["scope"]
    assert token.claims["exp"] - token.claims["iat"] == 600 and len(token.claims["jti"]) >= 22


def test_a_token_names_nobody(jwts: Party) -> None:
    claims = read(jwts, tokens(jwts)["access_token"]).claims
    assert not {"given_name", "surname", "rpps", "situation", "sid"} & claims.keys()
    assert "Ann" not in json.dumps(claims) and "10001" not in json.dumps(claims)


def test_a_revoked_token_opens_nothing_here_whatever_its_signature_says(jwts: Party) -> None:
    access = tokens(jwts)["access_token"]
    assert jwts.userinfo(access).status_code == 200
    assert jwts.post("/oidc/revoke", token=access).status_code == 200
    assert jwts.userinfo(access).status_code == 401


def test_a_token_dies_with_its_session(jwts: Party) -> None:
    access = tokens(jwts)["access_token"]
    jwts.sessions.ended.update(each.id for each in jwts.hub.records.sessions.values())
    assert jwts.userinfo(access).status_code == 401


def test_an_access_token_passes_for_no_id_token_and_no_id_token_for_it(jwts: Party) -> None:
    given = tokens(jwts)
    hinted = sent(jwts.authorize(id_token_hint=given["access_token"], prompt="none"))
    assert hinted["error"] == "invalid_request"
    assert jwts.userinfo(given["id_token"]).status_code == 401


def test_a_token_for_one_api_is_for_that_one_alone(jwts: Party) -> None:
    access = tokens(jwts, resource=OTHER)["access_token"]
    assert read(jwts, access).claims["aud"] == OTHER
    # Whoever runs that API could read here, too, all that the person told their own service.
    assert jwts.userinfo(access).status_code == 401


def test_a_refresh_may_name_an_api_and_the_next_another(jwts: Party) -> None:
    first = tokens(jwts)
    there = jwts.refresh(first["refresh_token"], resource=OTHER).get_json()
    assert read(jwts, there["access_token"]).claims["aud"] == OTHER
    here = jwts.refresh(there["refresh_token"], resource=API).get_json()
    assert read(jwts, here["access_token"]).claims["aud"] == API


def test_what_was_granted_for_one_api_is_not_widened(jwts: Party) -> None:
    code = jwts.code(resource=OTHER)
    assert jwts.token(code, resource=API).get_json()["error"] == "invalid_target"


@pytest.mark.parametrize("resource", ["https://stranger.test", "nonsense"])
def test_an_api_nobody_declared_is_no_target(jwts: Party, resource: str) -> None:
    assert sent(jwts.authorize(resource=resource))["error"] == "invalid_target"
    refused = jwts.token(jwts.code(), resource=resource)
    assert (refused.status_code, refused.get_json()["error"]) == (400, "invalid_target")


def test_several_apis_at_once_are_no_target(jwts: Party) -> None:
    asked = jwts.browser.get(f"/oidc/authorize?{query(resource=API)}&resource={OTHER}")
    assert sent(asked)["error"] == "invalid_target"
    form: Any = {"grant_type": "refresh_token", "refresh_token": "x", "resource": [API, OTHER]}
    answer = jwts.post("/oidc/token", **form)
    assert answer.get_json()["error"] == "invalid_target"


def test_opaque_tokens_may_be_for_one_api_too(keys: Path) -> None:
    party = Party(keys, resources=[OTHER])
    access = tokens(party, resource=OTHER)["access_token"]
    refused = party.userinfo(access).status_code
    party.close()
    assert "." not in access and refused == 401
