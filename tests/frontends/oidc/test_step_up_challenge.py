from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.contract.errors import ConfigErrors
from hub.contract.values import Json
from tests.frontends.oidc.party import Party

STRICT: dict[str, Json] = {"userinfo_minimum": "high"}


@pytest.fixture
def strict(keys: Path) -> Iterator[Party]:
    party = Party(keys, **STRICT)
    yield party
    party.close()


def test_a_sign_in_too_weak_is_told_what_is_wanted_and_then_does(strict: Party) -> None:
    weak = strict.token(strict.code()).get_json()["access_token"]
    refused = strict.userinfo(weak)
    assert refused.status_code == 401
    assert refused.headers["WWW-Authenticate"] == (
        'Bearer error="insufficient_user_authentication", acr_values="urn:acr:high"'
    )
    strong = strict.token(strict.code("code", acr_values="urn:acr:high")).get_json()
    assert strict.userinfo(strong["access_token"]).status_code == 200
    # What was weak stays weak: another token of the same session does not lift it.
    assert strict.userinfo(weak).status_code == 401


def test_a_refresh_after_a_step_up_stays_as_weak_as_its_sign_in(strict: Party) -> None:
    weak = strict.token(strict.code()).get_json()
    strict.token(strict.code("code", acr_values="urn:acr:high"))
    again = strict.refresh(weak["refresh_token"]).get_json()
    before = strict.id_token(weak["id_token"]).claims["acr"]
    assert strict.id_token(again["id_token"]).claims["acr"] == before
    assert strict.userinfo(again["access_token"]).status_code == 401


def test_a_sign_in_too_old_is_told_how_fresh_it_must_be(keys: Path) -> None:
    party = Party(keys, userinfo_max_age="PT5M")
    first = party.token(party.code()).get_json()
    fresh = party.userinfo(first["access_token"])
    party.hub.later(minutes=6)
    old = party.userinfo(party.refresh(first["refresh_token"]).get_json()["access_token"])
    party.close()
    assert fresh.status_code == 200 and old.status_code == 401
    assert old.headers["WWW-Authenticate"] == (
        'Bearer error="insufficient_user_authentication", max_age=300'
    )


def test_what_is_asked_is_a_level_there_is(strict: Party, keys: Path) -> None:
    told = strict.machine.get("/.well-known/openid-configuration").get_json()
    assert "urn:acr:high" in told["acr_values_supported"]
    with pytest.raises(ConfigErrors) as wrong:
        Party(keys, userinfo_minimum="highest")
    assert [each.path for each in wrong.value.errors] == ["service.mail.oidc.userinfo_minimum"]
