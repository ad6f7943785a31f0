"""The lines of a search, for a spreadsheet."""

import csv
from collections.abc import Sequence
from io import StringIO
from typing import Final

from .entries import Entry, Place

_COLUMNS: Final = (
    *("name", "number", "profession", "skill", "structure"),
    *("postcode", "town", "telephone", "mail"),
)
# A spreadsheet runs a cell that begins so (CWE-1236).
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def written(found: Sequence[Entry], heads: Sequence[str]) -> str:
    """UTF-8 with a byte order mark and semicolons: what French spreadsheets open by themselves."""
    text = StringIO()
    lines = csv.writer(text, delimiter=";", lineterminator="\r\n")
    lines.writerow(heads)
    for entry in found:
        for place in entry.places or (Place(structure=""),):
            lines.writerow([_tame(cell) for cell in _cells(entry, place)])
    return "\ufeff" + text.getvalue()


def heads() -> Sequence[str]:
    return [f"directory.column.{name}" for name in _COLUMNS]


def _cells(entry: Entry, place: Place) -> Sequence[str]:
    person = entry.person
    return (
        *(person.name, person.number, place.profession or person.profession, place.skill),
        *(place.structure, place.postcode, place.town, place.telephone, place.mail),
    )


def _tame(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
