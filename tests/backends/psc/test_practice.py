"""The places PSC tells, each as one place to act for."""

import json
from typing import Any

import pytest

from hub import Situation
from hub_backends.psc.practice import MOST, situations
from tests.backends.psc.answers import DOCTOR, HOSPITAL, ISSUER, STAFF, THIN, activity, practice


def of(*practices: dict[str, Any], **changes: Any) -> tuple[Situation, ...]:
    told = {**DOCTOR, "SubjectRefPro": {"codeCivilite": "M", "exercices": list(practices)}}
    return situations({**told, **changes}, ISSUER)


def native(place: Situation) -> dict[str, Any]:
    return {name: json.loads(text) for name, text in place.native.items()}


def test_each_activity_is_a_place_of_its_own() -> None:
    surgery, hospital = situations(DOCTOR, ISSUER)

    assert (hospital.structure, hospital.name) == ("0B0172805", "HOPITAL GENERIQUE")
    assert (hospital.role, hospital.town) == ("Médecin, salarié", "NANTES CEDEX 1")
    assert (surgery.structure, surgery.role) == ("R95141", "Médecin, libéral")
    assert surgery.profession == "Médecin" and surgery.source == ISSUER


def test_a_place_keeps_its_id_whatever_else_is_told() -> None:
    before = situations(DOCTOR, ISSUER)
    moved = activity(libelleVoie="BLANC", telephone="", raisonSocialeSite="CABINET DU PONT")
    after = of(practice(HOSPITAL, moved, nomDexercice="AUTRE"))

    assert {each.id for each in before} == {each.id for each in after}


def test_two_practices_at_one_place_are_two_places() -> None:
    here = of(practice(HOSPITAL), practice(HOSPITAL, codeProfession="21"))

    assert [each.profession for each in here] == ["Médecin", "Pharmacien"]
    assert len({each.id for each in here}) == 2


def test_the_same_activity_told_twice_is_one_place() -> None:
    assert len(of(practice(HOSPITAL, HOSPITAL), practice(HOSPITAL))) == 1


def test_of_one_place_nothing_of_another_is_told() -> None:
    for place, other in zip(situations(DOCTOR, ISSUER), (HOSPITAL, activity()), strict=True):
        text = json.dumps(native(place))
        assert other["raisonSocialeSite"] not in text
        assert other["identifiantTechniqueDeLaStructure"] not in text


def test_a_place_speaks_psc_as_services_read_it() -> None:
    told = native(situations(DOCTOR, ISSUER)[1])

    assert told["SubjectOrganization"] == "HOPITAL GENERIQUE"
    assert told["SubjectOrganizationID"] == "F0B0172805"
    assert told["SubjectRole"] == ["10^1.2.250.1.213.1.1.5.5"]
    assert told["Secteur_Activite"] == "SA01^1.2.250.1.71.4.2.4"
    (exercice,) = told["SubjectRefPro"]["exercices"]
    assert exercice["codeSavoirFaire"] == "SM26"
    assert exercice["activities"] == [HOSPITAL]


def test_roles_keep_the_oid_psc_gives_them_and_those_of_another_practice_stay_out() -> None:
    roles = ["10^1.2.250.1.71.1.2.7", "SM26^1.2.250.1.213.1.1.4.5", "21^1.2.250.1.71.1.2.7"]
    (place,) = of(practice(HOSPITAL), SubjectRole=roles)

    assert native(place)["SubjectRole"] == roles[:2]


@pytest.mark.parametrize(
    ("changes", "profession"),
    [
        ({"codeProfession": "60"}, "Infirmier"),
        ({"codeProfession": "60^1.2.250.1.71.1.2.7"}, "Infirmier"),
        ({"codeProfession": "ZZ"}, "ZZ"),
        ({"codeCategorieProfessionnelle": "E"}, "Médecin (en formation)"),
        ({"codeProfession": ""}, None),
    ],
)
def test_a_profession_is_called_as_the_national_list_calls_it(
    changes: dict[str, str], profession: str | None
) -> None:
    (place,) = of(practice(HOSPITAL, **changes))

    assert place.profession == profession


def test_a_place_without_numbers_is_known_by_its_name() -> None:
    empty = dict.fromkeys(activity(), "")
    (place,) = of(practice({**empty, "enseigneCommercialeSite": "Pharmacie du Pont"}))

    assert (place.structure, place.name, place.town) == ("Pharmacie du Pont", "", "")


def test_staff_act_for_the_establishment_psc_names() -> None:
    (place,) = situations(STAFF, ISSUER)

    assert (place.structure, place.name) == ("F0B0168811", "CLINIQUE DU PARC")
    assert place.role == "Personnel de l’établissement" and place.profession is None
    assert "SubjectRefPro" not in native(place)


def test_whoever_has_no_place_has_none() -> None:
    assert situations(THIN, ISSUER) == ()
    assert of(practice()) != () and of(practice(), SubjectOrganization="") != ()
    assert of(practice(), SubjectOrganization="", SubjectOrganizationID="") == ()


def test_a_list_without_end_is_cut() -> None:
    many = [activity(identifiantTechniqueDeLaStructure=f"R{number}") for number in range(200)]

    assert len(of(practice(*many), practice(*many))) <= MOST
