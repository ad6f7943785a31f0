"""A service learns that a session is over by a token which clients we did not write accept."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from oic.exception import NotForMe
from oic.oic.message import BackChannelLogoutRequest, ProviderConfigurationResponse
from oic.utils.keyio import KeyJar

from hub.contract.identifiers import ServiceId
from hub.contract.logout import EndsParticipation, Notice, Participation, TakesBack
from tests.frontends.oidc.party import ISSUER, Party

BYE = "https://mail.test/backchannel"
CENTURY = 3_000_000_000


@pytest.fixture(params=["RS256", "PS256", "ES256"])
def told(keys: Path, request: pytest.FixtureRequest) -> Iterator[Party]:
    party = Party(keys, backchannel_logout_uri=BYE, id_token_signed_response_alg=request.param)
    yield party
    party.close()


def participation(party: Party) -> Participation:
    return party.hub.records.joined[-1]


def notice(party: Party) -> Notice:
    made = party.endings["oidc"].end(participation(party), "")
    assert isinstance(made, Notice)
    return made


def id_token(party: Party) -> dict[str, Any]:
    return dict(party.id_token(party.token(party.code()).get_json()["id_token"]).claims)


def peer(party: Party) -> dict[str, Any]:
    """What a service on pyoidc knows of us: the keys we publish; its clock is the real one."""
    keys = KeyJar()
    keys.import_jwks(json.loads(party.machine.get("/oidc/jwks").text), ISSUER)
    return {"keyjar": keys, "iss": ISSUER, "skew": CENTURY}


def test_oic_accepts_our_notice_for_the_session_it_knows(told: Party) -> None:
    known = id_token(told)
    made = notice(told)
    assert made.url == BYE and set(made.body) == {"logout_token"}
    request = BackChannelLogoutRequest(**made.body)
    assert request.verify(aud="mail", **peer(told))
    read = request["logout_token"]
    assert (read["sub"], read["sid"]) == (known["sub"], known["sid"])


def test_oic_refuses_a_notice_meant_for_another_service(told: Party) -> None:
    id_token(told)
    with pytest.raises(NotForMe):
        BackChannelLogoutRequest(**notice(told).body).verify(aud="file", **peer(told))


def test_a_notice_says_what_the_standard_wants_and_no_more(told: Party) -> None:
    id_token(told)
    token = notice(told).body["logout_token"]
    read = told.id_token(token)
    assert read.header["typ"] == "logout+jwt"
    claims = read.claims
    assert set(claims) == {"iss", "sub", "aud", "iat", "exp", "jti", "sid", "events"}
    assert (claims["iss"], claims["aud"]) == (ISSUER, "mail")
    assert claims["iat"] == int(told.hub.now.timestamp())
    assert 0 < claims["exp"] - claims["iat"] <= 120
    assert claims["events"] == {"http://schemas.openid.net/event/backchannel-logout": {}}


def test_it_is_signed_as_the_service_s_id_tokens_are(told: Party) -> None:
    answered = told.token(told.code()).get_json()
    token = notice(told).body["logout_token"]
    same = ("alg", "kid")
    ours, theirs = told.id_token(token).header, told.id_token(answered["id_token"]).header
    assert [ours[name] for name in same] == [theirs[name] for name in same]


def test_each_attempt_gets_a_notice_of_its_own(told: Party) -> None:
    id_token(told)
    first = told.id_token(notice(told).body["logout_token"]).claims
    told.hub.later(hours=20)
    second = told.id_token(notice(told).body["logout_token"]).claims
    assert second["jti"] != first["jti"]
    assert second["iat"] == first["iat"] + 20 * 3600


def test_a_notice_is_no_hint_of_whom_to_sign_out(told: Party) -> None:
    id_token(told)
    token = notice(told).body["logout_token"]
    told.browser.get("/oidc/end_session", query_string={"id_token_hint": token})
    assert told.leaving.departures[-1].session is None


def test_a_service_without_an_address_is_told_nothing(party: Party) -> None:
    party.code()
    assert party.endings["oidc"].end(participation(party), "") is None


def test_a_service_that_is_gone_is_told_nothing(told: Party) -> None:
    told.code()
    gone = replace(participation(told), service=ServiceId("gone"))
    assert told.endings["oidc"].end(gone, "") is None


def test_discovery_says_so(party: Party) -> None:
    text = party.machine.get("/.well-known/openid-configuration").text
    provider = ProviderConfigurationResponse().from_json(text)
    assert provider["backchannel_logout_supported"] is True
    assert provider["backchannel_logout_session_supported"] is True


def test_what_one_service_was_given_is_taken_back_alone(party: Party) -> None:
    mine = party.token(party.code()).get_json()
    unspent = party.code()
    frontend: EndsParticipation = party.endings["oidc"]
    assert isinstance(frontend, TakesBack)
    joined = participation(party)
    other = party.book
    frontend.take_back(replace(joined, service=ServiceId("file")))
    assert party.userinfo(mine["access_token"]).status_code == 200
    frontend.take_back(joined)
    assert party.userinfo(mine["access_token"]).status_code == 401
    assert party.refresh(mine["refresh_token"]).status_code == 400
    assert party.token(unspent).status_code == 400
    assert other.session_of("mail", str(joined.handle["sid"])) == joined.session
    again = party.token(party.code()).get_json()
    assert party.userinfo(again["access_token"]).status_code == 200
