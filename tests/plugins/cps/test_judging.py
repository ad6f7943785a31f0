"""Every certificate of the test authority reaches its own card, or its own sentence."""

from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.contract.accounts import Identifier
from hub.contract.steps import Refusal
from hub_plugins.demo.pki.authority import Range, Wish
from hub_plugins.demo.pki.cases import NURSE
from hub_plugins.methods.cps.card import Card, Kind
from hub_plugins.methods.cps.judging import Status
from tests.plugins.cps.pki import LENIENT, NOW, authority, certificates, judge
from tests.plugins.cps.said import Says

BAD = {
    "service": "cps.service_card",
    "software": "cps.not_a_card",
    "server": "cps.unknown_issuer",
    "signature": "cps.not_authentication",
    "signing_client": "cps.not_authentication",
    "no_client_use": "cps.not_authentication",
    "no_use": "cps.not_authentication",
    "no_policy": "cps.policy",
    "any_policy": "cps.policy",
    "other_policy": "cps.policy",
    "expired": "cps.expired",
    "not_yet_valid": "cps.not_yet_valid",
    "same_names_other_keys": "cps.unknown_issuer",
    "by_the_root": "cps.unknown_issuer",
    "an_authority": "cps.unknown_issuer",
    "below_a_card": "cps.unknown_issuer",
    "unknown_critical": "cps.unknown_issuer",
    "weak_key": "cps.weak_key",
    "oversized": "cps.unreadable",
    "no_number": "cps.bad_number",
    "two_numbers": "cps.bad_number",
}
GOOD = {
    "cps": Kind.CPS,
    "cpf": Kind.CPF,
    "cpe": Kind.CPE,
    "cde": Kind.CPE,
    "cpa": Kind.CPA,
    "no_profession": Kind.CPS,
    "accents": Kind.CPS,
    "two_structures": Kind.CPE,
    "leading_bit": Kind.CPS,
    "renewed": Kind.CPS,
    "revoked": Kind.CPS,
    "real_category": Kind.CPS,
}
ANYTHING = settings(deadline=None, max_examples=200, suppress_health_check=[HealthCheck.too_slow])


def shown(name: str) -> Card | Refusal:
    return judge(Says()).judge(certificates()[name].der, NOW)


def card(name: str) -> Card:
    found = shown(name)
    assert isinstance(found, Card), found
    return found


@pytest.mark.parametrize(("name", "code"), BAD.items())
def test_a_bad_certificate_reaches_its_own_sentence(name: str, code: str) -> None:
    refused = shown(name)

    assert isinstance(refused, Refusal)
    assert (refused.code, refused.counts) == (code, False)


@pytest.mark.parametrize(("name", "kind"), GOOD.items())
def test_a_good_card_is_told_by_its_kind(name: str, kind: Kind) -> None:
    assert card(name).kind is kind


def test_every_certificate_of_the_authority_is_judged_here() -> None:
    assert set(certificates()) == {*BAD, *GOOD}


def test_a_card_says_who_holds_it() -> None:
    lucas = card("cps")

    assert (lucas.number, lucas.name, lucas.title) == ("899700075122", "Lucas Moreau", "Infirmier")
    assert (lucas.profession, lucas.card_number) == (60, "8025000001/9900000001")
    assert lucas.identity.identifiers == (
        Identifier(system="rpps", number="99700075122"),
        Identifier(system="idnps", number="899700075122"),
    )


def test_accents_apostrophes_and_hyphens_stay_as_they_are() -> None:
    assert card("accents").name == "Maëlle-Éléonore L’Hôpital d’Arc"


def test_a_slash_in_the_common_name_splits_nothing() -> None:
    staff = card("cpe")

    assert staff.number == "3990005788/CPET0002"
    assert staff.identifiers[0] == Identifier(system="finess_internal", number="990005788/CPET0002")


def test_the_structure_on_the_card_says_whom_to_ask() -> None:
    (place,) = card("cpe").identity.situations

    assert (place.structure, place.name) == ("990005788", "CHU de Grandval")


def test_of_two_structures_the_first_is_told() -> None:
    assert card("two_structures").structure == "1990005788"


def test_a_serial_whose_first_bit_is_set_is_no_negative_number() -> None:
    assert card("leading_bit").serial == "F8" + "0" * 29 + "1"


def test_a_renewed_card_is_the_same_person() -> None:
    before, after = card("cps"), card("renewed")

    assert before.serial != after.serial
    assert before.identity == after.identity


def test_a_real_card_is_not_called_a_test_card() -> None:
    assert (card("real_category").test, card("cps").test) == (False, True)


def test_a_card_made_for_tests_identifies_nobody_in_production() -> None:
    strict = judge(Says(), replace(LENIENT, tests=False))

    refused = strict.judge(certificates()["cps"].der, NOW)

    assert isinstance(refused, Refusal) and refused.code == "cps.test_card"


def test_a_number_made_for_tests_identifies_nobody_in_production() -> None:
    strict = judge(Says(), replace(LENIENT, strict=True))

    refused = strict.judge(certificates()["real_category"].der, NOW)

    assert isinstance(refused, Refusal) and refused.code == "cps.bad_number"


def test_a_kind_that_the_operator_does_not_take_is_named() -> None:
    doctors = judge(Says(), replace(LENIENT, kinds=frozenset({Kind.CPS})))

    refused = doctors.judge(certificates()["cpe"].der, NOW)

    assert isinstance(refused, Refusal)
    assert (refused.code, refused.detail) == (
        "cps.kind",
        {"kind": "cpe", "name": "Zoé D’Ây-Lefèvre"},
    )


def test_an_expired_card_says_since_when() -> None:
    refused = shown("expired")

    assert isinstance(refused, Refusal)
    assert refused.detail == {"this_day": "2025-12-28", "name": "Lucas Moreau"}


def test_only_a_card_of_ours_is_called_by_its_holder_s_name() -> None:
    stranger = shown("same_names_other_keys")

    assert isinstance(stranger, Refusal) and stranger.detail == {}


@pytest.mark.parametrize(
    ("seconds", "good"), [(-1, True), (0, True), (1, False)], ids=["before", "at", "after"]
)
def test_a_card_holds_to_the_last_second(seconds: int, *, good: bool) -> None:
    lucas = certificates()["cps"]
    at = lucas.certificate.not_valid_after_utc + timedelta(seconds=seconds)

    assert isinstance(judge(Says()).judge(lucas.der, at), Card) is good


def test_an_authority_that_has_expired_signs_no_card() -> None:
    long_lived = Wish(holder=NURSE, first=NOW, last=NOW + timedelta(days=9000))
    made = authority().issue(authority().persons[Range.STRONG], long_lived)

    refused = judge(Says()).judge(made.der, NOW + timedelta(days=8000))

    assert isinstance(refused, Refusal) and refused.code == "cps.unknown_issuer"


@pytest.mark.parametrize(
    ("status", "code"),
    [(Status.REVOKED, "cps.revoked"), (Status.UNKNOWN, "cps.status_unknown")],
)
def test_what_is_said_of_its_revocation_decides(status: Status, code: str) -> None:
    refused = judge(Says(status)).judge(certificates()["cps"].der, NOW)

    assert isinstance(refused, Refusal) and refused.code == code


def test_a_card_nobody_could_check_says_so() -> None:
    found = judge(Says(Status.UNCHECKED)).judge(certificates()["cps"].der, NOW)

    assert isinstance(found, Card) and not found.checked


def test_nobody_is_asked_about_a_stranger_s_certificate() -> None:
    says = Says()

    judge(says).judge(certificates()["same_names_other_keys"].der, NOW)
    judge(says).judge(certificates()["expired"].der, NOW)

    assert says.asked == 0


@ANYTHING
@given(octets=st.binary(max_size=2_000))
def test_octets_that_are_no_certificate_are_refused_in_words(octets: bytes) -> None:
    refused = judge(Says()).judge(octets, NOW)

    assert isinstance(refused, Refusal) and refused.code == "cps.unreadable"


@ANYTHING
@given(data=st.data(), name=st.sampled_from(sorted({*GOOD, *BAD} - {"oversized"})))
def test_no_changed_octet_raises_or_opens_an_account(data: st.DataObject, name: str) -> None:
    der = bytearray(certificates()[name].der)
    for _ in range(data.draw(st.integers(1, 4))):
        der[data.draw(st.integers(0, len(der) - 1))] ^= data.draw(st.integers(1, 255))
    cut = bytes(der[: data.draw(st.integers(1, len(der)))])

    for octets in (bytes(der), cut):
        found = judge(Says()).judge(octets, NOW)
        assert isinstance(found, Refusal) or octets == certificates()[name].der


def test_an_elliptic_key_on_a_small_curve_is_too_weak() -> None:
    key = ec.generate_private_key(ec.SECP192R1())
    wish = Wish(holder=NURSE, first=NOW - timedelta(days=1), last=NOW + timedelta(days=1))
    made = authority().issue(authority().persons[Range.STRONG], wish, key)  # type: ignore[arg-type]

    refused = judge(Says()).judge(made.certificate.public_bytes(Encoding.DER), NOW)

    assert isinstance(refused, Refusal) and refused.code == "cps.weak_key"
