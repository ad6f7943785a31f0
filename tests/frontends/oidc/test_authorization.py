import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from hub.testing.hub import NOON
from tests.frontends.oidc.party import BACK, ISSUER, Party, query, sent


def error(party: Party, **asked: str | None) -> str:
    answer = sent(party.authorize(**asked))
    assert answer["iss"] == ISSUER and answer["state"] == "st&te é" and "code" not in answer
    return answer["error"]


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"client_id": "stranger"}, "oidc.unknown_client"),
        ({"client_id": None}, "oidc.unknown_client"),
        ({"redirect_uri": None}, "oidc.unknown_redirect_uri"),
        ({"redirect_uri": BACK + "/"}, "oidc.unknown_redirect_uri"),
        ({"redirect_uri": BACK + "?x=1"}, "oidc.unknown_redirect_uri"),
        ({"redirect_uri": BACK.replace("mail", "MAIL")}, "oidc.unknown_redirect_uri"),
        ({"redirect_uri": "https://thief.test/"}, "oidc.unknown_redirect_uri"),
        ({"redirect_uri": "https://mail.test:444/back"}, "oidc.unknown_redirect_uri"),
    ],
)
def test_who_is_not_registered_gets_a_page_and_no_redirect(
    party: Party, asked: Mapping[str, str | None], code: str
) -> None:
    answer = party.authorize(**asked)
    assert answer.status_code == 400 and answer.text.startswith(code)
    assert "Location" not in answer.headers and "thief" not in answer.text


@pytest.mark.parametrize("name", ["client_id", "redirect_uri", "state"])
def test_an_address_given_twice_is_followed_never(party: Party, name: str) -> None:
    answer = party.browser.get(f"/oidc/authorize?{query()}&{name}=https://thief.test/")
    assert answer.status_code == 400


def test_any_other_parameter_given_twice_is_an_error_for_the_service(party: Party) -> None:
    answer = party.browser.get(f"/oidc/authorize?{query()}&nonce=other")
    assert sent(answer)["error"] == "invalid_request"


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"response_type": None}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": "code id_token"}, "unsupported_response_type"),
        ({"response_mode": "fragment"}, "invalid_request"),
        ({"code_challenge": None, "code_challenge_method": None}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": "a" * 44}, "invalid_request"),
        ({"code_challenge": "a" * 42 + "="}, "invalid_request"),
        ({"prompt": "none login"}, "invalid_request"),
        ({"prompt": "foo"}, "invalid_request"),
        ({"max_age": "-1"}, "invalid_request"),
        ({"max_age": "abc"}, "invalid_request"),
        ({"max_age": "1e99"}, "invalid_request"),
        ({"max_age": "٣"}, "invalid_request"),
        ({"max_age": "9" * 5000}, "invalid_request"),
        ({"scope": None}, "invalid_scope"),
        ({"scope": "unknown"}, "invalid_scope"),
        ({"request": "e30."}, "request_not_supported"),
        ({"request_uri": "https://mail.test/r"}, "request_uri_not_supported"),
        ({"registration": "{}"}, "registration_not_supported"),
        ({"claims": "{"}, "invalid_request"),
        ({"claims": "[]"}, "invalid_request"),
        ({"claims": '{"id_token": []}'}, "invalid_request"),
        ({"claims": "[" * 8000}, "invalid_request"),
        ({"claims": "x" * 9000}, "invalid_request"),
        ({"claims": '{"a":' * 1000 + "1" + "}" * 1000}, "invalid_request"),
        ({"claims": '{"id_token": {"acr": "high"}}'}, "invalid_request"),
        ({"nonce": "a\0b"}, "invalid_request"),
        ({"id_token_hint": "not.a.token"}, "invalid_request"),
        ({"id_token_hint": "eyJhbGciOiJub25lIn0.e30."}, "invalid_request"),
    ],
)
def test_what_cannot_be_understood_is_told_to_the_service(
    party: Party, asked: Mapping[str, str | None], expected: str
) -> None:
    assert error(party, **asked) == expected


@pytest.mark.parametrize(
    "asked",
    [
        {"display": "popup", "claims_locales": "fr", "extra": "foobar"},
        {"ui_locales": "x" * 10_000},
        {"prompt": "consent"},
        {"acr_values": "urn:unknown"},
        {"claims": '{"userinfo": {"name": {"essential": true}, "unknown": null}}'},
        {"claims": '{"id_token": {"acr": {"essential": true, "values": [1, null, ""]}}}'},
        {"scope": "openid unknown"},
        {"login_hint": '"><script>'},
        {"response_mode": "query"},
    ],
)
def test_what_may_be_ignored_disturbs_nothing(party: Party, asked: Mapping[str, str]) -> None:
    assert party.authorize(**asked).location.startswith("/login/")


def test_silently_a_stranger_is_nobody(party: Party) -> None:
    assert error(party, prompt="none") == "login_required"


def test_forced_login_asks_again_and_tells_the_new_time(party: Party) -> None:
    party.code()
    party.hub.later(minutes=5)
    arrived = party.authorize(prompt="login")
    assert arrived.location.startswith("/login/")
    party.sign_in(arrived)
    tokens = party.token(sent(party.complete(arrived))["code"]).get_json()
    assert party.id_token(tokens["id_token"]).claims["auth_time"] == int(NOON.timestamp()) + 300


@pytest.mark.parametrize(("max_age", "asks"), [("600", False), ("60", True), ("0", True)])
def test_an_old_sign_in_is_good_as_long_as_the_service_says(
    party: Party, max_age: str, asks: bool
) -> None:
    party.code()
    party.hub.later(minutes=5)
    assert party.authorize(max_age=max_age).location.startswith("/login/") is asks
    if asks:
        assert error(party, max_age=max_age, prompt="none") == "login_required"


def test_a_wished_level_out_of_reach_is_not_an_error_but_an_essential_one_is(party: Party) -> None:
    party.code()
    level = party.hub.rules.policy.level("high")
    assert level is not None
    high = level.acr
    essential = json.dumps({"id_token": {"acr": {"essential": True, "values": [high]}}})
    assert error(party, claims=essential, prompt="none") == "login_required"
    arrived = party.authorize(claims=essential)
    party.sign_in(arrived, "code")
    tokens = party.token(sent(party.complete(arrived))["code"]).get_json()
    assert party.id_token(tokens["id_token"]).claims["acr"] == high


def test_a_hint_of_the_same_person_passes_and_of_another_does_not(party: Party) -> None:
    hint = party.token(party.code()).get_json()["id_token"]
    party.hub.later(hours=1)
    assert "code" in sent(party.authorize(prompt="none", id_token_hint=hint))
    party.another_person()
    arrived = party.authorize()
    party.sign_in(arrived, identifier="bob")
    assert sent(party.complete(arrived))["code"]
    assert error(party, prompt="none", id_token_hint=hint) == "login_required"


@pytest.mark.parametrize(
    ("named_by", "insists"), [("id_token_hint", True), ("claims", True), ("login_hint", False)]
)
def test_a_person_named_by_a_token_or_a_claim_is_the_only_one_served(
    party: Party, named_by: str, insists: bool
) -> None:
    naming = {
        "id_token_hint": party.token(party.code()).get_json()["id_token"],
        "claims": json.dumps({"id_token": {"sub": {"value": "somebody else"}}}),
        "login_hint": "20002",
    }
    party.another_person()
    party.authorize(**{named_by: naming[named_by]})
    [login] = [each for each in party.hub.records.logins.values() if each.request.expected]
    assert login.request.asked.only_expected is insists


def test_a_hint_given_to_another_service_is_refused(party: Party) -> None:
    hint = party.token(party.code()).get_json()["id_token"]
    assert error(party, client_id="file", id_token_hint=hint) == "invalid_request"


def test_the_subject_asked_as_a_claim_is_the_only_one_accepted(party: Party) -> None:
    party.code()
    claims = json.dumps({"id_token": {"sub": {"value": "somebody else"}}})
    assert error(party, prompt="none", claims=claims) == "login_required"


def test_languages_wished_reach_the_pages(party: Party) -> None:
    party.authorize(ui_locales="en <b> fr-CH")
    [login] = party.hub.records.logins.values()
    assert login.request.languages == ("en", "fr-CH")


def test_a_level_nobody_can_reach_is_the_protocol_s_own_error_and_no_dead_end(
    party: Party,
) -> None:
    level = party.hub.rules.policy.level("top")
    assert level is not None
    essential = json.dumps({"id_token": {"acr": {"essential": True, "values": [level.acr]}}})
    assert error(party, claims=essential) == "unmet_authentication_requirements"
    # A wish for it is no error: the best there is is proved, and truly named.
    tokens = party.token(party.code(acr_values=level.acr)).get_json()
    assert party.id_token(tokens["id_token"]).claims["acr"] != level.acr


def test_a_service_s_own_age_limit_holds_where_it_names_none(keys: Path) -> None:
    party = Party(keys, default_max_age="PT1M", require_auth_time=True)
    party.code()
    party.hub.later(seconds=30)
    assert "code" in sent(party.authorize(prompt="none"))
    party.hub.later(minutes=1)
    assert sent(party.authorize(prompt="none"))["error"] == "login_required"
    assert "code" in sent(party.authorize(prompt="none", max_age="600"))
    party.close()


def test_a_choice_nobody_may_be_asked_for_is_an_error_of_its_own(party: Party) -> None:
    assert error(party, prompt="none", login_hint="20002") == "login_required"
    party.code()
    # OIDC Core 3.1.2.6: somebody is here, another was meant, and no page may ask which.
    assert error(party, prompt="none", login_hint="20002") == "account_selection_required"
    assert "code" in sent(party.authorize(prompt="none", login_hint="10001"))
    assert party.authorize(login_hint="20002").location.startswith("/login/")
