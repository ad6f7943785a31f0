"""National identifiers of persons and structures on cards: what the first digits mean.

TRE_G08 and TRE_G07: the same digit means one thing for a person and another for a structure.
"""

import re
from collections.abc import Iterator
from typing import Final

from hub import Identifier

IDNPS: Final = "idnps"
"""The identifier whole, prefix included, as the card writes it: the key that never changes."""

_WHOLE: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z/._-]{1,63}")
_RPPS: Final = re.compile(r"8[0-9]{11}")
_ADELI: Final = re.compile(r"0[0-9A-Z]{9}")
_LOCAL: Final[dict[str, tuple[str, int]]] = {
    "3": ("finess_internal", 9),
    "4": ("siren_internal", 9),
    "5": ("siret_internal", 14),
    "6": ("rpps_internal", 11),
}
"""An establishment's number, a slash, and the establishment's own name for the person."""
_STRUCTURES: Final = {"1": 9, "2": 9, "3": 14}
"""FINESS, SIREN and SIRET of a structure, by their prefix, and how long each is."""
SYSTEMS: Final = frozenset({IDNPS, "rpps", "adeli", *(system for system, _ in _LOCAL.values())})
"""By which a card may name an account."""


def believed(number: str, *, strict: bool) -> bool:
    """Whether *number*, as a card's common name, names a person.

    *strict*: as production needs it, where a number made for tests is nobody's.
    """
    if not _WHOLE.fullmatch(number):
        return False
    if not _RPPS.fullmatch(number):
        return True
    return not strict or (_luhn(number[1:]) and not number.startswith("8997"))


def identifiers(number: str) -> tuple[Identifier, ...]:
    """All that the number says, the most precise first; an unknown prefix names the whole alone."""
    whole = Identifier(system=IDNPS, number=number)
    return (*_meaning(number), whole)


def structure_number(written: str) -> str:
    """FINESS, SIREN or SIRET without its prefix; the whole where the prefix says nothing."""
    prefix, number = written[:1], written[1:]
    return number if _STRUCTURES.get(prefix) == len(number) and number.isalnum() else written


def _meaning(number: str) -> Iterator[Identifier]:
    if _RPPS.fullmatch(number):
        yield Identifier(system="rpps", number=number[1:])
    elif _ADELI.fullmatch(number.upper()):
        yield Identifier(system="adeli", number=number[1:].upper())
    elif number[:1] in _LOCAL:
        system, length = _LOCAL[number[0]]
        place, slash, own = number[1:].partition("/")
        if slash and own and len(place) == length and place.isalnum():
            yield Identifier(system=system, number=number[1:])


def _luhn(number: str) -> bool:
    digits = [int(sign) for sign in reversed(number)]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0
