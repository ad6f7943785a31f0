"""Plan `fapi2-security-profile-final-test-plan`: private_key_jwt, DPoP, OpenID Connect.

What a client asks, and how it is answered; its keys are the subject of `test_fapi2_keys.py`."""

import json
from collections.abc import Callable

import httpx
import pytest

from tests.conformance.high import HighSuite
from tests.conformance.suite import Suite

Open = Callable[..., HighSuite]
UNSIGNED = ("RS256", "HS256", "none")


@pytest.fixture
def high(opened_high: Open) -> HighSuite:
    return opened_high()


@pytest.fixture
def other(opened_high: Open) -> HighSuite:
    return opened_high("other")


def error(answer: httpx.Response) -> str:
    assert answer.status_code in (400, 401), answer.text
    said: str = answer.json()["error"]
    return said


def test_fapi2_security_profile_final_discovery_end_point_verification(high: HighSuite) -> None:
    known = high.known
    assert known["pushed_authorization_request_endpoint"].startswith("https://")
    assert "private_key_jwt" in known["token_endpoint_auth_methods_supported"]
    assert {"PS256", "ES256"} <= set(known["token_endpoint_auth_signing_alg_values_supported"])
    assert {"PS256", "ES256"} <= set(known["dpop_signing_alg_values_supported"])
    assert known["code_challenge_methods_supported"] == ["S256"]
    assert known["authorization_response_iss_parameter_supported"] is True
    assert {"authorization_code", "refresh_token"} <= set(known["grant_types_supported"])
    for name, algorithms in known.items():
        assert not (name.endswith("alg_values_supported") and "none" in algorithms), name


def test_fapi2_security_profile_final_happy_flow(high: HighSuite, other: HighSuite) -> None:
    for suite in (high, other):
        tokens = suite.tokens(nonce="a nonce")
        token = suite.verified(tokens["id_token"])
        assert token.header["alg"] == "PS256" and token.claims["nonce"] == "a nonce"
        assert suite.resource(tokens["access_token"]).json()["sub"] == token.claims["sub"]
    stolen = other.resource(high.tokens()["access_token"])
    assert stolen.status_code == 401


def test_fapi2_security_profile_final_user_rejects_authentication(high: HighSuite) -> None:
    page = high.ask(state="a state")
    assert high.asks_password(page)
    refused = high.browser.submit(page.form(to="/cancel"))
    told = high.told(high.answering(refused))
    assert (told["error"], told["state"]) == ("access_denied", "a state")


def test_fapi2_security_profile_final_ensure_authorization_request_without_state_success(
    high: HighSuite,
) -> None:
    assert "state" not in high.signed_in(state=None)
    assert high.signed_in(state="s")["state"] == "s"


def test_fapi2_security_profile_final_ensure_authorization_request_without_nonce_success(
    high: HighSuite,
) -> None:
    assert "nonce" not in high.claims(nonce=None)


def test_fapi2_security_profile_final_ensure_authorization_request_with_64_char_nonce_success(
    high: HighSuite,
) -> None:
    assert high.claims(nonce="n" * 64)["nonce"] == "n" * 64


def test_fapi2_security_profile_final_ensure_authorization_request_with_long_nonce(
    high: HighSuite,
) -> None:
    """Whole or refused, never cut."""
    assert high.claims(nonce="n" * 384)["nonce"] == "n" * 384
    assert error(high.push(nonce="n" * 9000)) == "invalid_request"


def test_fapi2_security_profile_final_ensure_authorization_request_with_long_state(
    high: HighSuite,
) -> None:
    assert high.signed_in(state="s" * 1000)["state"] == "s" * 1000


def test_fapi2_security_profile_final_ensure_other_scope_order_succeeds(high: HighSuite) -> None:
    access = high.tokens(scope="email profile openid")["access_token"]
    assert high.resource(access).json()["email"]


def test_fapi2_security_profile_final_test_claims_parameter_identity_claims(
    high: HighSuite,
) -> None:
    wanted = json.dumps({"userinfo": {"given_name": {"essential": True}, "nothing": None}})
    told = high.resource(high.tokens(claims=wanted)["access_token"]).json()
    assert told["given_name"] == "Ann" and "nothing" not in told
    assert error(high.push(claims="{")) == "invalid_request"


def test_fapi2_security_profile_final_ensure_registered_redirect_uri(high: HighSuite) -> None:
    answer = high.push(redirect_uri="https://evil.test/callback")
    assert error(answer) in ("invalid_request", "invalid_redirect_uri")
    assert high.signed_in()["code"]


def test_fapi2_security_profile_final_plain_fapi_tolerate_unregistered_redirect_uri(
    high: HighSuite,
) -> None:
    """A server may take them from clients it knows; ours does not, and says so at once."""
    for address in (f"{high.callback}/else", f"{high.callback}?x=1"):
        answer = high.push(redirect_uri=address)
        assert error(answer) in ("invalid_request", "invalid_redirect_uri")
        assert "request_uri" not in answer.json()


def test_fapi2_security_profile_final_ensure_unsigned_authorization_request_without_using_par_fails(
    high: HighSuite,
) -> None:
    page = high.browser.open(high.address(**high.request(state="s")))
    told = high.told(page)
    assert told["error"] == "invalid_request" and "code" not in told


def test_fapi2_security_profile_final_ensure_redirect_uri_in_authorization_request(
    high: HighSuite,
) -> None:
    assert error(high.push(redirect_uri=None)) == "invalid_request"


def test_fapi2_security_profile_final_ensure_response_type_code_idtoken_fails(
    high: HighSuite,
) -> None:
    answer = error(high.push(response_type="code id_token"))
    assert answer in ("unsupported_response_type", "invalid_request")


def test_fapi2_security_profile_final_ensure_response_type_token_fails(high: HighSuite) -> None:
    answer = error(high.push(response_type="token"))
    assert answer in ("unsupported_response_type", "invalid_request")


def test_fapi2_security_profile_final_par_ensure_reused_request_uri_prior_to_auth_completion_succeeds(  # noqa: E501
    high: HighSuite,
) -> None:
    name = high.pushed()
    assert high.asks_password(high.bring(name))
    again = high.bring(name)
    assert high.asks_password(again)
    assert high.told(high.typed(again))["code"]


def test_fapi2_security_profile_final_par_attempt_reuse_request_uri(high: HighSuite) -> None:
    name = high.pushed()
    assert high.told(high.typed(high.bring(name)))["code"]
    assert _refused(high, high.bring(name))


def test_fapi2_security_profile_final_par_attempt_to_use_expired_request_uri(
    high: HighSuite,
) -> None:
    answer = high.push().json()
    high.target.clock.later(seconds=answer["expires_in"] + 1)
    assert _refused(high, high.bring(answer["request_uri"]))


def test_fapi2_security_profile_final_par_attempt_to_use_request_uri_for_different_client(
    high: HighSuite, other: HighSuite
) -> None:
    name = high.pushed()
    assert _refused(other, other.bring(name))
    assert high.asks_password(high.bring(name)), "it is still there for whose it is"


def test_fapi2_security_profile_final_par_authorization_request_containing_request_uri_form_param(
    high: HighSuite,
) -> None:
    assert error(high.push(request_uri=high.pushed())) == "invalid_request"


def test_fapi2_security_profile_final_par_attempt_invalid_http_method(high: HighSuite) -> None:
    form = {**high.request(), **high.identified()}
    for answer in (high.http.get(high.par, params=form), high.http.put(high.par, data=form)):
        assert answer.status_code in (400, 404, 405) and "request_uri" not in answer.text


def test_fapi2_security_profile_final_par_ensure_pkce_required(high: HighSuite) -> None:
    asked = {"code_challenge": None, "code_challenge_method": None}
    assert error(high.push(**asked)) == "invalid_request"


def test_fapi2_security_profile_final_par_plain_pkce_rejected(high: HighSuite) -> None:
    plain = {"code_challenge": high.verifier, "code_challenge_method": "plain"}
    assert error(high.push(**plain)) == "invalid_request"
    assert error(high.push(code_challenge_method=None)) == "invalid_request"


def test_fapi2_security_profile_final_par_without_duplicate_parameters(high: HighSuite) -> None:
    """Only client_id and request_uri at the authorization endpoint; what stands beside is air."""
    page = high.bring(high.pushed(state="s"), state="another", scope="nothing", nonce="x")
    assert high.told(high.typed(page))["state"] == "s"


def test_fapi2_security_profile_final_ensure_pkce_code_verifier_required(high: HighSuite) -> None:
    assert error(high.redeem(high.code(), code_verifier=None)) == "invalid_grant"


def test_fapi2_security_profile_final_incorrect_pkce_code_verifier_rejected(
    high: HighSuite,
) -> None:
    assert error(high.redeem(high.code(), code_verifier="w" * 43)) == "invalid_grant"
    assert high.redeem(high.code()).status_code == 200


def test_fapi2_security_profile_final_ensure_authorization_code_is_bound_to_client(
    high: HighSuite, other: HighSuite
) -> None:
    code = high.code()
    other.verifier = high.verifier
    assert error(other.redeem(code)) == "invalid_grant"
    assert error(high.redeem(code)) == "invalid_grant", "seen by two, good for nobody"


def test_fapi2_security_profile_final_attempt_reuse_authorization_code_after_one_second(
    high: HighSuite,
) -> None:
    code = high.code()
    access = high.redeem(code).json()["access_token"]
    high.target.clock.later(seconds=1)
    assert error(high.redeem(code)) == "invalid_grant"
    assert high.resource(access).status_code == 401


def test_fapi2_security_profile_final_ensure_token_endpoint_fails_with_expired_auth_code(
    high: HighSuite,
) -> None:
    code = high.code()
    high.target.clock.later(seconds=60)
    assert error(high.redeem(code)) == "invalid_grant"


def test_fapi2_security_profile_final_refresh_token(high: HighSuite, other: HighSuite) -> None:
    tokens = high.tokens()
    form = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    answer = high.token(**form)
    assert answer.status_code == 200, answer.text
    # FAPI 2.0 5.3.2.1: refresh tokens are not rotated.
    assert answer.json().get("refresh_token", form["refresh_token"]) == form["refresh_token"]
    assert high.resource(answer.json()["access_token"]).status_code == 200
    assert high.token(**form).status_code == 200
    assert error(other.token(**form)) == "invalid_grant"


def _refused(suite: Suite, page: object) -> bool:
    """No code: a page of the hub's, or an error at the service."""
    shown = getattr(page, "address", ""), getattr(page, "status", 0)
    return "code=" not in shown[0] and (shown[1] == 400 or "error=" in shown[0])
