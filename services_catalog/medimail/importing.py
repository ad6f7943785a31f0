"""Reads the list of mailboxes and of who may open them. Every line is hostile.

address;kind;person;structure;first
marie.durand@mss.example;PER;99700075064;;yes
accueil@mss.example;ORG;login:sophie.garnier;Cabinet des Tilleuls;no
"""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from hub import HubError, Identifier, value

from .boxes import Kind, person_of
from .structures import Ambiguous, Structures
from .tables import Key, Openings

COLUMNS: Final = ("address", "kind", "person", "structure", "first")
_MANY: Final = 500
_FIRST: Final = {"yes": True, "oui": True, "no": False, "non": False, "": False}
_ADDRESS: Final = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[a-z0-9-]+(\.[a-z0-9-]+)+")
_PATIENTS: Final = re.compile(r"@(.+\.)?patient\.mssante\.fr$")
_PERSON: Final = re.compile(r"(?:([a-z][a-z0-9_]{0,63}):)?([^\s:]{1,128})")
_BARE: Final = ((re.compile("[0-9]{11}"), "rpps"), (re.compile("[0-9][0-9A-Za-z]{8}"), "adeli"))


class WrongList(HubError):
    """Nothing of the file can be believed; the message says why."""


class Unreadable(HubError):
    """This line cannot be kept; the message says why, and quotes nothing of it."""


@value
class Imported:
    kept: int
    refused: Sequence[tuple[int, str]]
    """Number of the line, and why."""
    unnamed: Sequence[Key] = ()
    """What stands and the file does not name."""


def bring(openings: Openings, structures: Structures, file: Path) -> Imported:
    """Add and renew; nothing is removed."""
    good: dict[Key, Mapping[str, Any]] = {}
    refused: list[tuple[int, str]] = []
    for number, line, comma in _lines(file):
        try:
            row = _placed(_row(_cells(line, comma)), structures)
        except (Unreadable, Ambiguous) as problem:
            refused.append((number, str(problem)))
        else:
            good[row["address"], row["system"], row["number"]] = row
    rows = list(good.values())
    for start in range(0, len(rows), _MANY):
        openings.write(rows[start : start + _MANY])
    return Imported(kept=len(rows), refused=refused, unnamed=openings.others(good))


def may_remove(done: Imported, *, all_gone: bool = False) -> bool:
    """A line that could not be read may name what stands, and half a file names half of it."""
    return not done.refused and (all_gone or len(done.unnamed) <= done.kept)


def _lines(file: Path) -> Iterator[tuple[int, str, str]]:
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise WrongList(f"{file} is not UTF-8") from None
    if "\0" in text:
        raise WrongList(f"{file} is no text")
    heads, *lines = text.splitlines() or [""]
    comma = "," if heads.count(",") > heads.count(";") else ";"
    if tuple(each.strip().casefold() for each in heads.split(comma)) != COLUMNS:
        raise WrongList(f"the first line of {file} must be {comma.join(COLUMNS)}")
    for number, line in enumerate(lines, start=2):
        if line.strip():
            yield number, line, comma


def _cells(line: str, comma: str) -> Sequence[str]:
    """One line is one row: a quote left open swallows nothing of what follows."""
    try:
        return next(csv.reader([line], delimiter=comma), [])
    except csv.Error:
        raise Unreadable("too long") from None


def _row(cells: Sequence[str]) -> Mapping[str, Any]:
    """Raise `Unreadable`."""
    if len(cells) != len(COLUMNS):
        raise Unreadable(f"{len(cells)} columns instead of {len(COLUMNS)}")
    address, kind, person, structure, first = (each.strip() for each in cells)
    system, number = _person(person)
    if kind.upper() not in Kind.__members__:
        raise Unreadable(f"the kind is none of {', '.join(Kind)}")
    if kind.upper() in (Kind.ORG, Kind.CAB) and not structure:
        raise Unreadable("a mailbox of a structure without its structure")
    if len(structure) > 255 or not structure.isprintable():
        raise Unreadable("the structure is no name")
    if first.casefold() not in _FIRST:
        raise Unreadable("`first` is neither yes nor no")
    return {
        "address": _address(address),
        "system": system,
        "number": number,
        "kind": Kind(kind.upper()).value,
        "structure": structure,
        "first": _FIRST[first.casefold()],
    }


def _placed(row: Mapping[str, Any], structures: Structures) -> Mapping[str, Any]:
    return {**row, "structure": structures.meant(row["structure"])}


def _address(typed: str) -> str:
    address = typed.casefold()
    if len(address) > 254 or not _ADDRESS.fullmatch(address):
        raise Unreadable("the address is none")
    # A patient's address holds their social security number.
    if _PATIENTS.search(address):
        raise Unreadable("the address of a patient")
    return address


def _person(typed: str) -> tuple[str, str]:
    """`rpps:99700075064`, `login:marie.durand`; bare: an RPPS, an ADELI, else a login."""
    found = _PERSON.fullmatch(typed)
    if not found or not typed.isprintable():
        raise Unreadable("the person is none: write `rpps:…`, `adeli:…` or `login:…`")
    system, number = found[1], found[2]
    bare = next((name for form, name in _BARE if form.fullmatch(number)), "login")
    return person_of(Identifier(system=system or bare, number=number))
