"""What SATOSA says of a person, in the hub's words, and what of it is not believed."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from satosa.internal import AuthenticationInformation, InternalData

from hub.contract.accounts import Identifier
from hub.contract.events import Evidence, Factor
from hub.contract.providers import ProviderAnswer, ProviderRefused
from hub.federation.translation import Reading, translated

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
POSSIBLE = Evidence(factors=frozenset({Factor.KNOWLEDGE}), authenticator="provider", amr=("pwd",))
READING = Reading(
    identifiers={"rpps": "rppsnumber", "adeli": "adelinumber"},
    attributes={"given_name": "givenname"},
)
TRANSIENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"


def told(at: object = "2026-01-01T11:00:00Z", **said: Any) -> ProviderAnswer:
    given = {"issuer": "https://idp.test", "auth_class_ref": "loa2"}
    about = AuthenticationInformation(timestamp=at, **{**given, **said.pop("about", {})})
    internal = InternalData(auth_info=about, **{"subject_id": "s-1", "attributes": {}, **said})
    return translated(internal, READING, POSSIBLE, NOW)


def refused(**said: Any) -> str:
    with pytest.raises(ProviderRefused) as error:
        told(**said)
    return error.value.code


def test_who_it_is_and_what_the_provider_says_of_the_proof() -> None:
    answer = told(
        attributes={
            "rppsnumber": ["99700000001"],
            "displayname": ["Zoé d’Aubigné-Lefèvre"],
            "givenname": "Zoé",
            "salary": ["1"],
        }
    )
    identity, evidence = answer.identity, answer.evidence
    assert (identity.issuer, identity.subject, identity.acr) == ("https://idp.test", "s-1", "loa2")
    assert identity.identifiers == (Identifier(system="rpps", number="99700000001"),)
    assert identity.name == "Zoé d’Aubigné-Lefèvre"
    assert identity.attributes == {"given_name": ("Zoé",)}
    assert (evidence.vouched_by, evidence.vouched_acr) == ("https://idp.test", "loa2")
    assert evidence.proved_at == NOW - timedelta(hours=1)
    assert (evidence.factors, evidence.amr) == (POSSIBLE.factors, ("pwd",))


@pytest.mark.parametrize("numbers", [["1", "2"], [], [""], [None], ["  "]])
def test_of_several_numbers_or_none_nobody_knows_which(numbers: list[Any]) -> None:
    assert told(attributes={"rppsnumber": numbers}).identity.identifiers == ()


def test_a_transient_name_is_nobodys() -> None:
    assert refused(subject_type=TRANSIENT) == "provider.no_name"
    assert refused(subject_id=None) == "provider.no_name"


def test_beside_a_transient_name_a_number_says_who_it_is() -> None:
    answer = told(subject_type=TRANSIENT, attributes={"rppsnumber": ["99700000001"]})
    assert answer.identity.subject == "rpps:99700000001"


def test_an_answer_of_nobody_is_not_believed() -> None:
    assert refused(about={"issuer": None}) == "provider.no_issuer"


@pytest.mark.parametrize(
    ("said", "means"),
    [
        ("2026-01-01T12:00:30Z", NOW),
        ("2026-01-01T12:30:00+01:00", NOW - timedelta(minutes=30)),
        # Nobody says in which zone.
        ("2026-01-01 11:00:00.000001", None),
        ("yesterday", None),
        (None, None),
    ],
)
def test_when_it_was_proved(said: object, means: datetime | None) -> None:
    assert told(at=said).evidence.proved_at == means


def test_a_proof_later_than_now_is_not_believed() -> None:
    assert refused(at="2026-01-01T12:01:01Z") == "provider.clock"
