"""Whom the hub's own pages take a token for: the service itself, and nobody else."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from hub.contract.federation import KnowsCallers, ServiceCaller
from tests.frontends.oidc.party import ISSUER, SECRET, Party, basic
from tests.frontends.oidc.signing_client import Signer, made

KEY = made("ES256")
API = "https://mail.test/api"
OWN: dict[str, Any] = {"client_credentials": True, "client_scopes": ["notices", "messages.read"]}


@pytest.fixture
def machine(keys: Path) -> Iterator[Party]:
    party = Party(keys, **OWN, audience=[API])
    yield party
    party.close()


def asked(party: Party, **form: str) -> Any:
    answer = party.post("/oidc/token", "mail", grant_type="client_credentials", **form)
    return answer.get_json()["access_token"]


def caller(party: Party, token: str) -> ServiceCaller | None:
    frontend = party.endings["oidc"]
    assert isinstance(frontend, KnowsCallers)
    return frontend.caller(token)


def test_a_service_speaks_with_the_scopes_it_was_given(machine: Party) -> None:
    spoken = caller(machine, asked(machine, scope="notices", resource=ISSUER))
    assert spoken == ServiceCaller(service=cast(Any, "mail"), scopes=frozenset({"notices"}))
    assert caller(machine, "made up") is None


def test_a_token_made_for_an_api_does_not_speak_to_the_hub(machine: Party) -> None:
    assert caller(machine, asked(machine)) is None
    assert caller(machine, asked(machine, resource=API)) is None


def test_a_person_s_token_speaks_for_no_service(machine: Party) -> None:
    told = machine.token(machine.code()).get_json()
    assert caller(machine, told["access_token"]) is None
    assert caller(machine, told["refresh_token"]) is None


def test_a_token_of_a_service_that_closed_speaks_no_more(machine: Party) -> None:
    token = asked(machine, resource=ISSUER)
    cast(dict[str, Any], machine.toolbox.services).pop("mail")
    assert caller(machine, token) is None


def test_a_bound_token_without_its_proof_speaks_for_nobody(keys: Path) -> None:
    party = Party(keys, **OWN)
    proof = Signer(party, KEY).proof()
    answer = party.machine.post(
        "/oidc/token",
        data={"grant_type": "client_credentials"},
        headers={**basic("mail", SECRET), "DPoP": proof},
    )
    token = answer.get_json()
    assert token["token_type"] == "DPoP"
    assert caller(party, token["access_token"]) is None
    party.close()
