import json
from pathlib import Path

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from hub.contract.errors import ConfigErrors
from hub_frontends.oidc.keys import JWS
from tests.frontends.oidc.party import ISSUER, Party, sent


@pytest.mark.parametrize("alg", ["RS256", "ES256"])
def test_a_client_that_registered_it_reads_its_userinfo_signed(keys: Path, alg: str) -> None:
    party = Party(keys, userinfo_signed_response_alg=alg)
    answer = party.userinfo(party.token(party.code()).get_json()["access_token"])
    assert answer.mimetype == "application/jwt" and answer.headers["Cache-Control"] == "no-store"
    jwks = KeySet.import_key_set(json.loads(party.machine.get("/oidc/jwks").data))
    read = jwt.decode(answer.text, jwks, registry=JWS)
    assert read.header["alg"] == alg
    assert read.claims["iss"] == ISSUER and read.claims["aud"] == "mail"
    assert read.claims["given_name"] == "Ann" and read.claims["sub"]
    party.close()


def test_a_signed_userinfo_is_no_hint_of_whom_somebody_means(keys: Path) -> None:
    party = Party(keys, userinfo_signed_response_alg="RS256")
    signed = party.userinfo(party.token(party.code()).get_json()["access_token"]).text
    assert sent(party.authorize(id_token_hint=signed))["error"] == "invalid_request"
    party.close()


def test_others_read_json(party: Party) -> None:
    answer = party.userinfo(party.token(party.code()).get_json()["access_token"])
    assert answer.mimetype == "application/json"


def test_an_algorithm_the_hub_does_not_sign_with_is_refused_at_the_start(keys: Path) -> None:
    with pytest.raises(ConfigErrors):
        Party(keys, userinfo_signed_response_alg="HS256")
