from pathlib import Path

import pytest

from hub.testing.hub import NOON
from tests.frontends.oidc.party import Party


def test_a_refreshed_sign_in_stays_what_it_was(party: Party) -> None:
    first = party.token(party.code()).get_json()
    party.hub.later(minutes=30)
    second = party.refresh(first["refresh_token"]).get_json()
    before = party.id_token(first["id_token"]).claims
    after = party.id_token(second["id_token"]).claims
    for frozen in ("sub", "acr", "amr", "auth_time", "sid", "aud", "iss"):
        assert after[frozen] == before[frozen]
    assert after["iat"] == int(NOON.timestamp()) + 1800 and "nonce" not in after
    assert party.userinfo(second["access_token"]).get_json()["surname"] == "Martin"


def test_an_access_token_ends_with_its_time(party: Party) -> None:
    access = party.token(party.code()).get_json()["access_token"]
    party.hub.later(minutes=10)
    answer = party.userinfo(access)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'


def test_a_refresh_token_used_twice_ends_the_whole_family(party: Party) -> None:
    first = party.token(party.code()).get_json()
    second = party.refresh(first["refresh_token"]).get_json()
    assert party.refresh(first["refresh_token"]).get_json()["error"] == "invalid_grant"
    assert party.refresh(second["refresh_token"]).get_json()["error"] == "invalid_grant"
    assert party.userinfo(second["access_token"]).status_code == 401


def test_another_client_s_refresh_token_ends_the_family(party: Party) -> None:
    first = party.token(party.code()).get_json()
    assert party.refresh(first["refresh_token"], "file").get_json()["error"] == "invalid_grant"
    assert party.refresh(first["refresh_token"]).get_json()["error"] == "invalid_grant"


def test_no_refresh_outlives_the_session(party: Party) -> None:
    first = party.token(party.code()).get_json()
    party.sessions.ended.update(each.id for each in party.hub.records.sessions.values())
    assert party.refresh(first["refresh_token"]).get_json()["error"] == "invalid_grant"
    assert party.userinfo(first["access_token"]).status_code == 401


def test_a_refresh_may_ask_for_less_and_never_for_more(party: Party) -> None:
    first = party.token(party.code()).get_json()
    more = party.refresh(first["refresh_token"], scope="openid email")
    assert more.get_json()["error"] == "invalid_scope"
    less = party.refresh(first["refresh_token"], scope="openid").get_json()
    assert less["scope"] == "openid"
    whole = party.refresh(less["refresh_token"]).get_json()
    assert whole["scope"] == "openid profile national_id"


def test_a_refresh_takes_few_statements(party: Party) -> None:
    first = party.token(party.code()).get_json()
    party.statements.clear()
    party.refresh(first["refresh_token"])
    assert len(party.statements.sql) <= 6


def test_a_revoked_access_token_is_dead_and_its_family_lives(party: Party) -> None:
    first = party.token(party.code()).get_json()
    assert party.post("/oidc/revoke", token=first["access_token"]).status_code == 200
    assert party.userinfo(first["access_token"]).status_code == 401
    assert party.refresh(first["refresh_token"]).status_code == 200


def test_a_revoked_refresh_token_takes_its_access_tokens_with_it(party: Party) -> None:
    first = party.token(party.code()).get_json()
    hint = {"token": first["refresh_token"], "token_type_hint": "unknown"}
    assert party.post("/oidc/revoke", **hint).status_code == 200
    assert party.userinfo(first["access_token"]).status_code == 401


@pytest.mark.parametrize("token", ["garbage", "é" * 50])
def test_revoking_what_is_not_there_is_no_error(party: Party, token: str) -> None:
    assert party.post("/oidc/revoke", token=token).status_code == 200


def test_nobody_revokes_another_s_token(party: Party) -> None:
    first = party.token(party.code()).get_json()
    assert party.post("/oidc/revoke", "file", token=first["refresh_token"]).status_code == 200
    assert party.userinfo(first["access_token"]).status_code == 200


def test_what_is_of_no_use_any_more_is_purged(party: Party) -> None:
    party.token(party.code())
    party.book.purge()
    assert party.rows("oidc_grants") == 1 and party.rows("oidc_tokens") == 2
    party.hub.later(minutes=10)
    party.book.purge()
    assert party.rows("oidc_tokens") == 1
    party.hub.later(days=1)
    party.book.purge()
    assert party.rows("oidc_grants") == 0 and party.rows("oidc_tokens") == 0


def test_a_service_that_may_not_refresh_gets_no_offline_access_and_no_error(keys: Path) -> None:
    party = Party(keys, refresh_tokens=False)
    given = party.token(party.code(scope="openid offline_access")).get_json()
    party.close()
    assert given["scope"] == "openid" and "refresh_token" not in given


def test_what_was_given_for_another_place_goes_on_when_the_former_is_closed(party: Party) -> None:
    given = party.token(party.code()).get_json()
    sid = party.id_token(given["id_token"]).claims["sid"]
    (session,) = party.hub.records.sessions.values()

    party.book.end_all("mail", session.id, "the name of the session before")
    kept = party.refresh(given["refresh_token"])
    assert kept.status_code == 200

    party.book.end_all("mail", session.id, sid)
    assert party.refresh(kept.get_json()["refresh_token"]).status_code == 400
