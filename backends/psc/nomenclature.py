"""The national lists a sign-in needs: professions, ways of practising, and their OIDs.

Labels are those of the lists themselves (TRE_G15, TRE_R23): what a source says of a person is
told as it says it, in its own language.
"""

from collections.abc import Mapping
from typing import Final

PROFESSION_OID: Final = "1.2.250.1.213.1.1.5.5"
SECTOR_OID: Final = "1.2.250.1.71.4.2.4"

PROFESSIONS: Final[Mapping[str, str]] = {
    "10": "Médecin",
    "21": "Pharmacien",
    "26": "Audioprothésiste",
    "28": "Opticien-lunetier",
    "31": "Assistant dentaire",
    "32": "Physicien médical",
    "35": "Aide-soignant",
    "36": "Ambulancier",
    "37": "Auxiliaire de puériculture",
    "38": "Préparateur en pharmacie hospitalière",
    "39": "Préparateur en pharmacie",
    "40": "Chirurgien-dentiste",
    "41": "Assistant de service social",
    "50": "Sage-femme",
    "60": "Infirmier",
    "69": "Infirmier psychiatrique",
    "70": "Masseur-kinésithérapeute",
    "71": "Ostéopathe",
    "72": "Psychothérapeute",
    "73": "Chiropracteur",
    "80": "Pédicure-podologue",
    "81": "Orthoprothésiste",
    "82": "Podo-orthésiste",
    "83": "Orthopédiste-orthésiste",
    "84": "Oculariste",
    "85": "Épithésiste",
    "86": "Technicien de laboratoire médical",
    "91": "Orthophoniste",
    "92": "Orthoptiste",
    "93": "Psychologue",
    "94": "Ergothérapeute",
    "95": "Diététicien",
    "96": "Psychomotricien",
    "97": "Conseiller en génétique",
    "98": "Manipulateur d’électroradiologie médicale",
}
MODES: Final[Mapping[str, str]] = {
    "L": "libéral",
    "S": "salarié",
    "B": "bénévole",
    "I": "indirect",
}
STUDENT: Final = "E"
"""Category of whoever is still learning the profession (TRE_R09)."""


def coded(text: str) -> str:
    """The code of `code^OID`: the OID differs between sources, and is never compared."""
    return text.partition("^")[0]
