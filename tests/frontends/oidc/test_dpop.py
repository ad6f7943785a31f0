import base64
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from hub.contract.values import Json
from tests.frontends.oidc.party import BACK, ISSUER, SECRET, VERIFIER, Party, basic
from tests.frontends.oidc.signing_client import Signer, error_of, made

KEY, OTHER = made("ES256"), made("ES256")
BAD_PROOF = (400, "invalid_dpop_proof")
PUBLIC: dict[str, Json] = {"token_endpoint_auth_method": "none", "client_secret_sha256": None}


class Holder:
    """A confidential client that holds a key."""

    def __init__(self, party: Party, key: Any = KEY, alg: str = "ES256") -> None:
        self.party = party
        self.signer = Signer(party, key, alg)
        self.headers = basic("mail", SECRET)

    def form(self, **form: str) -> dict[str, str]:
        known = {"redirect_uri": BACK, "code_verifier": VERIFIER}
        return {"grant_type": "authorization_code", **known, **form}

    def token(self, proof: str | None, **form: str) -> Any:
        headers = {**self.headers, **({"DPoP": proof} if proof is not None else {})}
        form = form or self.form(code=self.party.code())
        return self.party.machine.post("/oidc/token", data=form, headers=headers)

    def bound(self) -> Mapping[str, Any]:
        answer = self.token(self.signer.proof())
        assert answer.status_code == 200, answer.data
        tokens: Mapping[str, Any] = answer.get_json()
        return tokens

    def refresh(self, refresh_token: str, proof: str | None) -> Any:
        form = {"grant_type": "refresh_token", "refresh_token": refresh_token}
        return self.token(proof, **form)


@pytest.fixture
def holder(party: Party) -> Holder:
    return Holder(party)


@pytest.fixture
def public(keys: Path) -> Iterator[Holder]:
    party = Party(keys, **PUBLIC)
    holder = Holder(party)
    holder.headers = {}
    yield holder
    party.close()


def test_a_proof_binds_the_access_token_to_its_key(holder: Holder) -> None:
    tokens = holder.bound()
    assert tokens["token_type"] == "DPoP"
    told = holder.signer.userinfo(tokens["access_token"])
    assert told.status_code == 200
    assert told.get_json()["sub"] == holder.party.id_token(tokens["id_token"]).claims["sub"]


@pytest.mark.parametrize("alg", ["RS256", "PS256", "ES256", "EdDSA"])
def test_every_published_algorithm_signs_proofs(party: Party, alg: str) -> None:
    holder = Holder(party, made(alg), alg)
    assert holder.signer.userinfo(holder.bound()["access_token"]).status_code == 200


def test_a_token_that_is_a_jwt_names_its_key(keys: Path) -> None:
    party = Party(keys, access_tokens="jwt")
    token = Holder(party).bound()["access_token"]
    claims = party.id_token(token).claims
    assert claims["cnf"] == {"jkt": KEY.thumbprint()}
    party.close()


def test_without_proof_the_token_is_a_bearer_s(holder: Holder) -> None:
    tokens = holder.token(None).get_json()
    assert tokens["token_type"] == "Bearer"
    assert holder.party.userinfo(tokens["access_token"]).status_code == 200
    # RFC 9449 7.2: to show it with a proof is to take it for what it is not.
    shown = holder.signer.userinfo(tokens["access_token"])
    assert error_of(shown) == (401, "invalid_token")


WRONG_HEADERS: list[dict[str, Any]] = [
    {"typ": None},
    {"typ": "JWT"},
    {"typ": "dpop+JWT"},
    {"jwk": None},
    {"jwk": "x"},
    {"jwk": OTHER.as_dict(private=False)},
    {"jwk": KEY.as_dict(private=True)},
    {"jwk": {"kty": "oct", "k": "c2VjcmV0"}},
    {"jwk": {"kty": "EC"}},
    {"jwk": made("RS256").as_dict(private=False)},
]
WRONG_CLAIMS: list[dict[str, Any]] = [
    {"jti": None},
    {"jti": ""},
    {"jti": 1},
    {"jti": "j" * 257},
    {"htm": None},
    {"htm": "GET"},
    {"htm": "post"},
    {"htu": None},
    {"htu": f"{ISSUER}/oidc/userinfo"},
    {"htu": "https://another.test/oidc/token"},
    {"htu": "http://hub.test/oidc/token"},
    {"htu": "https://hub.test:8443/oidc/token"},
    {"htu": "https://[/oidc/token"},
    {"htu": 1},
    {"iat": None},
    {"iat": "now"},
    {"iat": True},
]


@pytest.mark.parametrize("number", range(len(WRONG_HEADERS)))
def test_a_proof_with_a_wrong_header_is_refused(holder: Holder, number: int) -> None:
    proof = holder.signer.proof(header=WRONG_HEADERS[number])
    assert error_of(holder.token(proof)) == BAD_PROOF


@pytest.mark.parametrize("number", range(len(WRONG_CLAIMS)))
def test_a_proof_with_a_wrong_claim_is_refused(holder: Holder, number: int) -> None:
    proof = holder.signer.proof(**WRONG_CLAIMS[number])
    assert error_of(holder.token(proof)) == BAD_PROOF


def test_what_is_no_signed_proof_is_refused(holder: Holder) -> None:
    header, claims, signature = holder.signer.proof().split(".")
    jwk = KEY.as_dict(private=False)

    def head(alg: str) -> str:
        text = json.dumps({"typ": "dpop+jwt", "alg": alg, "jwk": jwk})
        return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()

    wrong = "A" * len(signature)
    for proof in (
        "proof",
        "a.b.c",
        f"{header}.{claims}.",
        f"{header}.{claims}.{wrong}",
        f"{head('none')}.{claims}.",
        f"{head('HS256')}.{claims}.{signature}",
        f"{head('ES384')}.{claims}.{signature}",
    ):
        assert error_of(holder.token(proof)) == BAD_PROOF, proof


def test_two_proofs_are_refused(holder: Holder) -> None:
    form = holder.form(code=holder.party.code())
    headers = [*holder.headers.items(), *(("DPoP", holder.signer.proof()) for _ in range(2))]
    answer = holder.party.machine.post("/oidc/token", data=form, headers=headers)
    assert error_of(answer) == BAD_PROOF


@pytest.mark.parametrize(
    "address",
    [
        f"{ISSUER}/oidc/token?x=y",
        f"{ISSUER}/oidc/token#part",
        "HTTPS://Hub.Test:443/oidc/token",
    ],
)
def test_the_address_is_compared_without_query_and_in_normal_form(
    holder: Holder, address: str
) -> None:
    assert holder.token(holder.signer.proof(htu=address)).status_code == 200


@pytest.mark.parametrize(
    ("after", "status"), [(10, 200), (-10, 200), (61, 400), (-61, 400), (3600, 400), (-3600, 400)]
)
def test_clocks_may_differ_a_little(holder: Holder, after: int, status: int) -> None:
    proof = holder.signer.proof(iat=holder.signer.now + after)
    assert holder.token(proof).status_code == status


def test_a_proof_works_once_on_all_nodes(holder: Holder) -> None:
    proof = holder.signer.proof(jti="j-1")
    assert holder.token(proof).status_code == 200
    assert error_of(holder.token(proof)) == BAD_PROOF
    token = holder.bound()["access_token"]
    shown = holder.signer.proof("/oidc/userinfo", htm="GET", token=token)
    headers = {"Authorization": f"DPoP {token}", "DPoP": shown}
    answers = [holder.party.machine.get("/oidc/userinfo", headers=headers) for _ in range(2)]
    assert [each.status_code for each in answers] == [200, 401]


def test_a_proof_with_half_a_letter_is_like_any_other(holder: Holder) -> None:
    assert holder.token(holder.signer.proof(jti="\ud800")).status_code == 200


def test_a_bound_token_is_of_no_use_to_who_only_has_it(holder: Holder) -> None:
    token = holder.bound()["access_token"]
    refused = holder.party.userinfo(token)
    assert error_of(refused) == (401, "invalid_token")
    assert refused.headers["WWW-Authenticate"].startswith('DPoP error="invalid_token"')
    thief = Signer(holder.party, OTHER)
    assert error_of(thief.userinfo(token)) == (401, "invalid_token")
    assert error_of(holder.signer.userinfo(token, "Bearer")) == (401, "invalid_token")
    headers = {"Authorization": f"DPoP {token}"}
    bare = holder.party.machine.get("/oidc/userinfo", headers=headers)
    assert error_of(bare) == (401, "invalid_dpop_proof")


def test_a_bound_token_in_a_form_is_refused(holder: Holder) -> None:
    token = holder.bound()["access_token"]
    posted = holder.party.machine.post("/oidc/userinfo", data={"access_token": token})
    assert error_of(posted) == (401, "invalid_token")


@pytest.mark.parametrize("claims", [{"ath": None}, {"ath": "x"}, {"htm": "POST"}], ids=str)
def test_a_proof_for_something_else_opens_no_resource(
    holder: Holder, claims: Mapping[str, Any]
) -> None:
    refused = holder.signer.userinfo(holder.bound()["access_token"], **claims)
    assert error_of(refused) == (401, "invalid_dpop_proof")
    told = refused.headers["WWW-Authenticate"]
    assert told.startswith('DPoP error="invalid_dpop_proof"') and "ES256" in told


def test_another_token_s_proof_opens_nothing(holder: Holder) -> None:
    token, other = holder.bound()["access_token"], holder.bound()["access_token"]
    shown = holder.signer.proof("/oidc/userinfo", htm="GET", token=other)
    headers = {"Authorization": f"DPoP {token}", "DPoP": shown}
    answer = holder.party.machine.get("/oidc/userinfo", headers=headers)
    assert error_of(answer) == (401, "invalid_dpop_proof")


def test_a_code_asked_for_one_key_is_given_to_no_other(holder: Holder) -> None:
    party, thumbprint = holder.party, KEY.thumbprint()
    stranger = Signer(party, OTHER)
    for proof in (None, stranger.proof()):
        code = party.code(dpop_jkt=thumbprint)
        assert error_of(holder.token(proof, **holder.form(code=code))) == (400, "invalid_grant")
    code = party.code(dpop_jkt=thumbprint)
    assert holder.token(holder.signer.proof(), **holder.form(code=code)).status_code == 200


@pytest.mark.parametrize("thumbprint", ["short", "é" * 43, "a" * 44])
def test_a_thumbprint_that_is_none_is_refused(party: Party, thumbprint: str) -> None:
    assert "error=invalid_request" in party.authorize(dpop_jkt=thumbprint).location


def test_a_public_client_refreshes_with_the_same_key_only(public: Holder) -> None:
    code = public.form(code=public.party.code(), client_id="mail")
    given = public.token(public.signer.proof(), **code).get_json()
    form = {"grant_type": "refresh_token", "refresh_token": given["refresh_token"]}
    form["client_id"] = "mail"
    stranger = Signer(public.party, OTHER)
    for proof in (None, stranger.proof()):
        assert error_of(public.token(proof, **form)) == (400, "invalid_grant")
    again = public.token(public.signer.proof(), **form)
    assert again.status_code == 200 and again.get_json()["token_type"] == "DPoP"


def test_a_confidential_client_may_change_its_key(holder: Holder) -> None:
    given = holder.bound()
    stranger = Signer(holder.party, OTHER)
    again = holder.refresh(given["refresh_token"], stranger.proof())
    assert again.status_code == 200
    token = again.get_json()["access_token"]
    assert stranger.userinfo(token).status_code == 200
    assert holder.signer.userinfo(token).status_code == 401


def test_a_client_that_must_prove_gets_nothing_without(keys: Path) -> None:
    party = Party(keys, dpop_bound_access_tokens=True)
    holder = Holder(party)
    assert error_of(holder.token(None)) == BAD_PROOF
    assert holder.bound()["token_type"] == "DPoP"
    party.close()


def test_a_sign_in_too_old_is_said_in_the_scheme_the_token_came_by(keys: Path) -> None:
    party = Party(keys, userinfo_max_age="PT1M")
    holder = Holder(party)
    token = holder.bound()["access_token"]
    party.hub.later(minutes=2)
    refused = holder.signer.userinfo(token)
    assert error_of(refused) == (401, "insufficient_user_authentication")
    told = refused.headers["WWW-Authenticate"]
    assert told.startswith('DPoP error="insufficient_user_authentication"') and "max_age=60" in told
    party.close()


@pytest.fixture
def asked_for_nonces(keys: Path) -> Iterator[Holder]:
    party = Party(keys, dpop_nonce=True)
    yield Holder(party)
    party.close()


def test_a_nonce_is_given_to_who_has_none_and_serves_then(asked_for_nonces: Holder) -> None:
    holder = asked_for_nonces
    form = holder.form(code=holder.party.code())
    refused = holder.token(holder.signer.proof(), **form)
    assert error_of(refused) == (400, "use_dpop_nonce")
    nonce = refused.headers["DPoP-Nonce"]
    assert error_of(holder.token(holder.signer.proof(nonce="made up"), **form)) == (
        400,
        "use_dpop_nonce",
    )
    answer = holder.token(holder.signer.proof(nonce=nonce), **form)
    assert answer.status_code == 200
    token = answer.get_json()["access_token"]
    missing = holder.signer.userinfo(token)
    assert error_of(missing) == (401, "use_dpop_nonce")
    assert missing.headers["WWW-Authenticate"].startswith('DPoP error="use_dpop_nonce"')
    shown = holder.signer.userinfo(token, nonce=missing.headers["DPoP-Nonce"])
    assert shown.status_code == 200


def test_a_nonce_serves_a_little_longer_than_it_is_given_out(asked_for_nonces: Holder) -> None:
    holder = asked_for_nonces
    party = holder.party
    nonce = holder.token(holder.signer.proof()).headers["DPoP-Nonce"]
    party.hub.later(minutes=5)
    newer = holder.token(holder.signer.proof()).headers["DPoP-Nonce"]
    assert newer != nonce
    assert holder.token(holder.signer.proof(nonce=nonce)).status_code == 200
    party.hub.later(minutes=5)
    assert error_of(holder.token(holder.signer.proof(nonce=nonce))) == (400, "use_dpop_nonce")
    assert holder.token(holder.signer.proof(nonce=newer)).status_code == 200


def test_a_proof_with_a_nonce_is_good_whatever_the_clock_of_its_maker(
    asked_for_nonces: Holder,
) -> None:
    holder = asked_for_nonces
    nonce = holder.token(holder.signer.proof()).headers["DPoP-Nonce"]
    proof = holder.signer.proof(nonce=nonce, iat=holder.signer.now - 7200)
    assert holder.token(proof).status_code == 200
    holder.party.hub.later(minutes=4)
    assert error_of(holder.token(proof)) == BAD_PROOF


def test_discovery_names_what_signs_proofs(party: Party) -> None:
    said = party.machine.get("/.well-known/openid-configuration").get_json()
    assert said["dpop_signing_alg_values_supported"] == ["RS256", "PS256", "ES256", "EdDSA"]
