from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from hub.contract.values import Json
from hub.testing.people import ANN
from hub_frontends.oidc.associations import Association, AssociationBook
from hub_frontends.oidc.devices import DeviceBook
from hub_frontends.oidc.grant_types import TICKET
from tests.frontends.oidc.party import BACK, CHALLENGE, VERIFIER, Party
from tests.frontends.oidc.signing_client import Signer, error_of, made

KEY, OTHER = made("ES256"), made("ES256")
PHONE: dict[str, Json] = {
    "mobile_grant": True,
    "token_endpoint_auth_method": "none",
    "client_secret_sha256": None,
    "refresh_tokens": False,
}


class Telephone:
    """An application with a key of its own."""

    def __init__(self, party: Party, key: Any = KEY) -> None:
        self.party = party
        self.signer = Signer(party, key)

    def claim(self, ticket: str, /, **form: str) -> TestResponse:
        given = {
            "client_id": "mail",
            "ticket": ticket,
            "code_challenge": CHALLENGE.decode(),
            "code_challenge_method": "S256",
            "device_name": "Téléphone d’Ann",
            **form,
        }
        return self.party.machine.post("/oidc/ticket", data=given)

    def redeem(self, code: str, proof: str | None = "", **form: str) -> TestResponse:
        given = {
            "grant_type": TICKET,
            "client_id": "mail",
            "code": code,
            "code_verifier": VERIFIER,
            **form,
        }
        return self._sent(given, proof)

    def refresh(self, token: str, proof: str | None = "") -> TestResponse:
        given = {"grant_type": "refresh_token", "client_id": "mail", "refresh_token": token}
        return self._sent(given, proof)

    def _sent(self, form: dict[str, str], proof: str | None) -> TestResponse:
        shown = self.signer.proof() if proof == "" else proof
        headers = {"DPoP": shown} if shown else {}
        return self.party.machine.post("/oidc/token", data=form, headers=headers)


@pytest.fixture
def party(keys: Path) -> Iterator[Party]:
    party = Party(keys, **PHONE)
    party.toolbox.people.create(ANN)
    yield party
    party.close()


@pytest.fixture
def phone(party: Party) -> Telephone:
    return Telephone(party)


def shown(party: Party) -> Association:
    """What the page shows after the person pressed « Associer »."""
    wish: dict[str, Json] = {"client": "mail", "account": ANN.id, "association": ""}
    party.toolbox.one_time.put("wish", wish, seconds=60)
    arrived = party.browser.get("/oidc/associate?wish=wish")
    if arrived.location.startswith("/login/"):
        party.sign_in(arrived)
        arrived = party.complete(arrived)
    path, _, association = arrived.location.partition("?id=")
    assert path == "/apps/oidc/devices/scan"
    found = AssociationBook(party.toolbox).find(association)
    assert found is not None and found.account == ANN.id
    return found


def test_a_telephone_that_read_the_ticket_is_associated(party: Party, phone: Telephone) -> None:
    association = shown(party)
    claimed = phone.claim(association.ticket).get_json()
    given = phone.redeem(claimed["code"]).get_json()
    assert given["token_type"] == "DPoP" and given["refresh_token"]
    person = phone.signer.userinfo(given["access_token"])
    assert person.get_json()["given_name"] == "Ann"
    [device] = DeviceBook(party.toolbox).of(ANN.id)
    assert device.name == "Téléphone d’Ann" and device.association == association.id
    assert [each.action for each in party.toolbox.noted][-1] == "device.associated"


def test_a_ticket_is_claimed_once(party: Party, phone: Telephone) -> None:
    ticket = shown(party).ticket
    assert phone.claim(ticket).status_code == 200
    assert error_of(phone.claim(ticket)) == (400, "invalid_grant")


def test_a_ticket_lives_two_minutes(party: Party, phone: Telephone) -> None:
    early, late = shown(party).ticket, shown(party).ticket
    party.hub.later(seconds=119)
    assert phone.claim(early).status_code == 200
    party.hub.later(seconds=1)
    assert error_of(phone.claim(late)) == (400, "invalid_grant")


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"ticket": "invented"}, "invalid_grant"),
        ({"ticket": ""}, "invalid_request"),
        ({"code_challenge": ""}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": ""}, "invalid_request"),
    ],
)
def test_what_is_asked_wrongly_costs_no_ticket(
    party: Party, phone: Telephone, form: dict[str, str], error: str
) -> None:
    ticket = shown(party).ticket
    assert error_of(phone.claim(ticket, **form)) == (400, error)
    assert phone.claim(ticket).status_code == 200


def test_another_client_claims_nothing(party: Party) -> None:
    ticket = shown(party).ticket
    asked = {
        "ticket": ticket,
        "code_challenge": CHALLENGE.decode(),
        "code_challenge_method": "S256",
    }
    assert error_of(party.post("/oidc/ticket", "file", **asked)) == (400, "unauthorized_client")
    assert AssociationBook(party.toolbox).claim(ticket, "file") is None


def test_who_saw_the_code_on_its_way_lacks_the_verifier(party: Party, phone: Telephone) -> None:
    code = phone.claim(shown(party).ticket).get_json()["code"]
    assert error_of(phone.redeem(code, code_verifier="w" * 43)) == (400, "invalid_grant")
    assert error_of(phone.redeem(code)) == (400, "invalid_grant")
    assert DeviceBook(party.toolbox).of(ANN.id) == []


def test_a_telephone_without_a_key_gets_nothing(party: Party, phone: Telephone) -> None:
    code = phone.claim(shown(party).ticket).get_json()["code"]
    assert error_of(phone.redeem(code, proof=None)) == (400, "invalid_request")
    assert phone.redeem(code).status_code == 200


def test_what_lies_on_the_telephone_is_of_no_use_elsewhere(party: Party, phone: Telephone) -> None:
    code = phone.claim(shown(party).ticket).get_json()["code"]
    token = phone.redeem(code).get_json()["refresh_token"]
    thief = Telephone(party, OTHER)
    assert error_of(thief.refresh(token))[1] == "invalid_grant"
    assert error_of(phone.refresh(token, proof=None))[1] in ("invalid_grant", "invalid_dpop_proof")
    assert phone.refresh(token).status_code == 200


def test_the_code_of_a_telephone_is_no_code_of_a_sign_in(party: Party, phone: Telephone) -> None:
    code = phone.claim(shown(party).ticket).get_json()["code"]
    form = {"grant_type": "authorization_code", "redirect_uri": BACK}
    assert error_of(phone.redeem(code, **form)) == (400, "invalid_grant")
    signed_in = party.code()
    assert error_of(phone.redeem(signed_in)) == (400, "invalid_grant")


def test_who_may_not_use_it_gets_no_ticket(party: Party) -> None:
    code = {"grant_type": TICKET, "code": "x", "code_verifier": VERIFIER}
    answer = party.post("/oidc/token", "file", **code)
    assert error_of(answer) == (400, "unauthorized_client")


def test_a_ticket_stands_nowhere_in_the_clear(party: Party, phone: Telephone) -> None:
    ticket = shown(party).ticket
    with party.toolbox.unit_of_work() as work:
        [row] = work.exec_driver_sql("select * from oidc_associations")
    assert ticket not in repr(tuple(row)) and "Martin" not in repr(tuple(row))
    phone.claim(ticket)
    with party.toolbox.unit_of_work() as work:
        [row] = work.exec_driver_sql("select shown from oidc_associations")
    assert row.shown is None
