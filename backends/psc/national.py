"""National identifiers of persons: what the first digits mean, and when a number is believed.

TRE_G08: the prefix of a person means something else than that of a structure.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from hub import Identifier, ProviderRefused

from .reading import blocks_of, text_of

IDNPS: Final = "idnps"
"""The identifier whole, prefix included, as the source writes it: the key that never changes."""

_MOST: Final = 20
_LONGEST: Final = 64
_RPPS: Final = re.compile(r"[0-9]{11}")
_ADELI: Final = re.compile(r"[0-9A-Z]{9}")
_LOCAL: Final[Mapping[str, tuple[str, int]]] = {
    "3": ("finess_internal", 9),
    "4": ("siren_internal", 9),
    "5": ("siret_internal", 14),
    "6": ("rpps_internal", 11),
}
"""An establishment's number, a slash, and the establishment's own name for the person."""
_ORIGINS: Final = {"RPPS": "rpps", "ADELI": "adeli", "PSI": "psi", "EDIT": "edit"}
"""The registers believed in `otherIds`: no answer from outside may name a system of ours."""


def luhn(number: str) -> bool:
    digits = [int(sign) for sign in reversed(number)]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


def believed_rpps(number: str, *, strict: bool) -> bool:
    """*strict*: as production needs it, where a number made for tests is nobody's."""
    if not _RPPS.fullmatch(number):
        return False
    return not strict or (luhn(number) and not number.startswith("997"))


def national_identifier(claims: Mapping[str, Any], *, strict: bool) -> str:
    """The one that names the person: `SubjectNameID`, else what `otherIds` says.

    Raise `ProviderRefused` when there is none, or it is not to be believed.
    """
    named = text_of(claims, "SubjectNameID", _LONGEST + 1)
    if len(named) > _LONGEST or " " in named:
        raise ProviderRefused("psc.bad_identifier", "SubjectNameID too long, or in several words")
    if named:
        _check(named, strict=strict)
        return named
    others = {each.system: each.number for each in _others(claims, strict=strict)}
    if "rpps" in others:
        return f"8{others['rpps']}"
    if "adeli" in others:
        return f"0{others['adeli']}"
    raise ProviderRefused("psc.no_identifier", "neither SubjectNameID nor otherIds")


def identifiers(named: str, claims: Mapping[str, Any], *, strict: bool) -> tuple[Identifier, ...]:
    """All that PSC vouches for, the national identifier first; one number of each register."""
    found = [*_meaning(named), *_others(claims, strict=strict)]
    rpps = {each.number for each in found if each.system == "rpps"}
    if len(rpps) > 1:
        # RPPS is given once for life: two of them are two persons in one answer.
        raise ProviderRefused("psc.identity_differs", "two RPPS in one answer")
    return tuple(dict.fromkeys([*found, Identifier(system=IDNPS, number=named)]))


def _check(named: str, *, strict: bool) -> None:
    if named.upper().startswith("ANS") and strict:
        raise ProviderRefused("psc.test_identity", "an identity made for tests")
    number = _rpps_in(named)
    if number is not None and not believed_rpps(number, strict=strict):
        raise ProviderRefused("psc.bad_identifier", "RPPS with a wrong key")


def _rpps_in(named: str) -> str | None:
    is_number = named.startswith("8") and len(named) == 12 and named.isascii() and named.isdigit()
    return named[1:] if is_number else None


def _meaning(named: str) -> Iterator[Identifier]:
    """What the prefix says; an unknown one says nothing, and the whole still names the person."""
    number = _rpps_in(named)
    if number is not None:
        yield Identifier(system="rpps", number=number)
    elif named.startswith("0") and _ADELI.fullmatch(named[1:].upper()):
        yield Identifier(system="adeli", number=named[1:].upper())
    elif named.upper().startswith("ANS"):
        yield Identifier(system="edit", number=named)
    elif named[:1] in _LOCAL:
        system, length = _LOCAL[named[0]]
        place, slash, own = named[1:].partition("/")
        if slash and own and len(place) == length and place.isalnum():
            yield Identifier(system=system, number=named[1:])


def _others(claims: Mapping[str, Any], *, strict: bool) -> Sequence[Identifier]:
    """`otherIds`, each `{identifiant, origine, qualite}`; what is not believed is left out."""
    found: dict[str, Identifier] = {}
    for each in blocks_of(claims, "otherIds", _MOST):
        system = _ORIGINS.get(text_of(each, "origine").upper(), "")
        number = _bare(system, text_of(each, "identifiant", _LONGEST))
        if _fits(system, number, strict=strict):
            found.setdefault(f"{system} {number}", Identifier(system=system, number=number))
    return tuple(found.values())


def _bare(system: str, number: str) -> str:
    if system == "rpps" and len(number) == 12 and number.startswith("8"):
        return number[1:]
    if system == "adeli":
        number = number.upper()
        return number[1:] if len(number) == 10 and number.startswith("0") else number
    return number


def _fits(system: str, number: str, *, strict: bool) -> bool:
    match system:
        case "rpps":
            return believed_rpps(number, strict=strict)
        case "adeli":
            return _ADELI.fullmatch(number) is not None
        case "psi":
            return bool(number)
        case "edit":
            return bool(number) and not strict
        case _:
            return False
