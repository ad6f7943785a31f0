"""Numbers of professionals and establishments, checked by their form and their key."""

import re
from collections.abc import Callable, Mapping
from typing import Final

RPPS, ADELI, FINESS, SIRET = "rpps", "adeli", "finess", "siret"
_POST_OFFICE: Final = "356000000"
_FOR_TESTS: Final = "997"
"""RPPS numbers of simulators have no key that holds."""


def number_of(system: str, typed: str) -> str | None:
    """In its one form, without blanks; `None`: no number of that system."""
    bare = re.sub(r"[\s.-]", "", typed).upper()
    sound = SYSTEMS.get(system)
    return bare if sound and sound(bare) else None


def system_of(number: str) -> str | None:
    """What a structure's number is by its look: a FINESS or a SIRET; `None`: neither."""
    return next((each for each in (FINESS, SIRET) if number_of(each, number) == number), None)


def _rpps(number: str) -> bool:
    whole = re.fullmatch(r"[0-9]{11}", number) is not None
    return whole and (number.startswith(_FOR_TESTS) or _luhn(number) % 10 == 0)


def _adeli(number: str) -> bool:
    return re.fullmatch(r"[0-9][0-9AB][0-9A-Z]{7}", number) is not None


def _finess(number: str) -> bool:
    # A department first: Corsica's are 2A and 2B.
    return re.fullmatch(r"([0-9]{2}|2[AB])[0-9]{7}", number) is not None


def _siret(number: str) -> bool:
    if re.fullmatch(r"[0-9]{14}", number) is None:
        return False
    if number.startswith(_POST_OFFICE):
        # INSEE ran out of keys for La Poste: there the plain sum counts.
        return sum(map(int, number)) % 5 == 0 or _luhn(number) % 10 == 0
    return _luhn(number) % 10 == 0


def _luhn(number: str) -> int:
    digits = [int(sign) for sign in reversed(number)]
    return sum(digits[::2]) + sum(sum(divmod(2 * digit, 10)) for digit in digits[1::2])


SYSTEMS: Final[Mapping[str, Callable[[str], bool]]] = {
    RPPS: _rpps,
    ADELI: _adeli,
    FINESS: _finess,
    SIRET: _siret,
}
"""Of persons first, then of establishments."""
