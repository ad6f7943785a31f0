from collections.abc import Mapping
from typing import Any

import pytest

from tests.frontends.oidc.party import Party


def begun(party: Party) -> Mapping[str, Any]:
    given: Mapping[str, Any] = party.token(party.code()).get_json()
    return given


def test_an_answer_that_was_lost_is_given_again(party: Party) -> None:
    first = begun(party)
    lost = party.refresh(first["refresh_token"]).get_json()
    party.hub.later(seconds=3)
    again = party.refresh(first["refresh_token"]).get_json()
    for same in ("access_token", "refresh_token", "scope", "token_type"):
        assert again[same] == lost[same]
    assert again["expires_in"] == lost["expires_in"] - 3
    assert party.id_token(again["id_token"]).claims["sub"]
    assert party.rows("oidc_tokens") == 4
    assert party.refresh(again["refresh_token"]).status_code == 200


@pytest.mark.parametrize("seconds", [0, 0.9, 10.1, 3600])
def test_sooner_or_later_a_spent_token_ends_the_family(party: Party, seconds: float) -> None:
    first = begun(party)
    second = party.refresh(first["refresh_token"]).get_json()
    party.hub.later(seconds=seconds)
    assert party.refresh(first["refresh_token"]).get_json()["error"] == "invalid_grant"
    assert party.refresh(second["refresh_token"]).get_json()["error"] == "invalid_grant"


def test_once_somebody_went_on_the_spent_token_ends_the_family(party: Party) -> None:
    first = begun(party)
    second = party.refresh(first["refresh_token"]).get_json()
    party.hub.later(seconds=2)
    third = party.refresh(second["refresh_token"]).get_json()
    party.hub.later(seconds=2)
    assert party.refresh(first["refresh_token"]).get_json()["error"] == "invalid_grant"
    assert party.refresh(third["refresh_token"]).get_json()["error"] == "invalid_grant"


def test_another_client_is_told_nothing_again(party: Party) -> None:
    first = begun(party)
    second = party.refresh(first["refresh_token"]).get_json()
    party.hub.later(seconds=3)
    assert party.refresh(first["refresh_token"], "file").get_json()["error"] == "invalid_grant"
    assert party.refresh(second["refresh_token"]).get_json()["error"] == "invalid_grant"


def test_nothing_is_told_again_once_the_session_is_over(party: Party) -> None:
    first = begun(party)
    party.refresh(first["refresh_token"])
    party.hub.later(seconds=3)
    party.sessions.ended.update(each.id for each in party.hub.records.sessions.values())
    assert party.refresh(first["refresh_token"]).get_json()["error"] == "invalid_grant"


def test_tokens_stand_nowhere_in_the_clear_and_are_soon_forgotten(party: Party) -> None:
    first = begun(party)
    second = party.refresh(first["refresh_token"]).get_json()
    assert second["refresh_token"].encode() not in _kept(party)
    assert len(_kept(party)) > 0
    party.hub.later(seconds=11)
    party.book.purge()
    assert _kept(party) == b""


def _kept(party: Party) -> bytes:
    asked = "select successor from oidc_tokens where successor is not null"
    with party.toolbox.unit_of_work() as work:
        return b"".join(row.successor for row in work.exec_driver_sql(asked))
