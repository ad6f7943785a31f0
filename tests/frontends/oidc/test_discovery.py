"""Discovery says what is true: each ability it names is tried, and nothing works undeclared."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from joserfc.jwk import KeySet, RSAKey

from hub_frontends.oidc.frontend import OidcFrontend
from hub_frontends.oidc.scopes import SCOPES
from tests.frontends.oidc.party import ISSUER, Party, query, sent

WELL_KNOWN = "/.well-known/openid-configuration"
TOLD_TO_NOBODY = {"oidc/device", "oidc/associate", "oidc/logo/[^/]+"}
"""Pages and pictures for people: no machine calls them."""


@pytest.fixture
def told(party: Party) -> Mapping[str, Any]:
    answer = party.machine.get(WELL_KNOWN)
    document: Mapping[str, Any] = answer.get_json()
    return document


def test_the_issuer_is_the_address_it_is_found_under(told: Mapping[str, Any]) -> None:
    assert told["issuer"] == ISSUER
    assert urlsplit(ISSUER).path == urlsplit(ISSUER).query == ""


def test_both_documents_are_one(party: Party, told: Mapping[str, Any]) -> None:
    other = party.machine.get("/.well-known/oauth-authorization-server")
    assert other.get_json() == told
    assert "max-age" in other.headers["Cache-Control"]


def test_no_header_makes_the_issuer_another(party: Party, told: Mapping[str, Any]) -> None:
    forged = {"Host": "thief.test", "X-Forwarded-Host": "thief.test", "Forwarded": "host=thief"}
    assert party.machine.get(WELL_KNOWN, headers=forged).get_json() == told


def test_every_endpoint_named_answers_and_every_endpoint_that_answers_is_named(
    party: Party, told: Mapping[str, Any]
) -> None:
    named = {
        urlsplit(address).path.lstrip("/")
        for name, address in told.items()
        if name.endswith(("_endpoint", "_uri")) and isinstance(address, str)
    }
    for path in named:
        assert party.machine.get(f"/{path}").status_code != 404, path
    patterns = [pattern for pattern, _ in OidcFrontend.register_endpoints(_frontend(party), [])]
    ours = {each.strip("^$").replace("\\", "") for each in patterns if "well-known" not in each}
    closed = {"oidc/register", "oidc/register/[^/]+"}
    assert ours - TOLD_TO_NOBODY - closed == named - closed


def test_registration_is_named_only_when_it_is_open(told: Mapping[str, Any]) -> None:
    assert "registration_endpoint" not in told


def test_every_level_named_may_be_asked_for_and_is_one_of_the_policy(
    party: Party, told: Mapping[str, Any]
) -> None:
    ladder = party.toolbox.ladder
    assert told["acr_values_supported"] == [each.acr for each in ladder[1:]]
    party.code()
    for acr in told["acr_values_supported"]:
        answer = party.authorize(acr_values=acr)
        assert answer.location.startswith("/login/") or sent(answer)["code"]


def test_every_response_mode_and_type_works_and_no_other(
    party: Party, told: Mapping[str, Any]
) -> None:
    assert told["response_types_supported"] == ["code"]
    party.code()
    for mode in told["response_modes_supported"]:
        assert party.authorize(response_mode=mode).status_code in (200, 303)
    for mode in ("fragment", "jwt", "form_post.jwt"):
        assert sent(party.authorize(response_mode=mode))["error"] == "invalid_request"
    for kind in ("token", "id_token", "code id_token"):
        assert sent(party.authorize(response_type=kind))["error"] == "unsupported_response_type"


def test_every_prompt_named_is_understood_and_no_other(
    party: Party, told: Mapping[str, Any]
) -> None:
    for prompt in told["prompt_values_supported"]:
        answer = party.authorize(prompt=prompt)
        error = sent(answer).get("error") if answer.location.startswith("https://mail") else ""
        assert error in ("", "login_required")
    assert sent(party.authorize(prompt="create"))["error"] == "invalid_request"


def test_every_scope_named_is_granted(party: Party, told: Mapping[str, Any]) -> None:
    assert "openid" in told["scopes_supported"] and set(SCOPES) <= set(told["scopes_supported"])
    scope = " ".join(SCOPES)
    assert party.token(party.code(scope=scope)).get_json()["scope"] == scope


def test_every_claim_a_person_s_userinfo_shows_is_named(
    party: Party, told: Mapping[str, Any]
) -> None:
    tokens = party.token(party.code(scope=" ".join(SCOPES))).get_json()
    shown = party.userinfo(tokens["access_token"]).get_json().keys()
    inside = party.id_token(tokens["id_token"]).claims.keys() - {"at_hash"}
    assert (shown | inside) <= set(told["claims_supported"])


def test_every_algorithm_named_has_its_published_key(
    keys: Path, party: Party, told: Mapping[str, Any]
) -> None:
    published = KeySet.import_key_set(json.loads(party.machine.get("/oidc/jwks").data))
    algs = {str(key.alg) for key in published.keys}
    named = told["id_token_signing_alg_values_supported"]
    assert set(named) == algs and "RS256" in named
    assert told["userinfo_signing_alg_values_supported"] == named
    for alg in named:
        another = Party(keys, id_token_signed_response_alg=alg, userinfo_signed_response_alg=alg)
        tokens = another.token(another.code()).get_json()
        assert another.id_token(tokens["id_token"]).header["alg"] == alg
        assert another.userinfo(tokens["access_token"]).mimetype == "application/jwt"
        another.close()


def test_the_published_keys_are_public_distinct_and_strong(party: Party) -> None:
    jwks = party.machine.get("/oidc/jwks").get_json()["keys"]
    assert len({each["kid"] for each in jwks}) == len(jwks)
    for each in jwks:
        assert each["use"] == "sig" and each["alg"]
        assert not {"d", "p", "q", "dp", "dq", "qi", "k"} & each.keys()
        if each["kty"] == "RSA":
            assert RSAKey.import_key(each).raw_value.key_size >= 2048


def test_languages_are_named_as_the_pages_speak_them(party: Party, told: Mapping[str, Any]) -> None:
    assert told["ui_locales_supported"] == list(party.toolbox.languages)
    for language in told["ui_locales_supported"]:
        page = party.authorize(response_mode="form_post", prompt="none", ui_locales=language)
        assert f'<html lang="{language}">' in page.text


def test_what_is_said_of_requests_is_true(party: Party, told: Mapping[str, Any]) -> None:
    assert told["claims_parameter_supported"] is True
    assert told["request_uri_parameter_supported"] is False
    refused = sent(party.authorize(request_uri="https://mail.test/r"))["error"]
    assert refused == "request_uri_not_supported"
    answer = sent(party.authorize(prompt="none"))
    assert told["authorization_response_iss_parameter_supported"] and answer["iss"] == ISSUER
    plain = sent(party.authorize(code_challenge_method="plain"))["error"]
    assert told["code_challenge_methods_supported"] == ["S256"] and plain == "invalid_request"


def test_every_display_is_tolerated(party: Party) -> None:
    for display in ("page", "popup", "touch", "wap"):
        answer = party.browser.get("/oidc/authorize?" + query(display=display, claims_locales="fr"))
        assert answer.location.startswith("/login/")


def _frontend(party: Party) -> OidcFrontend:
    ending = party.endings["oidc"]
    assert isinstance(ending, OidcFrontend)
    return ending
