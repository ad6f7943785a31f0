"""Whom an answer of PSC speaks of: published samples, odd shapes, and what is not believed."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as any_

from hub import Identifier, ProviderRefused, UpstreamIdentity
from hub_backends.psc.identity import identity
from hub_backends.psc.means import evidence
from tests.backends.psc.answers import DOCTOR, ISSUER, STAFF, THIN, UUID, id_token


def read(
    userinfo: dict[str, Any], claims: dict[str, Any] | None = None, *, strict: bool = False
) -> UpstreamIdentity:
    signed = id_token(userinfo) if claims is None else claims
    return identity(signed, userinfo, ISSUER, {"sub": "s"}, strict=strict)


def numbers(found: UpstreamIdentity, system: str) -> list[str]:
    return [each.number for each in found.identifiers if each.system == system]


def refused(userinfo: dict[str, Any], claims: dict[str, Any] | None = None) -> str:
    with pytest.raises(ProviderRefused) as told:
        read(userinfo, claims, strict=True)
    return told.value.code


def test_a_doctor_is_named_by_the_national_identifier_and_not_by_sub() -> None:
    found = read(DOCTOR)

    assert found.subject == "899700366240"
    assert found.identifiers[0] == Identifier(system="rpps", number="99700366240")
    assert numbers(found, "idnps") == ["899700366240"]
    assert found.name == "KIT DOC0036624"
    assert found.attributes == {"given_name": ("KIT",), "family_name": ("DOC0036624",)}


def test_the_same_person_under_the_old_and_the_new_sub_is_one_identity() -> None:
    old = read({**DOCTOR, "sub": UUID})
    new = read({**DOCTOR, "sub": "0e1a9a42-8c37-4d9a-9a51-1b1f4b7c6a10"})

    assert (old.issuer, old.subject) == (new.issuer, new.subject)


def test_a_person_without_professional_data_is_somebody_without_a_place() -> None:
    found = read(THIN)

    assert found.subject == "899700366240" and found.situations == ()


def test_staff_keep_the_slash_of_their_identifier() -> None:
    found = read(STAFF)

    assert found.subject == "30B0168811/CPET00001"
    assert numbers(found, "finess_internal") == ["0B0168811/CPET00001"]
    assert numbers(found, "rpps") == []


@pytest.mark.parametrize(
    ("named", "system", "number"),
    [
        ("810001234565", "rpps", "10001234565"),
        ("00B6077602", "adeli", "0B6077602"),
        ("30B0168811/CPET00001", "finess_internal", "0B0168811/CPET00001"),
        ("4123456789/A7", "siren_internal", "123456789/A7"),
        ("512345678901234/A7", "siret_internal", "12345678901234/A7"),
        ("699700366240/2", "rpps_internal", "99700366240/2"),
        ("9123456789", "idnps", "9123456789"),
        ("1Cabinet/7", "idnps", "1Cabinet/7"),
    ],
)
def test_the_first_digit_says_which_register_a_number_is_of(
    named: str, system: str, number: str
) -> None:
    found = read({**THIN, "SubjectNameID": named}, strict=True)

    assert found.identifiers[0] == Identifier(system=system, number=number)
    assert numbers(found, "idnps") == [named]


def test_without_subject_name_id_the_register_of_health_professionals_names_the_person() -> None:
    told = {**THIN, "SubjectNameID": "", "otherIds": [_other("ADELI", "0B6077602")]}
    both = {**told, "otherIds": [*told["otherIds"], _other("RPPS", "810001234565", "NAT")]}

    assert read(told, strict=True).subject == "00B6077602"
    assert read(both, strict=True).subject == "810001234565"
    assert numbers(read(both, strict=True), "adeli") == ["0B6077602"]


def test_an_empty_text_in_the_id_token_hides_nothing_userinfo_says() -> None:
    claims = id_token(DOCTOR, SubjectNameID="", given_name="")

    assert read(DOCTOR, claims).subject == "899700366240"
    assert read(DOCTOR, claims).name == "KIT DOC0036624"


def test_nobody_comes_in_without_a_national_identifier() -> None:
    assert refused({**THIN, "SubjectNameID": ""}) == "psc.no_identifier"
    assert refused({**THIN, "SubjectNameID": None, "otherIds": None}) == "psc.no_identifier"


@pytest.mark.parametrize(
    ("named", "code"),
    [
        ("891010101010", "psc.bad_identifier"),
        ("899700366240", "psc.bad_identifier"),
        ("ANS20210101120000", "psc.test_identity"),
        ("8" * 65, "psc.bad_identifier"),
        ("8100 01234565", "psc.bad_identifier"),
    ],
)
def test_production_takes_no_number_that_was_made_for_tests(named: str, code: str) -> None:
    assert refused({**THIN, "SubjectNameID": named}) == code


def test_the_sandbox_takes_the_numbers_made_for_tests() -> None:
    assert read({**THIN, "SubjectNameID": "891010101010"}).identifiers[0].system == "rpps"
    assert read({**THIN, "SubjectNameID": "ANS20210101120000"}).identifiers[0].system == "edit"


def test_an_answer_that_speaks_of_two_people_names_nobody() -> None:
    claims = id_token(DOCTOR, SubjectNameID="899700434378")
    two = {**DOCTOR, "otherIds": [_other("RPPS", "99700434378")]}

    assert refused(DOCTOR, claims) == "psc.identity_differs"
    assert refused({**DOCTOR, "sub": "another"}, id_token(DOCTOR)) == "psc.identity_differs"
    with pytest.raises(ProviderRefused, match="two RPPS"):
        read(two)


def test_no_register_but_the_known_ones_is_believed() -> None:
    told = {**DOCTOR, "otherIds": [_other("login", "marie.durand"), _other("idnps", "1")]}

    assert {each.system for each in read(told).identifiers} == {"rpps", "idnps"}


def test_names_keep_their_accents_apostrophes_and_hyphens() -> None:
    told = {**DOCTOR, "given_name": "Anne-Loëlle", "family_name": "d’Œuvre-L'Hôte"}
    long = {**DOCTOR, "given_name": "é" * 80, "family_name": "É" * 200}

    assert read(told).name == "Anne-Loëlle d’Œuvre-L'Hôte"
    assert read(long).attributes["given_name"] == ("é" * 80,)
    assert read(long).attributes["family_name"] == ("É" * 80,)


def test_what_services_read_of_psc_is_kept_in_psc_s_own_names() -> None:
    native = {name: json.loads(text) for name, text in read(DOCTOR).native.items()}

    assert native["SubjectNameID"] == "899700366240"
    assert native["Acces_Regulation_Medicale"] == "FAUX"
    assert native["otherIds"] == [{"identifiant": "899700366240", "origine": "RPPS", "qualite": 1}]
    assert "SubjectRefPro" not in native


_SCALARS = any_.one_of(
    any_.none(),
    any_.booleans(),
    any_.integers(),
    any_.floats(),
    any_.text(max_size=90),
    any_.sampled_from(["899700366240", "810001234565", "", "RPPS", "ADELI", "CARD", "eidas1"]),
)
_ODD = any_.recursive(
    _SCALARS,
    lambda inner: any_.one_of(
        any_.lists(inner, max_size=4),
        any_.dictionaries(
            any_.sampled_from(
                ["exercices", "activities", "identifiant", "origine", "codeProfession", "qualite"]
            )
            | any_.text(max_size=8),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=12,
)
_NAMES = [*DOCTOR, "acr", "auth_time", "codeCivilite"]


# A busy machine draws slowly; that is no fault of what is drawn.
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(any_.dictionaries(any_.sampled_from(_NAMES), _ODD), any_.booleans())
def test_an_odd_answer_is_somebody_or_refused(odd: dict[str, Any], strict: bool) -> None:
    try:
        found = identity(odd, {**DOCTOR, **odd}, ISSUER, {}, strict=strict)
    except ProviderRefused as refusal:
        assert refusal.code.startswith("psc.")
    else:
        assert found.subject and found.identifiers
        places = [text for place in found.situations for text in place.native.values()]
        assert all(json.loads(text) is not None for text in (*found.native.values(), *places))
        assert evidence(odd, ISSUER).vouched_by == ISSUER


def _other(origin: str, number: str, quality: int | str = 1) -> dict[str, Any]:
    return {"identifiant": number, "origine": origin, "qualite": quality}
