"""What UserInfo says of a persona, in the spellings of the real one."""

from typing import Any, Final

from .memory import Session
from .personas import Activity, Persona, Practice, Structure, Town

ROLE: Final = "1.2.250.1.213.1.1.5.5"
SECTOR: Final = "1.2.250.1.71.4.2.4"
_ADDRESS: Final = (
    "complementDestinataire",
    "complementPointGeographique",
    "numeroVoie",
    "indiceRepetitionVoie",
    "codeTypeDeVoie",
    "libelleVoie",
    "mentionDistribution",
    "bureauCedex",
    "codeCommune",
    "codePays",
    "telephone",
    "telephone2",
    "telecopie",
    "adresseEMail",
    "codeDepartement",
)


def userinfo(town: Town, session: Session) -> dict[str, Any]:
    """All strings; what nobody knows is empty, never null; there is no mail address."""
    persona = session.persona
    said = {
        "sub": persona.sub,
        "preferred_username": persona.national_id,
        "SubjectNameID": persona.national_id,
        "given_name": persona.given_name,
        "family_name": persona.family_name,
        "codeCivilite": persona.civility,
    }
    if not persona.referential:
        return said
    return {
        **said,
        "email_verified": False,
        "authMode": session.mode,
        "otherIds": other_ids(persona),
        **_organization(town, persona),
        "Palier_Authentification": "APPPRIP3^1.2.250.1.213.1.5.1.1.1",
        "PSI_Locale": "1.2.250.1.213.1.3.1.1",
        "Mode_Acces_Raison": "",
        "Acces_Regulation_Medicale": "FAUX",
        "UITVersion": "1.0",
        "SubjectRefPro": {
            "codeCivilite": persona.civility,
            "exercices": [_practice(town, persona, each) for each in persona.practices],
        },
    }


def other_ids(persona: Persona) -> list[dict[str, Any]]:
    known = {
        "RPPS": persona.number,
        "ADELI": persona.adeli,
        "PSI": persona.psi,
        "EDIT": persona.national_id if persona.national_id.startswith("ANS") else "",
    }
    return [
        {"identifiant": number, "origine": origin, "qualite": 1}
        for origin, number in known.items()
        if number
    ]


def _organization(town: Town, persona: Persona) -> dict[str, Any]:
    first = _first(persona)
    professions = dict.fromkeys(each.profession for each in persona.practices if each.profession)
    return {
        "SubjectOrganization": first.structure,
        "SubjectOrganizationID": _structure(town, first.structure).technique,
        "SubjectRole": [f"{each}^{ROLE}" for each in professions],
        "Secteur_Activite": f"{first.secteur}^{SECTOR}" if first.secteur else "",
    }


def _first(persona: Persona) -> Activity:
    activities = [each for practice in persona.practices for each in practice.activities]
    return activities[0] if activities else Activity(structure=persona.structure)


def _practice(town: Town, persona: Persona, practice: Practice) -> dict[str, Any]:
    doctor = practice.profession in ("10", "40")
    return {
        "codeProfession": practice.profession,
        "codeCategorieProfessionnelle": "C" if practice.profession else "",
        "codeCiviliteDexercice": "DR" if doctor else "",
        "nomDexercice": persona.family_name,
        "prenomDexercice": persona.given_name,
        "codeTypeSavoirFaire": "S" if practice.savoir else "",
        "codeSavoirFaire": practice.savoir,
        "activities": [_activity(town, practice, each) for each in practice.activities],
    }


def _activity(town: Town, practice: Practice, activity: Activity) -> dict[str, str]:
    structure = _structure(town, activity.structure)
    return {
        **dict.fromkeys(_ADDRESS, ""),
        "codeModeExercice": activity.mode,
        "codeSecteurDactivite": activity.secteur,
        "codeSectionPharmacien": "A" if practice.profession == "21" else "",
        "codeRole": "",
        "codeGenreActivite": "GENR01" if activity.mode else "",
        "numeroSiretSite": structure.siret,
        "numeroSirenSite": structure.siret[:9],
        "numeroFinessSite": structure.finess,
        # The small e is theirs.
        "numeroFinessetablissementJuridique": structure.juridique,
        "identifiantTechniqueDeLaStructure": structure.technique,
        "raisonSocialeSite": activity.structure,
        "enseigneCommercialeSite": activity.structure,
        "codePostal": structure.postcode,
        "ancienIdentifiantDeLaStructure": "",
        "autoriteDenregistrement": "CNOM/CNOM/CNOM" if practice.profession == "10" else "",
    }


def _structure(town: Town, name: str) -> Structure:
    return town.structures.get(name, Structure())
