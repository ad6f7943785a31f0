"""The first digit of a number says whose it is; a person's is not read as a structure's."""

import pytest

from hub.contract.accounts import Identifier
from hub_plugins.methods.cps.national import believed, identifiers, structure_number


@pytest.mark.parametrize(
    ("number", "system", "meant"),
    [
        ("899700075122", "rpps", "99700075122"),
        ("00B6077602", "adeli", "0B6077602"),
        ("30B0057881/CPET0002", "finess_internal", "0B0057881/CPET0002"),
        ("4187512751/7", "siren_internal", "187512751/7"),
        ("500000000029751/CPAT0001", "siret_internal", "00000000029751/CPAT0001"),
        ("699700366240/3", "rpps_internal", "99700366240/3"),
    ],
)
def test_a_prefix_names_the_register(number: str, system: str, meant: str) -> None:
    assert identifiers(number) == (
        Identifier(system=system, number=meant),
        Identifier(system="idnps", number=number),
    )


@pytest.mark.parametrize("number", ["10abc", "7123", "8123", "3123/", "312345678"])
def test_an_unknown_shape_is_named_whole_alone(number: str) -> None:
    assert identifiers(number) == (Identifier(system="idnps", number=number),)


@pytest.mark.parametrize(
    ("number", "strict", "good"),
    [
        ("810000000012", False, True),
        ("810000000018", True, False),
        ("810000000017", True, True),
        ("899700075122", True, False),
        ("899700075122", False, True),
        ("00B6077602", True, True),
        ("30B0057881/CPET0002", True, True),
        ("", False, False),
        ("?", False, False),
        ("8 99700075122", False, False),
        ("8" * 65, False, False),
        ("8997\u0660\u0660075122", False, False),
    ],
)
def test_production_believes_only_numbers_with_their_key(
    number: str, *, strict: bool, good: bool
) -> None:
    assert believed(number, strict=strict) is good


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("10B0057881", "0B0057881"),
        ("318751275100020", "18751275100020"),
        ("2187512751", "187512751"),
        ("499700366240007", "499700366240007"),
        ("CHU", "CHU"),
        ("", ""),
    ],
)
def test_a_structure_is_known_by_its_number_without_prefix(written: str, number: str) -> None:
    assert structure_number(written) == number
