import json
from time import perf_counter
from typing import Any

import pytest

from hub_frontends.oidc.claims_request import BadClaims, ClaimsRequest, claims_request
from tests.frontends.oidc.party import Party, sent


def tokens(party: Party, asked: Any, **more: str | None) -> dict[str, Any]:
    code = party.code(claims=json.dumps(asked), **more)
    answer: dict[str, Any] = party.token(code).get_json()
    return answer


def test_a_claim_named_for_a_place_is_told_there_and_only_there(party: Party) -> None:
    asked = {"id_token": {"rpps": None}, "userinfo": {"surname": {"essential": True}}}
    told = tokens(party, asked, scope="openid")
    person = party.userinfo(told["access_token"]).get_json()
    claims = party.id_token(told["id_token"]).claims
    assert set(person) == {"sub", "surname"}
    assert claims["rpps"] == "10001" and "surname" not in claims


def test_what_the_service_may_not_learn_is_left_out_without_an_error(party: Party) -> None:
    asked = {"userinfo": {"login": {"essential": True}}, "id_token": {"login": None, "moon": None}}
    told = tokens(party, asked, scope="openid")
    assert set(party.userinfo(told["access_token"]).get_json()) == {"sub"}
    assert not {"login", "moon"} & party.id_token(told["id_token"]).claims.keys()


def test_nobody_s_attribute_passes_for_a_word_of_the_protocol(party: Party) -> None:
    claims = party.id_token(tokens(party, {"id_token": {"acr": None, "iss": None}})["id_token"])
    assert claims.claims["iss"] == "https://hub.test"


def test_the_claims_named_are_told_again_at_each_refresh(party: Party) -> None:
    first = tokens(party, {"id_token": {"rpps": None}, "userinfo": {"surname": None}})
    again = party.refresh(first["refresh_token"]).get_json()
    assert party.id_token(again["id_token"]).claims["rpps"] == "10001"
    assert party.userinfo(again["access_token"]).get_json()["surname"] == "Martin"


def test_without_a_claim_named_the_id_token_stays_small(party: Party) -> None:
    claims = party.id_token(party.token(party.code()).get_json()["id_token"]).claims
    assert not {"given_name", "surname", "rpps", "situation"} & claims.keys()


def test_a_subject_asked_at_userinfo_is_the_only_one_served_too(party: Party) -> None:
    party.code()
    asked = json.dumps({"userinfo": {"sub": {"value": "somebody else"}}})
    answer = sent(party.authorize(prompt="none", claims=asked))
    assert answer["error"] == "login_required"


@pytest.mark.parametrize(
    ("text", "read"),
    [
        (None, ClaimsRequest()),
        ("{}", ClaimsRequest()),
        ('{"id_token": null, "elsewhere": 3}', ClaimsRequest()),
        ('{"userinfo": {"name": null}}', ClaimsRequest(userinfo=("name",))),
        (
            '{"id_token": {"acr": {"value": "b", "values": ["a", 3]}}}',
            ClaimsRequest(id_token=("acr",), acrs=("a", "b")),
        ),
        (
            '{"id_token": {"acr": {"essential": true, "values": ["a"]}}}',
            ClaimsRequest(id_token=("acr",), acrs=("a",), essential_acr=True),
        ),
        ('{"id_token": {"acr": {"essential": true}}}', ClaimsRequest(id_token=("acr",))),
        ('{"id_token": {"sub": {"value": 3}}}', ClaimsRequest(id_token=("sub",))),
        ('{"userinfo": {"\\u0000": null, "": null}}', ClaimsRequest()),
    ],
)
def test_the_parameter_is_read_as_the_standard_writes_it(
    text: str | None, read: ClaimsRequest
) -> None:
    assert claims_request(text) == read


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nothing",
        "[]",
        '{"id_token": []}',
        '{"userinfo": {"name": true}}',
        '{"a":' * 100_000,
        "[" * 8000,
        '{"id_token": {"acr": {"value": ' + "1" * 8000 + "}}}",
        " " * 1_000_000,
    ],
)
def test_nonsense_is_refused_at_once(text: str) -> None:
    began = perf_counter()
    with pytest.raises(BadClaims):
        claims_request(text)
    assert perf_counter() - began < 0.1
