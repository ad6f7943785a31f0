"""How a service calls a person, and which facts it learns under which names."""

from pathlib import Path

import pytest

from tests.frontends.saml.party import Party, connected, given
from tests.frontends.saml.sp import ServiceProvider

PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
TRANSIENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"
EMAIL = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"
UNSPECIFIED = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"


def policy(named: str, more: str = "") -> str:
    return f'<samlp:NameIDPolicy Format="{named}" AllowCreate="true"{more}/>'


def test_two_services_know_one_person_by_two_names(party: Party) -> None:
    image = party.signed_in(party.sp.request())
    file = party.ask(party.file.request(AssertionConsumerServiceURL="https://file.test/acs"))
    party.sign_in(file, "code")
    told = party.complete(file)
    assert image.name.get("Format") == told.name.get("Format") == PERSISTENT
    assert image.name.text != told.name.text
    assert image.name.get("SPNameQualifier") == party.sp.entity_id


def test_a_persistent_name_lasts_and_a_transient_one_does_not(party: Party) -> None:
    lasting = [party.signed_in(party.sp.request(policy(PERSISTENT))).name.text for _ in range(2)]
    fleeting = party.signed_in(party.sp.request(policy(TRANSIENT))).name
    assert lasting[0] == lasting[1]
    assert fleeting.get("Format") == TRANSIENT
    assert fleeting.text != lasting[0]


@pytest.mark.parametrize(
    "asked",
    [policy(EMAIL), policy("urn:nonsense"), policy(PERSISTENT, ' SPNameQualifier="other"')],
)
def test_a_name_that_is_not_allowed_is_an_invalid_policy(party: Party, asked: str) -> None:
    told = given(party.ask(party.sp.request(asked)))
    assert told.codes() == ["Requester", "InvalidNameIDPolicy"]


def test_an_address_is_told_where_it_is_allowed(keys: Path) -> None:
    sp = ServiceProvider()
    party = Party(keys, connected("image", sp, name_ids=["email"]))
    told = party.signed_in(sp.request(policy(UNSPECIFIED)))
    assert told.name.get("Format") == EMAIL
    assert told.name.text == "ann@hub.test"
    party.close()


def test_facts_have_their_uri_names_and_only_those_released_are_there(party: Party) -> None:
    told = party.signed_in(party.sp.request()).attributes()
    assert told["urn:oid:2.5.4.42"] == ["Ann"]
    assert told["urn:oid:2.5.4.4"] == ["Martin"]
    assert told["urn:hub:attribute:rpps"] == ["10001"]
    assert told["urn:oid:1.3.6.1.4.1.5923.1.1.1.11"] == ["urn:acr:low"]
    assert "urn:oid:2.5.4.20" not in told


def test_a_service_may_have_basic_names_and_names_of_its_own(keys: Path) -> None:
    sp = ServiceProvider()
    table = {"attribute_names": "basic", "attributes": {"rpps": "IdNat"}}
    party = Party(keys, connected("image", sp, **table))  # type: ignore[arg-type]
    told = party.signed_in(sp.request()).attributes()
    assert told["urn:mace:dir:attribute-def:givenName"] == ["Ann"]
    assert told["IdNat"] == ["10001"]
    party.close()


def test_a_name_full_of_markup_stays_one_value(party: Party) -> None:
    from dataclasses import replace

    from hub.testing.people import ANN

    evil = "<b>&\"'</b>\x00</saml:AttributeValue>"
    changed = replace(ANN, attributes={"given_name": (evil,)})
    party.hub.accounts.change(changed)
    told = party.signed_in(party.sp.request()).attributes()
    assert told["urn:oid:2.5.4.42"] == [evil.replace("\x00", "")]
