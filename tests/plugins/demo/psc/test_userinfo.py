"""UserInfo of the simulator, in the exact and odd spellings of the real one."""

from collections.abc import Iterator
from typing import Any

import pytest
from hub_plugins.demo.psc.personas import town
from tests.plugins.demo.psc.application import Application

ACTIVITY = {
    "codeModeExercice",
    "codeSecteurDactivite",
    "codeSectionPharmacien",
    "codeRole",
    "codeGenreActivite",
    "numeroSiretSite",
    "numeroSirenSite",
    "numeroFinessSite",
    "numeroFinessetablissementJuridique",
    "identifiantTechniqueDeLaStructure",
    "raisonSocialeSite",
    "enseigneCommercialeSite",
    "complementDestinataire",
    "complementPointGeographique",
    "numeroVoie",
    "indiceRepetitionVoie",
    "codeTypeDeVoie",
    "libelleVoie",
    "mentionDistribution",
    "bureauCedex",
    "codePostal",
    "codeCommune",
    "codePays",
    "telephone",
    "telephone2",
    "telecopie",
    "adresseEMail",
    "codeDepartement",
    "ancienIdentifiantDeLaStructure",
    "autoriteDenregistrement",
}


def said(app: Application, key: str) -> dict[str, Any]:
    app.by_card(key)
    told: dict[str, Any] = app.userinfo().json()
    return told


def test_a_doctor_with_two_practices_of_two_activities(app: Application) -> None:
    told = said(app, "paul.lambert")
    practices = told["SubjectRefPro"]["exercices"]
    assert [len(each["activities"]) for each in practices] == [2, 2]
    assert {each["codeProfession"] for each in practices} == {"10"}
    assert all(set(a) == ACTIVITY for each in practices for a in each["activities"])
    assert told["SubjectRole"] == ["10^1.2.250.1.213.1.1.5.5"]
    assert told["Acces_Regulation_Medicale"] == "FAUX" and told["UITVersion"] == "1.0"
    assert told["otherIds"] == [{"identifiant": "99700434378", "origine": "RPPS", "qualite": 1}]


def test_a_pharmacist_has_a_section(app: Application) -> None:
    practice = said(app, "nadia.benali")["SubjectRefPro"]["exercices"][0]
    assert practice["codeProfession"] == "21"
    assert practice["activities"][0]["codeSectionPharmacien"] == "A"


def test_an_old_nurse_has_two_other_identifiers(app: Application) -> None:
    origins = [each["origine"] for each in said(app, "adele.fournier")["otherIds"]]
    assert origins == ["RPPS", "ADELI"]


def test_an_employee_has_a_slash_and_no_profession(app: Application) -> None:
    told = said(app, "gilles.petit")
    assert told["SubjectNameID"] == told["preferred_username"] == "3990000037/CPET00001"
    assert told["SubjectRefPro"]["exercices"] == [] and told["SubjectRole"] == []
    assert told["SubjectOrganization"] == "Clinique du Parc" and told["otherIds"] == []


def test_a_test_identity_is_told_as_one(app: Application) -> None:
    assert said(app, "edith.test")["otherIds"][0]["origine"] == "EDIT"


def test_whoever_has_no_professional_data_has_six_claims(app: Application) -> None:
    assert said(app, "rene.vide").keys() == {
        "sub",
        "preferred_username",
        "SubjectNameID",
        "given_name",
        "family_name",
        "codeCivilite",
    }


def test_the_same_person_has_an_old_and_a_new_sub(app: Application) -> None:
    old, new = said(app, "marie.durand"), said(app, "marie.durand.psi")
    assert old["SubjectNameID"] == new["SubjectNameID"]
    assert old["sub"].startswith("f:") and old["sub"].endswith(":899700075064")
    assert len(new["sub"]) == 36 and ":" not in new["sub"]
    assert "PSI" in [each["origine"] for each in new["otherIds"]]


def test_a_delegated_sign_in_says_so(app: Application) -> None:
    assert said(app, "luc.aubert")["authMode"] == "IDENTITY_BROKER"


def test_a_long_name_comes_whole(app: Application) -> None:
    told = said(app, "marie-helene.d-arcy")
    assert len(told["given_name"]) > 80 and len(told["family_name"]) > 80
    assert "D’Arcy-L’Hôpital" in told["family_name"]


@pytest.mark.parametrize("key", [each.key for each in town().personas])
def test_what_nobody_knows_is_an_empty_string_and_there_is_no_mail_address(
    app: Application, key: str
) -> None:
    told = said(app, key)
    assert "email" not in told
    assert all(each is not None for each in leaves(told))


def test_numbers_are_of_the_test_range_with_a_right_last_digit() -> None:
    for persona in town().personas:
        assert not persona.number or (persona.number.startswith("997") and luhn(persona.number))


def test_keys_are_unique_and_every_structure_is_known() -> None:
    everybody = town()
    assert len({each.key for each in everybody.personas}) == len(everybody.personas)
    named = {a.structure for p in everybody.personas for e in p.practices for a in e.activities}
    assert named - {""} <= set(everybody.structures)


def leaves(told: Any) -> Iterator[Any]:
    if isinstance(told, dict):
        for each in told.values():
            yield from leaves(each)
    elif isinstance(told, list):
        for each in told:
            yield from leaves(each)
    else:
        yield told


def luhn(number: str) -> bool:
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(number))]
    return sum(each - 9 if each > 9 else each for each in doubled) % 10 == 0
