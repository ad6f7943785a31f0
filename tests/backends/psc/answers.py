"""Answers of Pro Santé Connect as its published samples show them; nobody in them exists."""

from typing import Any

ISSUER = "https://auth.bas.psc.esante.gouv.fr/auth/realms/esante-wallet"
UUID = "f:550dc1c8-d97b-4b1e-ac8c-8eb4471cf9dd:899700366240"


def activity(**changes: str) -> dict[str, str]:
    """One `activities[]` entry, with PSC's own spellings and its empty strings."""
    return {
        "codeModeExercice": "L",
        "codeSecteurDactivite": "SA07",
        "codeSectionPharmacien": "",
        "codeRole": "",
        "codeGenreActivite": "GENR01",
        "numeroSiretSite": "",
        "numeroSirenSite": "",
        "numeroFinessSite": "",
        "numeroFinessetablissementJuridique": "",
        "identifiantTechniqueDeLaStructure": "R95141",
        "raisonSocialeSite": "CABINET M DOC0036624",
        "enseigneCommercialeSite": "",
        "complementDestinataire": "CABINET M DOC",
        "numeroVoie": "1",
        "codeTypeDeVoie": "R",
        "libelleVoie": "NOIR",
        "bureauCedex": "75009 PARIS",
        "codePostal": "75009",
        "codeCommune": "",
        "codePays": "99000",
        "telephone": "0101010101",
        "adresseEMail": "",
        "codeDepartement": "",
        "ancienIdentifiantDeLaStructure": "499700366240007",
        "autoriteDenregistrement": "CNOM/CNOM/CNOM",
    } | changes


HOSPITAL = activity(
    codeModeExercice="S",
    codeSecteurDactivite="SA01",
    numeroFinessSite="0B0172805",
    numeroFinessetablissementJuridique="0B0172789",
    identifiantTechniqueDeLaStructure="F0B0172805",
    raisonSocialeSite="HOPITAL GENERIQUE",
    bureauCedex="44000 NANTES CEDEX 1",
    ancienIdentifiantDeLaStructure="10B0172805",
    autoriteDenregistrement="CNOM/CNOM/ARS",
)


def practice(*activities: dict[str, str], **changes: str) -> dict[str, Any]:
    return {
        "codeProfession": "10",
        "codeCategorieProfessionnelle": "C",
        "codeCiviliteDexercice": "DR",
        "nomDexercice": "DOC0036624",
        "prenomDexercice": "KIT",
        "codeTypeSavoirFaire": "S",
        "codeSavoirFaire": "SM26",
        "activities": list(activities),
    } | changes


DOCTOR: dict[str, Any] = {
    "Secteur_Activite": "SA07^1.2.250.1.71.4.2.4",
    "sub": UUID,
    "email_verified": False,
    "SubjectOrganization": "CABINET M DOC0036624",
    "Mode_Acces_Raison": "",
    "preferred_username": "899700366240",
    "given_name": "KIT",
    "Acces_Regulation_Medicale": "FAUX",
    "UITVersion": "1.0",
    "Palier_Authentification": "APPPRIP3^1.2.250.1.213.1.5.1.1.1",
    "SubjectRefPro": {"codeCivilite": "M", "exercices": [practice(activity(), HOSPITAL)]},
    "SubjectOrganizationID": "R95141",
    "SubjectRole": ["10^1.2.250.1.213.1.1.5.5"],
    "PSI_Locale": "1.2.250.1.213.1.3.1.1",
    "otherIds": [{"identifiant": "899700366240", "origine": "RPPS", "qualite": 1}],
    "SubjectNameID": "899700366240",
    "family_name": "DOC0036624",
    "authMode": "CARD",
}
"""A doctor with one practice at two places."""

THIN: dict[str, Any] = {
    "sub": UUID,
    "preferred_username": "899700366240",
    "SubjectNameID": "899700366240",
    "given_name": "KIT",
    "family_name": "DOC0036624",
    "codeCivilite": "M",
}
"""Without professional data PSC tells no more than this."""

STAFF: dict[str, Any] = {
    "sub": "f:550dc1c8-d97b-4b1e-ac8c-8eb4471cf9dd:30B0168811/CPET00001",
    "SubjectNameID": "30B0168811/CPET00001",
    "given_name": "CPE",
    "family_name": "EMPLOYÉE",
    "SubjectOrganization": "CLINIQUE DU PARC",
    "SubjectOrganizationID": "F0B0168811",
    "SubjectRole": [],
    "SubjectRefPro": {"codeCivilite": "MME", "exercices": []},
}
"""Staff of an establishment: the identifier holds a slash, and no profession is told."""


def id_token(userinfo: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The claims of the id_token that goes with *userinfo*."""
    return {
        "iss": ISSUER,
        "aud": "hub",
        "azp": "hub",
        "typ": "ID",
        "sub": userinfo.get("sub", UUID),
        "auth_time": 1_767_268_000,
        "sid": "d3d0f7d8",
        "preferred_username": userinfo.get("preferred_username", ""),
        "authMode": userinfo.get("authMode", "MOBILE"),
    } | changes
