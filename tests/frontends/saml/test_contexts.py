"""RequestedAuthnContext, ForceAuthn and IsPassive: what is asked, what is told, what fails."""

from pathlib import Path

import pytest

from tests.frontends.saml.party import Party, given
from tests.frontends.saml.sp import classes

MFA, PASSWORD = "urn:refeds:mfa", "urn:class:password"
LOW, HIGH = "urn:acr:low", "urn:acr:high"


@pytest.mark.parametrize(
    ("asked", "comparison", "told"),
    [
        ((MFA,), "exact", MFA),
        ((MFA,), "", MFA),
        ((MFA, PASSWORD), "exact", MFA),
        ((PASSWORD,), "exact", PASSWORD),
        ((PASSWORD,), "minimum", PASSWORD),
        ((MFA, PASSWORD), "minimum", MFA),
        ((PASSWORD,), "better", HIGH),
        ((PASSWORD,), "maximum", LOW),
        (("urn:unknown", MFA), "exact", MFA),
    ],
)
def test_the_class_that_is_told_is_one_that_meets_what_was_asked(
    party: Party, asked: tuple[str, ...], comparison: str, told: str
) -> None:
    party.signed_in(party.sp.request(classes(MFA)), "password", "code")
    answer = party.signed_in(party.sp.request(classes(*asked, comparison=comparison)))
    assert answer.codes() == ["Success"]
    assert answer.context == told


@pytest.mark.parametrize(
    ("asked", "comparison"),
    [("urn:unknown", "exact"), ("urn:acr:high", "better"), ("urn:acr:top", "minimum")],
)
def test_what_nobody_can_reach_is_no_authn_context(
    party: Party, asked: str, comparison: str
) -> None:
    told = given(party.ask(party.sp.request(classes(asked, comparison=comparison))))
    assert told.codes() == ["Responder", "NoAuthnContext"]
    assert told.all(".//saml:Assertion") == []
    assert told.root.find("{http://www.w3.org/2000/09/xmldsig#}Signature") is not None


DECLARED = "<saml:AuthnContextDeclRef>urn:a:declaration</saml:AuthnContextDeclRef>"


@pytest.mark.parametrize(
    "asked",
    [
        classes(MFA).replace("</samlp:Req", f"{DECLARED}</samlp:Req"),
        classes().replace("</samlp:Req", f"{DECLARED}</samlp:Req"),
        classes(),
        classes(*map(str, range(33))),
    ],
    ids=["both", "a declaration", "nothing", "thirty-three"],
)
def test_a_wish_that_asks_for_nothing_is_the_services_own_mistake(party: Party, asked: str) -> None:
    told = given(party.ask(party.sp.request(asked)))
    assert told.codes() == ["Requester", "RequestUnsupported"]
    assert told.all(".//saml:Assertion") == []


@pytest.mark.parametrize("asked", ["urn:unknown", MFA])
def test_a_passive_request_out_of_reach_is_answered_without_a_page(
    party: Party, asked: str
) -> None:
    party.signed_in(party.sp.request())
    told = given(party.ask(party.sp.request(classes(asked), IsPassive="true")))
    assert told.codes() == ["Responder", "NoPassive"]


def test_whoever_is_signed_in_reads_why_before_the_service_is_told(party: Party) -> None:
    party.signed_in(party.sp.request())
    arrived = party.ask(party.sp.request(classes("urn:unknown")))
    assert arrived.status_code == 303
    assert party.complete(arrived).codes() == ["Responder", "NoAuthnContext"]


def test_a_step_up_keeps_the_session_and_its_index(party: Party) -> None:
    first = party.signed_in(party.sp.request())
    arrived = party.ask(party.sp.request(classes(MFA)))
    party.sign_in(arrived, "code")
    second = party.complete(arrived)
    assert (first.context, second.context) == (LOW, MFA)
    indexes = [each.one(".//saml:AuthnStatement").get("SessionIndex") for each in (first, second)]
    assert indexes[0] == indexes[1]


def test_the_instant_is_that_of_the_oldest_proof_never_of_the_answer(party: Party) -> None:
    party.signed_in(party.sp.request())
    party.hub.later(minutes=20)
    answer = party.signed_in(party.sp.request(at=party.hub.now))
    statement = answer.one(".//saml:AuthnStatement")
    assert statement.get("AuthnInstant") == "2026-01-01T12:00:00Z"
    assert statement.get("SessionNotOnOrAfter") == "2026-01-01T16:00:00Z"
    assert answer.root.get("IssueInstant") == "2026-01-01T12:20:00Z"


def test_force_authn_takes_a_new_proof(party: Party) -> None:
    party.signed_in(party.sp.request())
    party.hub.later(minutes=1)
    arrived = party.ask(party.sp.request(at=party.hub.now, ForceAuthn="true"))
    assert arrived.status_code == 303
    party.sign_in(arrived)
    answer = party.complete(arrived)
    assert answer.one(".//saml:AuthnStatement").get("AuthnInstant") == "2026-01-01T12:01:00Z"


def test_force_authn_at_a_strong_class_takes_every_factor_again(party: Party) -> None:
    party.signed_in(party.sp.request(classes(MFA)), "password", "code")
    party.hub.later(minutes=1)
    forced = party.sp.request(classes(MFA), at=party.hub.now, ForceAuthn="true")
    arrived = party.ask(forced)
    assert arrived.status_code == 303
    party.sign_in(arrived, "password", "code")
    answer = party.complete(arrived)
    assert answer.context == MFA
    assert answer.one(".//saml:AuthnStatement").get("AuthnInstant") == "2026-01-01T12:01:00Z"


def test_a_passive_request_of_a_stranger_gets_a_signed_no_passive(party: Party) -> None:
    told = given(party.ask(party.sp.request(IsPassive="1"), relay="r"))
    assert told.codes() == ["Responder", "NoPassive"]
    assert told.fields["RelayState"] == "r"
    assert told.root.find("{http://www.w3.org/2000/09/xmldsig#}Signature") is not None


def test_a_passive_request_of_whoever_is_signed_in_is_answered(party: Party) -> None:
    party.signed_in(party.sp.request())
    arrived = party.ask(party.sp.request(IsPassive="true"))
    assert arrived.status_code == 200 and given(arrived).codes() == ["Success"]


def test_a_service_that_asked_nothing_may_be_told_a_class_it_knows(keys: Path) -> None:
    party = Party(keys, plugin={"classes": {LOW: "urn:oasis:ac:Password"}})
    assert party.signed_in(party.sp.request()).context == "urn:oasis:ac:Password"
    assert party.signed_in(party.sp.request(classes(LOW))).context == LOW
    party.close()
