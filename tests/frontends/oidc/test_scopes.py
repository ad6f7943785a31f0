from dataclasses import replace
from typing import Any

import pytest

from hub_frontends.oidc.granted import Frozen
from hub_frontends.oidc.scopes import RESERVED, inside, scope_of, scopes_for, shown
from tests.frontends.oidc.party import Party

TOLD = Frozen(
    subject="s",
    claims={
        "name": ("Ann Martin",),
        "email": ("ann@hub.test",),
        "email_verified": ("true",),
        "phone_number": ("+33639980101",),
        "phone_number_verified": ("false",),
        "address": ("1 rue des Tilleuls",),
        "rpps": ("10001",),
        "profession": ("doctor",),
        "mailboxes": ("a@mail.test", "b@mail.test"),
        "shoe_size": ("41",),
        "updated_at": ("1767268800",),
        "role": ("doctor",),
        "SubjectNameID": ("810001",),
    },
    native={"SubjectRefPro": {"exercices": []}, "acr": {"forged": True}},
    situation={"id": "clinic", "role": None},
    acr="a",
    amr=("pwd",),
    auth_time=1,
    sid="sid",
)


@pytest.mark.parametrize(
    ("scope", "told"),
    [
        ("openid", {}),
        ("profile", {"name": "Ann Martin", "shoe_size": "41", "updated_at": 1767268800}),
        ("email", {"email": "ann@hub.test", "email_verified": True}),
        ("phone", {"phone_number": "+33639980101", "phone_number_verified": False}),
        ("address", {"address": {"formatted": "1 rue des Tilleuls"}}),
        ("national_id", {"rpps": "10001"}),
        ("profession", {"profession": "doctor"}),
        ("mailboxes", {"mailboxes": ["a@mail.test", "b@mail.test"]}),
        ("situation", {"situation": {"id": "clinic"}, "role": "doctor"}),
        ("scope_all", {"SubjectNameID": "810001", "SubjectRefPro": {"exercices": []}}),
    ],
)
def test_each_scope_shows_its_own_claims_and_no_other(scope: str, told: dict[str, Any]) -> None:
    assert shown(TOLD, f"openid {scope}") == {"sub": "s", **told}


def test_a_name_that_two_scopes_show_is_shown_by_either() -> None:
    told = replace(TOLD, claims={"given_name": ("Ann",)}, native={})
    for scope in ("profile", "scope_all"):
        assert shown(told, f"openid {scope}")["given_name"] == "Ann"
    assert scope_of("given_name") == "profile"


def test_the_order_of_scopes_changes_nothing() -> None:
    assert shown(TOLD, "email openid phone") == shown(TOLD, "phone email openid")


def test_what_only_the_protocol_says_is_never_an_attribute() -> None:
    thief = dict.fromkeys(RESERVED, ("thief",))
    told = replace(TOLD, claims=thief, for_id_token=tuple(RESERVED), for_userinfo=tuple(RESERVED))
    assert inside(told) == {} and shown(told, "openid profile") == {"sub": "s"}


def test_the_scopes_a_service_needs_follow_from_its_claims() -> None:
    assert scopes_for(["rpps", "email", "shoe_size"]) == (
        "openid",
        "profile",
        "email",
        "national_id",
    )
    assert scope_of("phone_number_verified") == "phone"


def test_a_refreshed_token_of_a_smaller_scope_shows_less(party: Party) -> None:
    first = party.token(party.code()).get_json()
    assert "rpps" in party.userinfo(first["access_token"]).get_json()
    less = party.refresh(first["refresh_token"], scope="openid profile").get_json()
    assert set(party.userinfo(less["access_token"]).get_json()) == {"sub", "given_name", "surname"}


def test_without_openid_there_is_neither_id_token_nor_userinfo(party: Party) -> None:
    tokens = party.token(party.code(scope="profile")).get_json()
    assert tokens["scope"] == "profile" and "id_token" not in tokens
    refused = party.userinfo(tokens["access_token"])
    assert refused.status_code == 403
    assert 'error="insufficient_scope"' in refused.headers["WWW-Authenticate"]
    assert "id_token" not in party.refresh(tokens["refresh_token"]).get_json()


def test_an_address_is_told_whole_and_in_the_parts_that_are_known() -> None:
    parts = {"address.locality": ("Rennes",), "address.postal_code": ("35000",)}
    told = replace(TOLD, claims={**TOLD.claims, **parts, "address.door": ("3",)})
    whole = {"formatted": "1 rue des Tilleuls", "locality": "Rennes", "postal_code": "35000"}
    assert shown(told, "openid address") == {"sub": "s", "address": whole}
    assert not any(name.startswith("address") for name in shown(told, "openid profile"))
    named = replace(told, claims=parts, for_id_token=("address",))
    assert inside(named) == {"address": {"locality": "Rennes", "postal_code": "35000"}}
