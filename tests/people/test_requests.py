"""What is checked of a request for an account."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.contract.accounts import Identifier
from hub.people.proofs import ProvedIdentity
from hub.people.requests import identifier_of, problems
from hub.testing.requests import CLEO, NOON, asked


@pytest.mark.parametrize(
    ("typed", "system", "number"),
    [
        ("10100000008", "rpps", "10100000008"),
        ("8 10100000008", "rpps", "10100000008"),
        ("99700000001", "rpps", "99700000001"),
        ("101.0000.0008", "rpps", "10100000008"),
        ("759912345", "adeli", "759912345"),
        ("0759912345", "adeli", "759912345"),
        ("2a9912345", "adeli", "2A9912345"),
    ],
)
def test_a_national_number_is_read_as_people_write_it(typed: str, system: str, number: str) -> None:
    assert identifier_of(typed) == Identifier(system=system, number=number)


@pytest.mark.parametrize(
    "typed", ["10100000001", "1010000000", "12345678", "abcdefghi", "", "１０１０００００００８"]
)
def test_what_is_no_national_number_is_none(typed: str) -> None:
    assert identifier_of(typed) is None


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=40))
def test_any_text_is_a_number_or_none(typed: str) -> None:
    found = identifier_of(typed)
    assert found is None or (found.number.isascii() and len(found.number) in (9, 11))


def test_a_request_as_people_make_it_has_no_problem() -> None:
    assert not list(problems(CLEO))
    assert not list(problems(replace(CLEO, family_name="Ô’Brien-Müller", mail="a+b@c-d.test")))


def test_every_problem_is_told_at_once() -> None:
    wrong = replace(
        CLEO, given_name="", family_name="\x00", mail="x", profession="", structure="", number="1"
    )
    assert len(list(problems(wrong))) == 6


def test_what_is_typed_never_takes_the_place_of_what_was_proved() -> None:
    rpps = Identifier(system="rpps", number="99700000123")
    proved = ProvedIdentity(
        issuer="https://psc.test",
        subject="s",
        identifiers=(rpps,),
        via="psc",
        title="PSC",
        at=NOON,
    )
    forged = replace(asked("r"), proved=proved, typed=replace(CLEO, number="99700000666"))
    assert forged.identifiers == (rpps,)
    local = Identifier(system="employee", number="e-1")
    other = replace(forged, proved=replace(proved, identifiers=(local,)))
    declared = Identifier(system="rpps", number="99700000666")
    assert other.identifiers == (local, declared)
