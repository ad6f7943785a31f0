"""A professional is found by who, activity and where; accents and ends of words are forgiven."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub_services.directory.exporting import written
from hub_services.directory.favourites import MOST as MOST_FAVOURITES
from hub_services.directory.favourites import Favourites
from hub_services.directory.search import MOST, PAGE, Query

from .conftest import ME, Town, line

ELISE = line(
    "99700000001",
    "LEMAÎTRE",
    "Élise",
    skill="Cardiologie",
    town="Épinal",
    digits="88",
    department="Vosges",
)
PAUL = line("99700000002", "PONT", "Paul", profession="Infirmier", mail="p.pont@soins.example")


@pytest.mark.parametrize(
    "query",
    [
        {"who": "lemaitre"},
        {"who": "LEMAÎTRE élise"},
        {"who": "eli lem"},
        {"who": "99700000001"},
        {"who": "899700000001"},
        {"who": "997 000 000 01"},
        {"activity": "cardio"},
        {"activity": "medecin card"},
        {"where": "epinal"},
        {"where": "Grand Est", "who": "élise"},
        {"where": "cabinet du port", "activity": "méd"},
        {"who": "l'élise"[2:], "where": "54000"},
    ],
    ids=str,
)
def test_she_is_found(town: Town, query: dict[str, str]) -> None:
    town.bring(ELISE, PAUL)
    assert town.names(**query) == ["Élise LEMAÎTRE"]


@pytest.mark.parametrize(
    "query",
    [
        {"who": "maitre"},
        {"who": "9970000000"},
        {"who": "lemaitre", "where": "brest"},
        {"who": "pont@soins.example"},
        {},
        {"who": "  "},
        {"who": '"'},
        {"activity": "')--"},
    ],
    ids=str,
)
def test_nobody_is_found(town: Town, query: dict[str, str]) -> None:
    town.bring(ELISE, PAUL)
    assert town.found(**query).count == 0


def test_a_mail_address_is_exact(town: Town) -> None:
    town.bring(ELISE, PAUL)
    assert town.names(who="P.PONT@soins.example") == ["Paul PONT"]


def test_facets_narrow_what_was_found(town: Town) -> None:
    third = line("99700000003", "PETIT", profession="Infirmier", department="Moselle", digits="57")
    town.bring(ELISE, PAUL, third)
    found = town.found(where="cabinet")
    assert found.professions == [("Infirmier", 2), ("Médecin", 1)]
    assert {name for name, _ in found.departments} == {"Meurthe-et-Moselle", "Moselle", "Vosges"}
    assert town.names(where="cabinet", profession="Infirmier", department="Moselle") == [
        "Ann PETIT"
    ]


def test_who_works_at_two_places_is_one_person_with_both(town: Town) -> None:
    second = line("99700000001", "LEMAÎTRE", "Élise", structure="Clinique", town="Metz")
    town.bring(ELISE, second)
    (entry,) = town.found(who="lemaitre", where="metz").entries
    assert [each.town for each in entry.places] == ["Épinal", "Metz"]


def test_a_search_reads_no_more_than_a_bounded_part(town: Town) -> None:
    town.bring(*(line(f"997{n:08d}", f"MARTIN{n % 7}", f"A{n}") for n in range(MOST + 30)))
    town.statements.clear()
    found = town.found(who="martin")
    assert (found.count, found.more, len(found.entries)) == (MOST, True, PAGE)
    assert len(town.statements.sql) == 5
    last = town.search().find(Query(who="martin", page=MOST // PAGE))
    assert len(last.entries) == PAGE


def test_suggestions_are_names_that_begin_so(town: Town) -> None:
    town.bring(ELISE, PAUL)
    assert town.search().suggested("el") == ["Élise LEMAÎTRE"]
    assert not town.search().suggested("e")


def test_a_favourite_is_found_again_and_belongs_to_one_account(town: Town) -> None:
    town.bring(ELISE, PAUL)
    mine = Favourites(town.toolbox.unit_of_work, ME)
    assert mine.add("rpps:99700000001") and mine.add("rpps:99700000001")
    Favourites(town.toolbox.unit_of_work, "another").add("rpps:99700000002")
    assert [each.person.name for each in town.search().liked()] == ["Élise LEMAÎTRE"]
    assert [each.favourite for each in town.found(where="cabinet").entries] == [True, False]
    mine.remove("rpps:99700000001")
    assert town.search().liked() == []


def test_favourites_have_an_end(town: Town) -> None:
    mine = Favourites(town.toolbox.unit_of_work, ME)
    assert [mine.add(f"rpps:{n}") for n in range(MOST_FAVOURITES + 1)].count(False) == 1


@pytest.mark.parametrize("sign", "=+-@")
def test_no_cell_of_an_export_is_a_formula(town: Town, sign: str) -> None:
    town.bring(line("99700000005", "FORMULE", structure=f"{sign}cmd' /C calc'!A0"))
    text = written(town.found(who="formule").entries, ["Nom"])
    assert f";'{sign}cmd" in text and f";{sign}cmd" not in text


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(who=st.text(max_size=120), activity=st.text(max_size=120), where=st.text(max_size=120))
def test_whatever_is_typed_is_answered(town: Town, who: str, activity: str, where: str) -> None:
    assert town.found(who=who, activity=activity, where=where).count >= 0
    town.search().suggested(who)
