"""Each way in which a provider's answer can be wrong: refused, with its own reason."""

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import httpx
import pytest

from hub import Asked, ProviderRefused, ProviderRequest
from tests.backends.oidc_provider.provider import CLIENT, ISSUER, LyingProvider, one_key
from tests.backends.oidc_provider.signing_in import SETTINGS, Site

NOW = 1_767_268_800
"""What the clock of a new site shows."""
CLAIMS: Mapping[str, tuple[Mapping[str, Any], str]] = {
    "another issuer": ({"iss": "https://elsewhere.test"}, "wrong_issuer"),
    "its issuer with a slash": ({"iss": f"{ISSUER}/"}, "wrong_issuer"),
    "no issuer": ({"iss": None}, "wrong_issuer"),
    "another audience": ({"aud": "somebody"}, "wrong_audience"),
    "no audience": ({"aud": None}, "wrong_audience"),
    "an audience that holds ours": ({"aud": f"{CLIENT}-2"}, "wrong_audience"),
    "two audiences and nobody who asked": ({"aud": [CLIENT, "other"]}, "wrong_audience"),
    "asked by another": ({"aud": [CLIENT, "other"], "azp": "other"}, "wrong_audience"),
    "ended": ({"exp": NOW - 31}, "expired"),
    "no end": ({"exp": None}, "bad_token"),
    "an end that is no number": ({"exp": "tomorrow"}, "bad_token"),
    "an end after all calendars": ({"exp": 1e300}, "bad_token"),
    "no beginning": ({"iat": None}, "bad_token"),
    "made in the future": ({"iat": NOW + 31}, "not_yet"),
    "good only later": ({"nbf": NOW + 31}, "not_yet"),
    "another nonce": ({"nonce": "of-another-sign-in"}, "wrong_nonce"),
    "no nonce": ({"nonce": None}, "wrong_nonce"),
    "a nonce that is a list": ({"nonce": ["n"]}, "wrong_nonce"),
    "no subject": ({"sub": None}, "no_subject"),
    "an empty subject": ({"sub": ""}, "no_subject"),
    "a subject that is a number": ({"sub": 7}, "no_subject"),
    "a subject without end": ({"sub": "x" * 256}, "no_subject"),
    "the access token of somebody else": ({"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}, "wrong_hash"),
    "a proof in the future": ({"auth_time": NOW + 31}, "bad_auth_time"),
    "a proof at no moment": ({"auth_time": "noon"}, "bad_auth_time"),
}
HARMLESS: Mapping[str, Mapping[str, Any]] = {
    "an audience in a list": {"aud": [CLIENT]},
    "two audiences, asked by us": {"aud": [CLIENT, "other"], "azp": CLIENT},
    "ended within the leeway": {"exp": NOW - 29},
    "made within the leeway": {"iat": NOW + 29},
    "no hash of the access token": {"at_hash": None},
    "no moment of proof, when none was asked": {"auth_time": None},
}


def reason(site: Site, request: ProviderRequest | None = None) -> str:
    with pytest.raises(ProviderRefused) as refused:
        site.sign_in(request)
    plugin, _, said = refused.value.code.partition(".")
    assert plugin == "oidc_provider"
    return said


@pytest.mark.parametrize("name", CLAIMS)
def test_a_token_with_a_wrong_claim_signs_nobody_in(name: str) -> None:
    site = Site()
    site.provider.claims, expected = dict(CLAIMS[name][0]), CLAIMS[name][1]
    assert reason(site) == expected


@pytest.mark.parametrize("name", HARMLESS)
def test_a_token_may_be_a_little_odd(name: str) -> None:
    site = Site()
    site.provider.claims = dict(HARMLESS[name])
    assert site.sign_in().identity.issuer == ISSUER


def test_an_unsigned_token_is_refused() -> None:
    site = Site()
    site.provider.tampered = lambda token: _unsigned(token)
    assert reason(site) == "wrong_algorithm"


def test_a_token_signed_with_the_public_key_as_secret_is_refused() -> None:
    site = Site()
    site.provider.tampered = lambda token: _with_public_key(token, site.provider)
    assert reason(site) == "wrong_algorithm"


def test_an_algorithm_that_the_operator_did_not_name_is_refused() -> None:
    site = Site()
    site.provider.alg = "PS256"
    assert reason(site) == "wrong_algorithm"


def test_a_token_signed_by_somebody_else_under_the_same_key_name_is_refused() -> None:
    site = Site()
    site.provider.keys = [one_key("one")]
    site.provider.key = type(site.provider.key).import_key(
        {**one_key("two").as_dict(private=True), "kid": "one"}
    )
    assert reason(site) == "wrong_signature"


def test_a_token_changed_on_the_way_is_refused() -> None:
    site = Site()
    site.provider.tampered = lambda token: token[:-4] + ("AAAA" if token[-4:] != "AAAA" else "BBBB")
    assert reason(site) == "wrong_signature"


@pytest.mark.parametrize("token", ["", "a", "a.b.c", "e30.e30.", "..", "é.é.é", "WzFd.e30.AA"])
def test_what_is_no_token_is_refused(token: str) -> None:
    site = Site()
    site.provider.tampered = lambda _: token
    assert reason(site) in ("bad_token", "wrong_algorithm", "bad_answer")


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        ("access_denied", "denied"),
        ("login_required", "login_required"),
        ("interaction_required", "login_required"),
        ("temporarily_unavailable", "unavailable"),
        ("server_error", "provider_failed"),
        ("invalid_scope", "misconfigured"),
        ("unmet_authentication_requirements", "level_refused"),
        ("<b>of its own</b>", "provider_failed"),
    ],
)
def test_the_providers_no_is_told_in_our_words(error: str, expected: str) -> None:
    site = Site()
    _, state = site.begin()
    answer = {"error": error, "state": state[site.backend.name]["state"]}
    with pytest.raises(ProviderRefused) as refused:
        site.finish(state, answer | {"error_description": "Ann Martin typed 1234"})
    assert refused.value.code == f"oidc_provider.{expected}"
    assert "Ann" not in refused.value.cause
    assert "<" not in refused.value.cause


def test_what_a_browser_brings_says_of_nobody_that_they_are_silent() -> None:
    """Anybody may come with these words: they would warn the whole region of a provider."""
    site = Site()
    _, state = site.begin()
    answer = {"error": "temporarily_unavailable", "state": state[site.backend.name]["state"]}
    with pytest.raises(ProviderRefused) as refused:
        site.finish(state, answer)
    assert not refused.value.silent


@pytest.mark.parametrize(
    ("told", "silent"),
    [
        (httpx.Response(429), False),
        (httpx.Response(400, json={"error": "temporarily_unavailable"}), False),
        (httpx.DecodingError("compressed without being asked"), False),
        (httpx.Response(503), True),
        (httpx.ReadTimeout("slow"), True),
        (httpx.ConnectError("down"), True),
        (httpx.PoolTimeout("all of our own places are taken"), False),
    ],
)
def test_silent_is_who_gave_the_hub_itself_no_answer(
    told: httpx.Response | Exception, silent: bool
) -> None:
    site = Site()
    site.provider.answers["/token"] = told
    with pytest.raises(ProviderRefused) as refused:
        site.sign_in()
    assert refused.value.code == "oidc_provider.unavailable"
    assert refused.value.silent is silent


@pytest.mark.parametrize("state", ["", "of another", "é", None])
def test_an_answer_to_another_sign_in_is_refused_before_its_code_is_shown(
    state: str | None,
) -> None:
    site = Site()
    address, kept = site.begin()
    answer = site.provider.authorize(address)
    changed = {**answer, "state": state} if state is not None else {"code": answer["code"]}
    with pytest.raises(ProviderRefused, match="another sign-in"):
        site.finish(kept, changed)
    assert not site.provider.calls("/token")


def test_an_answer_of_another_issuer_is_refused_before_its_code_is_shown() -> None:
    site = Site(require_iss="never")
    address, kept = site.begin()
    answer = site.provider.authorize(address) | {"iss": "https://attacker.test"}
    with pytest.raises(ProviderRefused) as refused:
        site.finish(kept, answer)
    assert refused.value.code == "oidc_provider.wrong_issuer"
    assert not site.provider.calls("/token")


@pytest.mark.parametrize("rule", ["advertised", "always"])
def test_an_answer_that_should_name_its_issuer_must(rule: str) -> None:
    site = Site(require_iss=rule)
    site.provider.metadata["authorization_response_iss_parameter_supported"] = True
    assert reason(site) == "no_issuer"


def test_the_operator_may_excuse_a_provider_that_forgets_its_issuer() -> None:
    site = Site(require_iss="never")
    site.provider.metadata["authorization_response_iss_parameter_supported"] = True
    assert site.sign_in()


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (httpx.Response(200, json={"sub": "somebody"}), "userinfo_subject"),
        (httpx.Response(200, json={}), "userinfo_subject"),
        (httpx.Response(200, html="<p>sub</p>"), "userinfo_failed"),
        (httpx.Response(401), "userinfo_failed"),
        (
            httpx.Response(200, content=b"[]", headers={"Content-Type": "application/json"}),
            "bad_answer",
        ),
        (httpx.Response(500), "unavailable"),
    ],
)
def test_userinfo_must_speak_of_the_same_person(told: httpx.Response, expected: str) -> None:
    site = Site()
    site.provider.answers["/userinfo"] = told
    assert reason(site) == expected


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (httpx.Response(200, html="<p>welcome</p>"), "bad_answer"),
        (httpx.Response(200, json=["token"]), "bad_answer"),
        (httpx.Response(200, json={"access_token": "a", "token_type": "Bearer"}), "bad_answer"),
        (httpx.Response(400, json={"error": "invalid_grant"}), "code_refused"),
        (httpx.Response(401, json={"error": "invalid_client"}), "misconfigured"),
        (httpx.Response(503), "unavailable"),
        (httpx.ReadTimeout("slow"), "unavailable"),
    ],
)
def test_a_broken_token_endpoint_signs_nobody_in(
    told: httpx.Response | Exception, expected: str
) -> None:
    site = Site()
    site.provider.answers["/token"] = told
    assert reason(site) == expected
    assert len(site.provider.calls("/token")) == 1


def test_whoever_was_not_asked_again_is_not_fresh() -> None:
    site = Site()
    site.provider.claims = {"auth_time": NOW - 32}
    assert reason(site, ProviderRequest(asked=Asked(force=True))) == "too_old"


def test_an_older_proof_than_asked_is_refused() -> None:
    site = Site()
    site.provider.claims = {"auth_time": NOW - 91}
    asked = Asked(max_age=timedelta(seconds=60))
    assert reason(site, ProviderRequest(asked=asked)) == "too_old"


@pytest.mark.parametrize("asked", [Asked(force=True), Asked(max_age=timedelta(hours=1))])
def test_a_provider_that_was_asked_when_must_say_when(asked: Asked) -> None:
    site = Site()
    site.provider.claims = {"auth_time": None}
    assert reason(site, ProviderRequest(asked=asked)) == "no_auth_time"


def test_a_required_level_that_was_not_reached_is_refused() -> None:
    site = Site(acr_values=("eidas2",), acr_required=True)
    assert reason(site) == "level_refused"
    site.provider.claims = {"acr": "eidas1"}
    assert reason(site) == "level_refused"
    site.provider.claims = {"acr": "eidas2"}
    assert site.sign_in().evidence.vouched_acr == "eidas2"


def test_an_answer_the_operator_said_nothing_of_is_worth_nothing() -> None:
    site = Site(evidence=SETTINGS.evidence[:1])
    site.provider.claims = {"acr": "of its own"}
    assert reason(site) == "unknown_level"


def _unsigned(token: str) -> str:
    return f"eyJhbGciOiJub25lIn0.{token.split('.')[1]}."


def _with_public_key(token: str, provider: LyingProvider) -> str:
    # By hand: no library of today takes a public key as a secret.
    signed = _encoded(b'{"alg":"HS256","kid":"one"}') + "." + token.split(".")[1]
    secret = provider.key.as_pem(private=False)
    return f"{signed}.{_encoded(hmac.digest(secret, signed.encode(), 'sha256'))}"


def _encoded(part: bytes) -> str:
    return urlsafe_b64encode(part).rstrip(b"=").decode()
