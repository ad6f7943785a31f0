"""The modules of the FAPI 2.0 plan that are about the client's keys: assertions and proofs."""

from typing import Any

import pytest
from joserfc.jwk import ECKey

from tests.conformance.high import HighSuite
from tests.conformance.test_fapi2 import error, high, other

__all__ = ["high", "other"]


def test_fapi2_security_profile_final_access_token_type_header_case_sensitivity(
    high: HighSuite,
) -> None:
    access = high.tokens()["access_token"]
    for scheme in ("dpop", "dPOP", "DPOP"):
        assert high.resource(access, scheme).status_code == 200
    assert high.resource(access, "Bearer").status_code == 401


def test_fapi2_security_profile_final_check_dpop_proof_nbf_exp(high: HighSuite) -> None:
    now, address = high.target.now, high.known["token_endpoint"]
    good = high.proof("POST", address, nbf=now, exp=now + 300)
    tokens = high.redeem(high.code(), proof=good)
    assert tokens.status_code == 200, tokens.text
    access = tokens.json()["access_token"]
    assert high.resource(access, nbf=now, exp=now + 300).status_code == 200
    # RFC 7519 4.1.4: what says of itself that it has expired is not accepted.
    assert high.resource(access, exp=now - 300).status_code == 401
    assert high.resource(access, nbf=now + 300).status_code == 401


@pytest.mark.parametrize("seconds", [-10])
def test_fapi2_security_profile_final_ensure_dpopproof_with_iat_10seconds_before_succeeds(
    high: HighSuite, seconds: int
) -> None:
    _near(high, seconds)


@pytest.mark.parametrize("seconds", [10])
def test_fapi2_security_profile_final_ensure_dpopproof_with_iat_10seconds_after_succeeds(
    high: HighSuite, seconds: int
) -> None:
    _near(high, seconds)


def _near(high: HighSuite, seconds: int) -> None:
    address = high.known["token_endpoint"]
    near = high.proof("POST", address, iat=high.target.now + seconds)
    tokens = high.redeem(high.code(), proof=near)
    assert tokens.status_code == 200, tokens.text
    far = high.proof("POST", address, iat=high.target.now + 360 * seconds)
    assert error(high.redeem(high.code(), proof=far)) == "invalid_dpop_proof"


def test_fapi2_security_profile_final_ensure_mismatched_dpop_jkt_fails(high: HighSuite) -> None:
    """The key named in the request is another than the one shown with it."""
    another = ECKey.generate_key("P-256").thumbprint()
    proof = high.proof("POST", high.par)
    answer = high.push(proof=proof, dpop_jkt=another)
    assert error(answer) in ("invalid_dpop_proof", "invalid_request")


def test_fapi2_security_profile_final_ensure_token_endpoint_fails_with_mismatched_dpop_proof_jkt(
    high: HighSuite,
) -> None:
    page = high.bring(high.pushed(proof=high.proof("POST", high.par)))
    code = high.told(high.typed(page))["code"]
    high.possessed = ECKey.generate_key("P-256")
    assert error(high.redeem(code)) in ("invalid_dpop_proof", "invalid_grant")


def test_fapi2_security_profile_final_ensure_token_endpoint_fails_with_mismatched_dpop_jkt(
    high: HighSuite,
) -> None:
    code = high.code(dpop_jkt=ECKey.generate_key("P-256").thumbprint())
    assert error(high.redeem(code)) in ("invalid_dpop_proof", "invalid_grant")


def test_fapi2_security_profile_final_ensure_dpopproof_at_par_endpoint_binding_success(
    high: HighSuite,
) -> None:
    page = high.bring(high.pushed(proof=high.proof("POST", high.par)))
    code = high.told(high.typed(page))["code"]
    assert high.redeem(code).json()["token_type"] == "DPoP"


def test_fapi2_security_profile_final_ensure_dpop_auth_code_binding_success(
    high: HighSuite,
) -> None:
    code = high.code(dpop_jkt=high.possessed.thumbprint())
    assert high.redeem(code).json()["token_type"] == "DPoP"
    assert error(high.push(dpop_jkt="short")) == "invalid_request"


def test_fapi2_security_profile_final_ensure_client_id_in_token_endpoint(
    high: HighSuite,
) -> None:
    assert high.redeem(high.code(), client_id="high").status_code == 200
    assert error(high.redeem(high.code(), client_id="other")) == "invalid_client"


def test_fapi2_security_profile_final_ensure_holder_of_key_required(high: HighSuite) -> None:
    assert error(high.redeem(high.code(), proof=None)) in ("invalid_dpop_proof", "invalid_request")
    access = high.tokens()["access_token"]
    assert high.resource(access, proof=None).status_code == 401


def test_fapi2_security_profile_final_ensure_signed_client_assertion_with_rs256_fails(
    other: HighSuite,
) -> None:
    assert error(other.push(other.assertion("RS256"))) == "invalid_client"
    assert other.push(other.assertion("PS256")).status_code == 201
    unsigned = other.assertion().rpartition(".")[0] + "."
    assert error(other.push(unsigned)) == "invalid_client"


def test_fapi2_security_profile_final_ensure_client_assertion_in_token_endpoint(
    high: HighSuite,
) -> None:
    without = {"client_assertion": None, "client_assertion_type": None, "client_id": "high"}
    assert error(high.redeem(high.code(), **without)) == "invalid_client"
    assertion = high.assertion()
    assert high.redeem(high.code(), client_assertion=assertion).status_code == 200
    replayed = high.redeem(high.code(), client_assertion=assertion)
    assert error(replayed) == "invalid_client", "an assertion is shown once"


def test_fapi2_security_profile_final_ensure_client_assertion_with_exp_is_5_minutes_in_past_fails(
    high: HighSuite,
) -> None:
    past = {"iat": high.target.now - 360, "exp": high.target.now - 300}
    assert _at_both(high, **past) == {"invalid_client"}


def test_fapi2_security_profile_final_ensure_client_assertion_with_wrong_aud_fails(
    high: HighSuite,
) -> None:
    assert _at_both(high, aud="https://other.test") == {"invalid_client"}


def test_fapi2_security_profile_final_ensure_client_assertion_with_no_sub_fails(
    high: HighSuite,
) -> None:
    assert _at_both(high, sub=None) == {"invalid_client"}


def test_fapi2_security_profile_final_par_ensure_jwt_client_assertions_nbf_8_seconds_in_the_future_is_accepted(  # noqa: E501
    high: HighSuite,
) -> None:
    soon = high.assertion(nbf=high.target.now + 8, exp=high.target.now + 68)
    assert high.push(soon).status_code == 201


def test_fapi2_security_profile_final_par_ensure_jwt_client_assertions_nbf_over_60_seconds_in_the_future_fails(  # noqa: E501
    high: HighSuite,
) -> None:
    late = high.assertion(nbf=high.target.now + 65, exp=high.target.now + 120)
    assert error(high.push(late)) == "invalid_client"


def test_fapi2_security_profile_final_par_test_array_as_audience_fails(high: HighSuite) -> None:
    assert error(high.push(high.assertion(aud=[high.target.issuer]))) == "invalid_client"


def test_fapi2_security_profile_final_par_test_par_endpoint_url_as_audience_fails(
    high: HighSuite,
) -> None:
    assert error(high.push(high.assertion(aud=high.par))) == "invalid_client"


def test_fapi2_security_profile_final_par_test_token_endpoint_url_as_audience_fails(
    high: HighSuite,
) -> None:
    assert error(high.push(high.assertion(aud=high.known["token_endpoint"]))) == "invalid_client"


WRONG_PROOFS: list[dict[str, Any]] = [
    {"jti": None},
    {"htm": None},
    {"htu": None},
    {"iat": None},
    {"htm": "PUT"},
    {"htu": "https://other.test/"},
    {"iat": 1},
    {"head": {"typ": None}},
    {"head": {"typ": "JWT"}},
    {"head": {"jwk": None}},
    {"head": {"jwk": "private"}},
    {"head": {"jwk": "another"}},
]


@pytest.mark.parametrize("wrong", WRONG_PROOFS, ids=str)
def test_fapi2_security_profile_final_dpop_negative_tests(
    high: HighSuite, wrong: dict[str, Any]
) -> None:
    changed = {**wrong, "head": _head(high, wrong.get("head", {}))}
    address, resource = high.known["token_endpoint"], high.known["userinfo_endpoint"]
    bad = high.proof("POST", address, **changed)
    assert error(high.redeem(high.code(), proof=bad)) == "invalid_dpop_proof"
    access = high.tokens()["access_token"]
    bad = high.proof("GET", resource, access, **changed)
    refused = high.resource(access, proof=bad)
    assert refused.status_code == 401
    assert refused.headers["WWW-Authenticate"].startswith("DPoP ")
    assert "invalid_dpop_proof" in refused.headers["WWW-Authenticate"]


def test_a_proof_is_shown_once_and_belongs_to_its_token(high: HighSuite) -> None:
    access, resource = high.tokens()["access_token"], high.known["userinfo_endpoint"]
    proof = high.proof("GET", resource, access)
    assert high.resource(access, proof=proof).status_code == 200
    for again in (proof, "not a proof", f"{proof},{proof}", high.proof("GET", resource)):
        assert high.resource(access, proof=again).status_code == 401
    other = high.proof("GET", resource, "another token")
    assert high.resource(access, proof=other).status_code == 401
    high.possessed = ECKey.generate_key("P-256")
    assert high.resource(access).status_code == 401
    queried = f"{resource}?a=b#c"
    assert high.resource(high.tokens()["access_token"], htu=queried).status_code == 200


def _head(high: HighSuite, changed: dict[str, Any]) -> dict[str, Any]:
    match changed:
        case {"jwk": "private"}:
            return {"jwk": high.possessed.as_dict(private=True)}
        case {"jwk": "another"}:
            return {"jwk": ECKey.generate_key("P-256").as_dict(private=False)}
        case _:
            return changed


def _at_both(high: HighSuite, **changed: Any) -> set[str]:
    """The errors at the token endpoint and where requests are pushed."""
    assertion = high.assertion(**changed)
    at_token = high.redeem(high.code(), client_assertion=assertion)
    return {error(at_token), error(high.push(high.assertion(**changed)))}
