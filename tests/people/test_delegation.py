from dataclasses import replace
from datetime import timedelta

import pytest

from hub.contract.accounts import Right, Situation
from hub.people.delegation import (
    Console,
    consoles,
    may_administer,
    structures_of,
    works_elsewhere,
)
from hub.people.rights import Grant
from hub.testing.hub import NOON
from hub.testing.people import ANN, BOB, CLINIC, SURGERY


def grant(name: str, structure: str | None = None) -> Grant:
    return Grant(id=name, account=BOB.id, name=name, structure=structure, since=NOON)


REFERENT = grant("console.referent", CLINIC.structure)


@pytest.mark.parametrize(
    ("grants", "opened"),
    [
        ((), set()),
        ((grant("medimail.reader"),), set()),
        ((REFERENT,), {Console.REFERENT}),
        ((grant("console.referent"),), set()),
        (
            (grant("console.support"), grant("console.operator")),
            {"console.support", "console.operator"},
        ),
    ],
)
def test_a_right_opens_its_console_and_no_other(
    grants: tuple[Grant, ...], opened: set[str]
) -> None:
    assert consoles(grants) == opened


def test_a_referent_acts_in_the_structures_named() -> None:
    grants = (REFERENT, grant("console.referent", "Aile B"), grant("console.support", "Ailleurs"))
    assert structures_of(grants) == ("Aile B", CLINIC.structure)


@pytest.mark.parametrize("structure", [CLINIC.structure, SURGERY.structure])
def test_a_referent_acts_on_whoever_works_there(structure: str) -> None:
    assert may_administer(BOB, ANN, [grant("console.referent", structure)], ())


@pytest.mark.parametrize(
    "grants",
    [
        (),
        (grant("console.referent", "Ailleurs"),),
        (grant("console.referent"),),
        (grant("console.support", CLINIC.structure),),
        (grant("console.operator", CLINIC.structure),),
    ],
)
def test_nothing_else_gives_power_over_a_person(grants: tuple[Grant, ...]) -> None:
    assert not may_administer(BOB, ANN, grants, ())


def test_somebody_else_s_right_gives_nothing() -> None:
    assert not may_administer(BOB, ANN, [replace(REFERENT, account=ANN.id)], ())


def test_nobody_acts_on_themselves() -> None:
    boss = replace(BOB, situations=(CLINIC,))
    assert not may_administer(boss, boss, [REFERENT], ())


@pytest.mark.parametrize("name", ["console.operator", "console.support"])
def test_whoever_runs_the_hub_is_out_of_a_referent_s_reach(name: str) -> None:
    agent = replace(ANN, rights=ANN.rights | {Right(name=name)})
    assert not may_administer(BOB, agent, [REFERENT], ())


def test_whoever_reaches_further_is_out_of_a_referent_s_reach() -> None:
    assert not may_administer(BOB, ANN, [REFERENT], {ANN.id})
    assert may_administer(BOB, ANN, [REFERENT], {BOB.id})


def test_whoever_works_elsewhere_too_is_not_the_referent_s_alone() -> None:
    both = (REFERENT, grant("console.referent", SURGERY.structure))
    assert works_elsewhere(ANN, [REFERENT]) and not works_elsewhere(ANN, both)
    assert not works_elsewhere(replace(ANN, situations=(CLINIC,)), [REFERENT])


def test_a_structure_of_a_similar_name_is_another_structure() -> None:
    annexe = Situation(id="x", structure=CLINIC.structure + " Sud", role="nurse", source="memory")
    assert not may_administer(BOB, replace(ANN, situations=(annexe,)), [REFERENT], ())


@pytest.mark.parametrize(("minutes", "holds"), [(-1, False), (0, True), (9, True), (10, False)])
def test_a_grant_holds_from_its_first_moment_to_its_last(minutes: int, holds: bool) -> None:
    given = replace(REFERENT, until=NOON + timedelta(minutes=10))
    assert given.holds(NOON + timedelta(minutes=minutes)) is holds
