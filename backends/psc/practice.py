"""`SubjectRefPro`: each activity of each practice becomes one place a person may act for.

PSC never asks for which of them somebody acts: the hub does, and a service reads the chosen one
alone, in PSC's own shape (`native`) or in the hub's.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from hub import Situation

from .nomenclature import MODES, PROFESSION_OID, PROFESSIONS, SECTOR_OID, STUDENT, coded
from .reading import block_of, blocks_of, line, text_of, texts_of

MOST: Final = 40
"""Places of one person; a list without end fills no session."""
_LONGEST_CODE: Final = 64
_STRUCTURE: Final = (
    "numeroFinessSite",
    "numeroSiretSite",
    # PSC writes this one with a small e.
    "numeroFinessetablissementJuridique",
    "identifiantTechniqueDeLaStructure",
    "ancienIdentifiantDeLaStructure",
)
"""By which a structure is known, most precise first. FINESS holds letters in Corsica, in tests."""


def situations(userinfo: Mapping[str, Any], issuer: str) -> tuple[Situation, ...]:
    """In PSC's order, each once; the one that stands at the top level when there is no other."""
    found = list(_places(userinfo, issuer)) or list(_named_alone(userinfo, issuer))
    return tuple({each.id: each for each in found}.values())[:MOST]


def profession_of(exercice: Mapping[str, Any]) -> str:
    """« Médecin »; its code when the list does not know it, empty for whoever has none (CPE)."""
    code = coded(text_of(exercice, "codeProfession", _LONGEST_CODE))
    label = PROFESSIONS.get(code, code)
    learns = text_of(exercice, "codeCategorieProfessionnelle", _LONGEST_CODE) == STUDENT
    return f"{label} (en formation)" if label and learns else label


def _places(userinfo: Mapping[str, Any], issuer: str) -> Iterator[Situation]:
    for exercice in blocks_of(block_of(userinfo, "SubjectRefPro"), "exercices", MOST):
        for activity in blocks_of(exercice, "activities", MOST):
            yield _place(userinfo, exercice, activity, issuer)


def _place(
    userinfo: Mapping[str, Any],
    exercice: Mapping[str, Any],
    activity: Mapping[str, Any],
    issuer: str,
) -> Situation:
    name = text_of(activity, "raisonSocialeSite") or text_of(activity, "enseigneCommercialeSite")
    structure = next(filter(None, (text_of(activity, each) for each in _STRUCTURE)), name)
    profession = profession_of(exercice)
    return Situation(
        id=_id(exercice, activity, structure),
        structure=structure,
        role=_role(profession, activity),
        source=issuer,
        profession=profession or None,
        name=name if name != structure else "",
        town=_town(activity),
        native=_native(userinfo, exercice, activity),
    )


def _id(exercice: Mapping[str, Any], activity: Mapping[str, Any], structure: str) -> str:
    """The same at every sign-in: rights and the remembered choice are kept under it."""
    of_person = [coded(text_of(exercice, name, _LONGEST_CODE)) for name in _PERSON_KEY]
    of_place = [coded(text_of(activity, name, _LONGEST_CODE)) for name in _PLACE_KEY]
    return ":".join(["psc", "".join(of_person), structure, *of_place])[:255]


# Profession and category together are the key of a practice in VIHF ("10C").
_PERSON_KEY: Final = ("codeProfession", "codeCategorieProfessionnelle")
_PLACE_KEY: Final = ("codeModeExercice", "codeRole", "codeGenreActivite")


def _role(profession: str, activity: Mapping[str, Any]) -> str:
    own = text_of(activity, "codeRole", _LONGEST_CODE)
    mode = MODES.get(coded(text_of(activity, "codeModeExercice", _LONGEST_CODE)), "")
    said = ", ".join(filter(None, (profession or own, mode)))
    return said or "Professionnel"


def _town(activity: Mapping[str, Any]) -> str:
    # « 44000 NANTES CEDEX 1 »: the number goes, it says nothing to people.
    office = text_of(activity, "bureauCedex").lstrip("0123456789 ")
    return office or text_of(activity, "codePostal")


def _native(
    userinfo: Mapping[str, Any], exercice: Mapping[str, Any], activity: Mapping[str, Any]
) -> dict[str, str]:
    name = text_of(activity, "raisonSocialeSite") or text_of(activity, "enseigneCommercialeSite")
    sector = coded(text_of(activity, "codeSecteurDactivite", _LONGEST_CODE))
    alone = {**_flat(exercice), "activities": [_flat(activity)]}
    civil = text_of(block_of(userinfo, "SubjectRefPro"), "codeCivilite", _LONGEST_CODE)
    told: dict[str, Any] = {
        "SubjectRole": _subject_role(userinfo, exercice),
        "SubjectOrganization": name,
        "SubjectOrganizationID": text_of(activity, "identifiantTechniqueDeLaStructure"),
        "Secteur_Activite": f"{sector}^{SECTOR_OID}" if sector else "",
        "SubjectRefPro": {"codeCivilite": civil, "exercices": [alone]},
    }
    return {claim: json.dumps(worth, ensure_ascii=False) for claim, worth in told.items()}


def _subject_role(userinfo: Mapping[str, Any], exercice: Mapping[str, Any]) -> list[str]:
    """Of the roles PSC tells at the top level, those of this practice, with the OIDs it uses."""
    codes = [coded(text_of(exercice, name)) for name in ("codeProfession", "codeSavoirFaire")]
    mine = [each for each in texts_of(userinfo, "SubjectRole", MOST) if coded(each) in codes]
    return mine or [f"{codes[0]}^{PROFESSION_OID}" for _ in codes[:1] if codes[0]]


def _flat(block: Mapping[str, Any]) -> dict[str, str]:
    """Its texts under PSC's own names; lists and blocks within, the other activities, stay out."""
    texts = {line(name, 64): text_of(block, name) for name in list(block)[:80]}
    return {name: texts[name] for name in texts if name and isinstance(block.get(name), str)}


def _named_alone(userinfo: Mapping[str, Any], issuer: str) -> Iterator[Situation]:
    """Staff of an establishment: PSC names it, and tells no practice."""
    name = text_of(userinfo, "SubjectOrganization")
    technical = text_of(userinfo, "SubjectOrganizationID")
    structure = technical or name
    if not structure:
        return
    exercice = next(iter(blocks_of(block_of(userinfo, "SubjectRefPro"), "exercices", 1)), {})
    profession = profession_of(exercice)
    roles = texts_of(userinfo, "SubjectRole", MOST)
    told = {
        "SubjectRole": roles,
        "SubjectOrganization": name,
        "SubjectOrganizationID": technical,
        "Secteur_Activite": text_of(userinfo, "Secteur_Activite"),
    }
    yield Situation(
        id=f"psc:{structure}"[:255],
        structure=structure,
        role=profession or "Personnel de l’établissement",
        source=issuer,
        profession=profession or None,
        name=name if name != structure else "",
        native={claim: json.dumps(worth, ensure_ascii=False) for claim, worth in told.items()},
    )
