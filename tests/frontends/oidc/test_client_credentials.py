from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hub.contract.errors import ConfigErrors
from hub.contract.values import Json
from tests.frontends.oidc.party import ISSUER, Party

API = "https://mail.test/api"
SERVICE: dict[str, Json] = {
    "client_credentials": True,
    "client_scopes": ["messages.read", "messages.send"],
    "audience": [API],
    "introspection": True,
}


@pytest.fixture
def machine(keys: Path) -> Iterator[Party]:
    party = Party(keys, **SERVICE)
    yield party
    party.close()


def asked(party: Party, client: str = "mail", **form: str) -> Any:
    return party.post("/oidc/token", client, grant_type="client_credentials", **form)


def test_a_service_gets_a_token_for_itself_and_nothing_more(machine: Party) -> None:
    given = asked(machine).get_json()
    assert set(given) == {"access_token", "token_type", "expires_in", "scope"}
    assert given["scope"] == "messages.read messages.send"
    told = machine.post("/oidc/introspect", token=given["access_token"]).get_json()
    assert told["active"] is True and told["sub"] == told["client_id"] == "mail"
    assert told["aud"] == API and told["iss"] == ISSUER
    assert not {"acr", "amr", "auth_time"} & told.keys()


def test_it_is_told_which_of_the_scopes_it_asked_were_granted(machine: Party) -> None:
    some = asked(machine, scope="messages.read unknown").get_json()
    assert some["scope"] == "messages.read"
    none = asked(machine, scope="openid profile")
    assert (none.status_code, none.get_json()["error"]) == (400, "invalid_scope")


def test_no_person_stands_behind_it(machine: Party) -> None:
    access = asked(machine).get_json()["access_token"]
    assert machine.userinfo(access).status_code == 401


def test_who_is_not_registered_for_it_gets_none(machine: Party) -> None:
    answer = asked(machine, "file")
    assert (answer.status_code, answer.get_json()["error"]) == (400, "unauthorized_client")
    assert machine.rows("oidc_tokens") == 0


def test_its_token_ends_with_its_time(machine: Party) -> None:
    access = asked(machine).get_json()["access_token"]
    machine.hub.later(minutes=10)
    assert machine.post("/oidc/introspect", token=access).get_json() == {"active": False}
    machine.hub.later(minutes=50)
    machine.book.purge()
    assert machine.rows("oidc_grants") == 0


@pytest.mark.parametrize(
    ("table", "key"),
    [
        (
            {"token_endpoint_auth_method": "none", "client_secret_sha256": None},
            "client_credentials",
        ),
        ({"client_scopes": ["openid"]}, "client_scopes"),
        ({"client_scopes": ["profile"]}, "client_scopes"),
        ({"client_credentials": False}, "client_scopes"),
    ],
)
def test_what_only_people_grant_is_refused_at_start(
    keys: Path, table: dict[str, Json], key: str
) -> None:
    with pytest.raises(ConfigErrors) as wrong:
        Party(keys, **{**SERVICE, "introspection": False, **table})
    assert f"service.mail.oidc.{key}" in {each.path for each in wrong.value.errors}
