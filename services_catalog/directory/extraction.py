"""Reads the national directory's open extraction, `PS_LibreAcces_Personne_activite_*.txt`.

Pipe-separated, UTF-8, a header line, 56 columns read by name. Every line is hostile: what cannot
be read is counted and named by its number, never guessed.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from hub import HubError, value

from .entries import Person, Place, key_of
from .regions import region_of

LONGEST_LINE: Final = 16_384
_CONTROL: Final = re.compile(r"[\x00-\x1f]")
_ADDRESS: Final = " (coord. structure)"
COLUMNS: Final = (
    *("Type d'identifiant PP", "Identifiant PP", "Identification nationale PP"),
    *("Code civilité d'exercice", "Libellé civilité d'exercice"),
    *("Code civilité", "Libellé civilité", "Nom d'exercice", "Prénom d'exercice"),
    *("Code profession", "Libellé profession"),
    *("Code catégorie professionnelle", "Libellé catégorie professionnelle"),
    *("Code type savoir-faire", "Libellé type savoir-faire"),
    *("Code savoir-faire", "Libellé savoir-faire", "Code mode exercice", "Libellé mode exercice"),
    *("Numéro SIRET site", "Numéro SIREN site", "Numéro FINESS site"),
    *("Numéro FINESS établissement juridique", "Identifiant technique de la structure"),
    *("Raison sociale site", "Enseigne commerciale site"),
    *("Complément destinataire", "Complément point géographique", "Numéro Voie"),
    *("Indice répétition voie", "Code type de voie", "Libellé type de voie", "Libellé Voie"),
    *("Mention distribution", "Bureau cedex", "Code postal", "Code commune", "Libellé commune"),
    *("Code pays", "Libellé pays", "Téléphone", "Téléphone 2", "Télécopie", "Adresse e-mail"),
    *("Code Département (structure)", "Libellé Département (structure)"),
    *("Ancien identifiant de la structure", "Autorité d'enregistrement"),
    *("Code secteur d'activité", "Libellé secteur d'activité"),
    *("Code section tableau pharmaciens", "Libellé section tableau pharmaciens"),
    *("Code rôle", "Libellé rôle", "Code genre activité", "Libellé genre activité"),
)
_SYSTEMS: Final = {"8": "rpps", "0": "adeli"}


class WrongHeader(HubError):
    """The columns are not those the program knows; the message says which."""


class Unreadable(HubError):
    """This line says nothing that could be kept."""


@value
class Line:
    person: Person
    place: Place


class Reader:
    """Raise `WrongHeader` with the difference."""

    def __init__(self, header: bytes) -> None:
        names = [_column(name) for name in _cells(header)]
        missing = [name for name in COLUMNS if name not in names]
        unknown = [name for name in names if name not in COLUMNS]
        if missing or unknown or len(names) != len(COLUMNS):
            lacks = ", ".join(missing) or "none"
            raise WrongHeader(f"columns missing: {lacks}; unknown: {', '.join(unknown) or 'none'}")
        self._where = {name: names.index(name) for name in COLUMNS}

    def line(self, raw: bytes) -> Line:
        """Raise `Unreadable`."""
        if len(raw) > LONGEST_LINE or not raw.endswith(b"\n"):
            raise Unreadable("too long, or cut off")
        cells = _cells(raw)
        if len(cells) != len(COLUMNS):
            raise Unreadable(f"{len(cells)} columns")
        said = {name: cells[at].strip() for name, at in self._where.items()}
        return Line(person=_person(said), place=_place(said))


def _cells(raw: bytes) -> Sequence[str]:
    try:
        text = raw.decode("utf-8-sig").rstrip("\r\n")
    except UnicodeDecodeError:
        raise Unreadable("not UTF-8") from None
    if _CONTROL.search(text):
        raise Unreadable("a control character")
    cells = text.split("|")
    # Each line ends with a separator in some editions of the file.
    return cells[:-1] if len(cells) == len(COLUMNS) + 1 and not cells[-1] else cells


def _column(name: str) -> str:
    return name.strip().replace("’", "'").removesuffix(_ADDRESS)


def _person(said: Mapping[str, str]) -> Person:
    system = _SYSTEMS.get(said["Type d'identifiant PP"])
    number, family = said["Identifiant PP"], said["Nom d'exercice"]
    if system is None or not number.isascii() or not number.isalnum() or not family:
        raise Unreadable("no national identifier, or no name")
    return Person(
        key=key_of(system, number),
        system=system,
        number=number,
        family=family,
        given=said["Prénom d'exercice"],
        civility=said["Libellé civilité d'exercice"] or said["Libellé civilité"],
        profession=said["Libellé profession"],
    )


def _place(said: Mapping[str, str]) -> Place:
    street = (
        *("Complément destinataire", "Complément point géographique", "Numéro Voie"),
        *("Indice répétition voie", "Libellé type de voie", "Libellé Voie", "Mention distribution"),
    )
    return Place(
        structure=said["Enseigne commerciale site"] or said["Raison sociale site"],
        profession=said["Libellé profession"],
        skill=said["Libellé savoir-faire"],
        mode=said["Libellé mode exercice"],
        role=said["Libellé rôle"],
        street=" ".join(filter(None, (said[each] for each in street))),
        postcode=said["Code postal"],
        town=said["Libellé commune"] or said["Bureau cedex"],
        department=said["Libellé Département (structure)"],
        region=region_of(said["Code Département (structure)"]),
        telephone=said["Téléphone"] or said["Téléphone 2"],
        mail=said["Adresse e-mail"].lower(),
    )
