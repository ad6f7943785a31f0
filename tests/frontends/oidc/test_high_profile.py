"""The FAPI 2.0 Security Profile, played whole and refused piece by piece."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from joserfc.errors import SecurityWarning
from joserfc.jwk import RSAKey
from werkzeug.test import TestResponse

from hub.contract.errors import ConfigErrors
from hub.contract.values import Json
from tests.frontends.oidc.party import BACK, ISSUER, Party, sent
from tests.frontends.oidc.signing_client import BY_KEY, Key, Signer, error_of, made, public

KEY, RSA = made("ES256", "k1"), made("PS256", "k2")
HIGH: dict[str, Json] = {
    **BY_KEY,
    "profile": "high",
    "id_token_signed_response_alg": "PS256",
}
NOBODY = (401, "invalid_client")


class Bank:
    """A client of the profile: it signs, pushes and proves."""

    def __init__(self, party: Party, key: Key = KEY, alg: str = "ES256") -> None:
        self.party = party
        self.signer = Signer(party, key, alg)

    def proof(self, path: str = "/oidc/token") -> dict[str, str]:
        return {"DPoP": self.signer.proof(path)}

    def arrives(self, **asked: str) -> TestResponse:
        pushed = self.signer.push(self.proof("/oidc/par"), **asked)
        assert pushed.status_code == 201, pushed.data
        asked = {"client_id": "mail", "request_uri": pushed.get_json()["request_uri"]}
        return self.party.browser.get(f"/oidc/authorize?{urlencode(asked)}")

    def answer(self, **asked: str) -> Mapping[str, str]:
        arrived = self.arrives(**asked)
        if arrived.location.startswith("/login/"):
            self.party.sign_in(arrived)
            arrived = self.party.complete(arrived)
        return sent(arrived)

    def tokens(self) -> Mapping[str, Any]:
        answer = self.signer.token(self.answer()["code"], self.proof())
        assert answer.status_code == 200, answer.data
        tokens: Mapping[str, Any] = answer.get_json()
        return tokens


@pytest.fixture
def bank(keys: Path) -> Iterator[Bank]:
    party = Party(keys, **HIGH, jwks=public(KEY, RSA))
    yield Bank(party)
    party.close()


def test_the_whole_flow_is_served(bank: Bank) -> None:
    answer = bank.answer(nonce="n" * 64, state="s" * 1500)
    assert answer["iss"] == ISSUER and answer["state"] == "s" * 1500
    tokens = bank.signer.token(answer["code"], bank.proof()).get_json()
    assert tokens["token_type"] == "DPoP"
    read = bank.party.id_token(tokens["id_token"])
    assert read.header["alg"] == "PS256" and read.claims["nonce"] == "n" * 64
    told = bank.signer.userinfo(tokens["access_token"])
    assert told.get_json()["sub"] == read.claims["sub"]
    again = bank.signer.refresh(tokens["refresh_token"], bank.proof())
    assert again.status_code == 200
    assert bank.signer.userinfo(again.get_json()["access_token"]).status_code == 200


@pytest.mark.parametrize("alg", ["PS256", "ES256", "EdDSA"])
def test_every_algorithm_of_the_profile_works(keys: Path, alg: str) -> None:
    key = made(alg)
    party = Party(keys, **HIGH, jwks=public(key))
    assert Bank(party, key, alg).tokens()["token_type"] == "DPoP"
    party.close()


def test_rsa_without_padding_of_today_is_refused_everywhere(bank: Bank) -> None:
    old = Signer(bank.party, RSA, "RS256")
    assert error_of(old.push()) == NOBODY
    code = bank.answer()["code"]
    assert error_of(old.token(code, bank.proof())) == NOBODY
    theirs = bank.signer.proving()
    headers = {"DPoP": old.proof()}
    refused = old.token(code, headers, **theirs)
    assert error_of(refused) == (400, "invalid_dpop_proof")
    request = bank.signer.push(request=old.request())
    assert error_of(request) == (400, "invalid_request_object")


def test_a_weak_key_verifies_nothing(keys: Path) -> None:
    with pytest.warns(SecurityWarning):
        weak = RSAKey.generate_key(1024, auto_kid=True)
    party = Party(keys, **HIGH, jwks=public(weak, KEY))
    assert error_of(Signer(party, weak, "PS256").push()) == NOBODY
    party.close()


def test_a_request_that_was_not_pushed_is_refused(bank: Bank) -> None:
    plain = sent(bank.party.authorize())
    assert plain["error"] == "invalid_request" and "code" not in plain
    signed = sent(bank.party.authorize(request=bank.signer.request()))
    assert signed["error"] == "invalid_request"


def test_a_pushed_request_without_proof_of_who_pushed_is_refused(bank: Bank) -> None:
    bare = bank.party.machine.post("/oidc/par", data={"client_id": "mail", "redirect_uri": BACK})
    assert error_of(bare) == NOBODY


@pytest.mark.parametrize(
    "form",
    [
        {"redirect_uri": None},
        {"code_challenge": None, "code_challenge_method": None},
        {"code_challenge_method": "plain"},
        {"response_type": "code id_token"},
        {"response_type": None},
    ],
    ids=str,
)
def test_a_pushed_request_that_lacks_something_is_refused(
    bank: Bank, form: Mapping[str, str | None]
) -> None:
    assert bank.signer.push(**form).status_code == 400


def test_a_pushed_request_lives_less_than_ten_minutes(bank: Bank) -> None:
    assert bank.signer.push().get_json()["expires_in"] < 600


@pytest.mark.parametrize(
    "claims",
    [
        {"sub": None},
        {"aud": [ISSUER]},
        {"aud": f"{ISSUER}/oidc/token"},
        {"aud": f"{ISSUER}/oidc/par"},
        {"aud": None},
        {"jti": None},
    ],
    ids=str,
)
def test_an_assertion_is_for_the_issuer_as_plain_text(
    bank: Bank, claims: Mapping[str, Any]
) -> None:
    shown = bank.signer.proving(bank.signer.assertion(**claims))
    assert error_of(bank.signer.push(**shown)) == NOBODY


@pytest.mark.parametrize(("after", "status"), [(8, 201), (61, 401)])
@pytest.mark.parametrize("claim", ["iat", "nbf"])
def test_an_assertion_from_the_near_future_is_taken(
    bank: Bank, claim: str, after: int, status: int
) -> None:
    shown = bank.signer.proving(bank.signer.assertion(**{claim: bank.signer.now + after}))
    assert bank.signer.push(**shown).status_code == status


def test_an_assertion_of_five_minutes_ago_is_refused(bank: Bank) -> None:
    shown = bank.signer.proving(bank.signer.assertion(exp=bank.signer.now - 300))
    assert error_of(bank.signer.push(**shown)) == NOBODY


def test_no_token_is_given_to_who_proves_no_key(bank: Bank) -> None:
    code = bank.answer()["code"]
    assert error_of(bank.signer.token(code)) == (400, "invalid_dpop_proof")
    tokens = bank.tokens()
    refused = bank.signer.refresh(tokens["refresh_token"])
    assert error_of(refused) == (400, "invalid_dpop_proof")


def test_a_code_pushed_with_one_key_is_given_to_no_other(bank: Bank) -> None:
    thief = Signer(bank.party, made("ES256"))
    headers = {"DPoP": thief.proof()}
    code = bank.answer()["code"]
    refused = thief.token(code, headers, **bank.signer.proving())
    assert error_of(refused) == (400, "invalid_grant")


def test_an_access_token_alone_opens_nothing(bank: Bank) -> None:
    token = bank.tokens()["access_token"]
    assert bank.party.userinfo(token).status_code == 401
    query = bank.party.machine.get(f"/oidc/userinfo?access_token={token}")
    assert query.status_code == 400


def test_the_code_is_good_for_a_minute_and_for_once(bank: Bank) -> None:
    late = bank.answer()["code"]
    bank.party.hub.later(seconds=60)
    assert error_of(bank.signer.token(late, bank.proof())) == (400, "invalid_grant")
    code = bank.answer()["code"]
    assert bank.signer.token(code, bank.proof()).status_code == 200
    assert error_of(bank.signer.token(code, bank.proof())) == (400, "invalid_grant")


def test_a_refresh_token_stays_the_same_and_works_again(bank: Bank) -> None:
    given = bank.tokens()["refresh_token"]
    for _ in range(3):
        bank.party.hub.later(seconds=20)
        answer = bank.signer.refresh(given, bank.proof())
        assert answer.status_code == 200 and "refresh_token" not in answer.get_json()


def test_no_password_is_taken(bank: Bank) -> None:
    form = {"grant_type": "password", "username": "ann", "password": "x"}
    answer = bank.signer.post("/oidc/token", bank.proof(), **form, **bank.signer.proving())
    assert error_of(answer) == (400, "unsupported_grant_type")


def test_answers_are_redirects_that_repeat_no_body(bank: Bank) -> None:
    posted = bank.party.browser.post("/oidc/authorize", data={"client_id": "mail"})
    assert posted.status_code == 303
    assert bank.arrives().status_code == 303


@pytest.mark.parametrize("lacks", ["exp", "nbf", "aud"])
def test_a_signed_request_says_for_whom_and_how_long(bank: Bank, lacks: str) -> None:
    def pushed(**claims: Any) -> TestResponse:
        return bank.signer.push(
            request=bank.signer.request(**claims),
            redirect_uri=None,
            response_type=None,
            scope=None,
            state=None,
            code_challenge=None,
            code_challenge_method=None,
        )

    assert pushed().status_code == 201
    assert error_of(pushed(**{lacks: None})) == (400, "invalid_request_object")
    assert error_of(pushed(nbf=bank.signer.now - 3601)) == (400, "invalid_request_object")


@pytest.mark.parametrize(
    ("table", "key"),
    [
        ({"token_endpoint_auth_method": "none"}, "token_endpoint_auth_method"),
        (
            {"token_endpoint_auth_method": "basic", "client_secret_sha256": "0" * 64},
            "token_endpoint_auth_method",
        ),
        ({"id_token_signed_response_alg": "RS256"}, "id_token_signed_response_alg"),
        ({"userinfo_signed_response_alg": "RS256"}, "userinfo_signed_response_alg"),
        ({"token_endpoint_auth_signing_alg": "RS256"}, "token_endpoint_auth_signing_alg"),
        ({"request_object_signing_alg": "RS256"}, "request_object_signing_alg"),
        ({"redirect_uris": ["http://localhost/back"]}, "redirect_uris"),
        ({"pkce": "optional"}, "pkce"),
        ({"assertion_for_token_endpoint": True}, "assertion_for_token_endpoint"),
    ],
    ids=str,
)
def test_a_table_the_profile_forbids_stops_the_start(
    keys: Path, table: dict[str, Json], key: str
) -> None:
    with pytest.raises(ConfigErrors) as caught:
        Party(keys, **{**HIGH, "jwks": public(KEY), **table})
    assert f"service.mail.oidc.{key}" in [error.path for error in caught.value.errors]
