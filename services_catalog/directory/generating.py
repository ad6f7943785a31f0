"""Invented lines in the shape of the national extraction: the same for the same seed.

Nobody in them exists: numbers come from the range 997 kept for tests.
"""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from .extraction import COLUMNS

_FAMILIES, _GIVEN = (
    line.split()
    for line in (Path(__file__).parent / "invented.txt").read_text(encoding="utf-8").splitlines()
)
_PROFESSIONS: Final = (
    ("10", "Médecin", ("Médecine générale", "Cardiologie et maladies vasculaires", "Pédiatrie")),
    ("21", "Pharmacien", ("",)),
    ("40", "Chirurgien-Dentiste", ("Orthopédie dento-faciale", "")),
    ("50", "Sage-Femme", ("",)),
    ("60", "Infirmier", ("",)),
    ("70", "Masseur-Kinésithérapeute", ("",)),
    ("91", "Orthophoniste", ("",)),
)
_TOWNS: Final = (
    *(("54000", "Nancy", "54", "Meurthe-et-Moselle"), ("57000", "Metz", "57", "Moselle")),
    *(("88000", "Épinal", "88", "Vosges"), ("55000", "Bar-le-Duc", "55", "Meuse")),
    *(("67000", "Strasbourg", "67", "Bas-Rhin"), ("75011", "Paris", "75", "Paris")),
    *(("69003", "Lyon", "69", "Rhône"), ("13005", "Marseille", "13", "Bouches-du-Rhône")),
    *(("29200", "Brest", "29", "Finistère"), ("97400", "Saint-Denis", "974", "La Réunion")),
)
_KINDS: Final = ("Cabinet", "Clinique", "Maison de santé", "Centre hospitalier", "Pharmacie")
_MODES: Final = (("L", "Libéral"), ("S", "Salarié"))


def lines(number: int, seed: int = 1) -> Iterator[str]:
    """The header, then *number* lines; about one person in five works at a second place."""
    chance = random.Random(seed)  # noqa: S311 nothing secret is drawn from it
    yield "|".join(COLUMNS) + "\n"
    made = 0
    person = 0
    while made < number:
        person += 1
        fixed = _person(chance, person)
        for _ in range(1 + (chance.random() < 0.2)):
            if made < number:
                made += 1
                said = {**fixed, **_place(chance)}
                yield "|".join(said.get(name, "") for name in COLUMNS) + "\n"


def _person(chance: random.Random, number: int) -> dict[str, str]:
    code, profession, skills = chance.choice(_PROFESSIONS)
    rpps = f"997{number:08d}"
    return {
        "Type d'identifiant PP": "8",
        "Identifiant PP": rpps,
        "Identification nationale PP": f"8{rpps}",
        "Nom d'exercice": chance.choice(_FAMILIES).upper(),
        "Prénom d'exercice": chance.choice(_GIVEN),
        "Code profession": code,
        "Libellé profession": profession,
        "Libellé savoir-faire": chance.choice(skills),
    }


def _place(chance: random.Random) -> dict[str, str]:
    postcode, town, number, department = chance.choice(_TOWNS)
    mode, way = chance.choice(_MODES)
    return {
        "Code mode exercice": mode,
        "Libellé mode exercice": way,
        "Raison sociale site": f"{chance.choice(_KINDS)} {chance.choice(_FAMILIES)}",
        "Numéro Voie": str(chance.randint(1, 120)),
        "Libellé type de voie": "Rue",
        "Libellé Voie": f"des {chance.choice(_FAMILIES)}",
        "Code postal": postcode,
        "Libellé commune": town,
        "Téléphone": f"0{chance.randint(100000000, 599999999)}",
        "Code Département (structure)": number,
        "Libellé Département (structure)": department,
    }
