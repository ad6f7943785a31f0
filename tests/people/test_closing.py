"""Whom an operator may close, and what is typed to confirm it."""

from dataclasses import replace
from typing import Literal
from unicodedata import normalize

import pytest

from hub.contract.accounts import Right
from hub.contract.identifiers import AccountId
from hub.people.closing import COLLEAGUE, OWN, out_of_reach, same_name
from hub.people.rights import Grant
from hub.testing.hub import NOON
from hub.testing.people import ANN, BOB

Form = Literal["NFC", "NFD"]


def test_everybody_but_operators_is_within_reach() -> None:
    reader = Grant(id="1", account=ANN.id, name="emage.reader", since=NOON)
    assert out_of_reach(BOB.id, ANN, [reader]) is None
    assert out_of_reach(ANN.id, ANN, []) == OWN
    assert out_of_reach(BOB.id, ANN, [replace(reader, name="console.operator")]) == COLLEAGUE


def test_a_store_may_say_who_is_an_operator() -> None:
    ann = replace(ANN, rights=frozenset({Right(name="console.operator")}))
    assert out_of_reach(AccountId("b"), ann, []) == COLLEAGUE


@pytest.mark.parametrize(
    ("typed", "same"),
    [("Ann Martin", True), (" ann  MARTIN ", True), ("Ann", False), ("", False), ("Bob", False)],
)
def test_capitals_and_spaces_do_not_matter_anything_else_does(typed: str, same: bool) -> None:
    assert same_name(typed, ANN) is same


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("typed", ["Noé-Luc D'Arc", "noé\u2010luc d’arc", "Noé\u2011Luc D’Arc"])
@pytest.mark.parametrize("kept", ["Noé-Luc D’Arc", "Noé\u2011Luc D'Arc", "Noé\u2010Luc\u00a0D’Arc"])
def test_a_name_is_the_same_however_its_signs_are_typed(kept: str, typed: str, form: Form) -> None:
    other: Form = "NFD" if form == "NFC" else "NFC"
    person = replace(ANN, display_name=normalize(form, kept))
    assert same_name(normalize(other, typed), person)
    assert not same_name(typed.replace("é", "e"), person)


def test_nobody_without_a_name_is_closed_by_typing_nothing() -> None:
    assert not same_name("", replace(ANN, display_name=" "))
