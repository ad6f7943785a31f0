from dataclasses import replace
from typing import Any

from hub.contract.identifiers import ServiceId
from hub_frontends.oidc.granted import Frozen
from hub_frontends.oidc.scopes import shown
from tests.frontends.oidc.party import Party


def test_the_token_may_come_in_the_header_or_the_body_of_a_post(party: Party) -> None:
    access = party.token(party.code()).get_json()["access_token"]
    header = {"Authorization": f"bearer {access}"}
    answers = [
        party.machine.get("/oidc/userinfo", headers=header),
        party.machine.post("/oidc/userinfo", headers=header),
        party.machine.post("/oidc/userinfo", data={"access_token": access}),
    ]
    assert [each.status_code for each in answers] == [200, 200, 200]
    assert len({each.get_json()["sub"] for each in answers}) == 1


def test_a_token_in_the_address_or_shown_twice_is_refused(party: Party) -> None:
    access = party.token(party.code()).get_json()["access_token"]
    header = {"Authorization": f"Bearer {access}"}
    in_address = party.machine.get(f"/oidc/userinfo?access_token={access}")
    twice = party.machine.post("/oidc/userinfo", headers=header, data={"access_token": access})
    assert in_address.status_code == 400 and twice.status_code == 400


def test_who_shows_no_token_is_told_no_error(party: Party) -> None:
    answer = party.machine.get("/oidc/userinfo")
    assert answer.status_code == 401 and answer.headers["WWW-Authenticate"] == "Bearer"


def test_neither_a_refresh_token_nor_a_code_opens_the_claims(party: Party) -> None:
    code = party.code()
    tokens = party.token(code).get_json()
    for other in (code, tokens["refresh_token"], tokens["id_token"]):
        assert party.userinfo(other).status_code == 401


def test_the_situation_is_one_object_without_empty_parts() -> None:
    situation = {"id": "clinic", "role": "doctor", "profession": None}
    person = shown(told(situation=situation), "openid situation")
    assert person["situation"] == {"id": "clinic", "role": "doctor"}
    assert "situation" not in shown(told(), "openid situation")


def test_several_values_are_a_list_and_no_attribute_passes_for_the_subject() -> None:
    facts = {"rpps": ("1", "2"), "sub": ("thief",), "iss": ("thief",), "none": ()}
    person = shown(told(claims=facts), "openid profile national_id")
    assert person == {"rpps": ["1", "2"], "sub": "s"}


def told(**more: Any) -> Frozen:
    known = Frozen(
        subject="s", claims={}, situation=None, acr="a", amr=("pwd",), auth_time=1, sid="sid"
    )
    return replace(known, **more)


def test_only_what_was_released_is_shown(party: Party) -> None:
    tokens = party.token(party.code()).get_json()
    person = party.userinfo(tokens["access_token"]).get_json()
    assert person["sub"] == party.id_token(tokens["id_token"]).claims["sub"]
    assert set(person) == {"sub", "given_name", "surname", "rpps"}


def test_the_token_of_a_service_that_is_not_open_opens_nothing(party: Party) -> None:
    access = party.token(party.code()).get_json()["access_token"]
    assert party.userinfo(access).status_code == 200
    del party.toolbox.services[ServiceId("mail")]
    assert party.userinfo(access).status_code == 401
