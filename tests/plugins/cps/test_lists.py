"""A revocation list is believed only when an authority of ours signed it, whole and in time."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.plugins.cps.large_list import large_list
from hub_plugins.demo.pki.authority import Range, Signer, serial
from hub_plugins.demo.pki.revoking import revocation_list
from hub_plugins.methods.cps.crl import LARGEST, RevocationList, Unbelieved, read_list
from tests.plugins.cps.pki import NOW, authority, impostor, trusted

HERE = "http://lists.test/strong.crl"
SERIALS = (1, 2**64, 2**159 - 1)


def signer() -> Signer:
    return authority().persons[Range.STRONG]


def made(serials: Sequence[int] = SERIALS, now: datetime = NOW, **changes: Any) -> bytes:
    return revocation_list(signer(), serials, now, **changes)


def read(der: bytes, now: datetime = NOW) -> RevocationList | Unbelieved:
    return read_list(der, trusted().authorities, now)


def believed(der: bytes) -> RevocationList:
    found = read(der)
    assert isinstance(found, RevocationList), found
    return found


@pytest.mark.parametrize("number", SERIALS)
def test_a_serial_on_the_list_is_revoked(number: int) -> None:
    assert believed(made()).revokes(number)


@pytest.mark.parametrize("number", [0, 2, 3, 2**64 - 1, 2**64 + 1, 2**159, 2**160 - 1])
def test_one_beside_it_is_not(number: int) -> None:
    assert not believed(made()).revokes(number)


def test_an_empty_list_revokes_nobody() -> None:
    assert not believed(made(())).revokes(1)


@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])
@given(
    listed=st.sets(st.integers(1, 2**159 - 1), max_size=12),
    asked=st.integers(1, 2**159),
)
def test_a_list_answers_as_a_set_does(listed: set[int], asked: int) -> None:
    found = believed(made(tuple(listed)))

    assert found.revokes(asked) is (asked in listed)
    assert all(found.revokes(each) for each in listed)


@pytest.mark.parametrize(
    ("der", "cause"),
    [
        (lambda: b"", "too_large"),
        (lambda: bytes(LARGEST + 1), "too_large"),
        (lambda: b"not a list", "unreadable"),
        (lambda: made()[:-1], "unreadable"),
        (lambda: made(key=impostor().persons[Range.STRONG].key), "wrong_signature"),
        (
            lambda: revocation_list(impostor().persons[Range.STRONG], SERIALS, NOW),
            "wrong_signature",
        ),
        (
            lambda: revocation_list(authority().organisations[Range.STRONG], SERIALS, NOW),
            "wrong_signature",
        ),
        (lambda: made(now=NOW + timedelta(minutes=1)), "from_the_future"),
        (lambda: made(more=((x509.DeltaCRLIndicator(1), True),)), "delta"),
        (lambda: made(more=((_only(indirect_crl=True), True),)), "partial"),
        (lambda: made(more=((_only(only_contains_ca_certs=True), True),)), "partial"),
        (lambda: made(more=((_only(only_contains_attribute_certs=True), True),)), "partial"),
        (lambda: made(more=((_unknown(), True),)), "unknown_extension"),
    ],
)
def test_a_list_that_is_none_says_what_is_wrong_with_it(der: Any, cause: str) -> None:
    assert read(der()) == Unbelieved(cause=cause)


def test_a_list_of_cards_of_persons_alone_is_whole_enough() -> None:
    of_persons = _only(only_contains_user_certs=True)

    assert believed(made(more=((of_persons, True),))).revokes(1)


@settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.too_slow])
@given(octets=st.binary(max_size=500))
def test_octets_that_are_no_list_never_raise(octets: bytes) -> None:
    assert isinstance(read(octets), Unbelieved)


def test_serials_of_the_authority_are_sixteen_octets() -> None:
    given = [serial(signer()) for _ in range(5)]

    found = believed(made(given))

    assert all(found.revokes(each) for each in given)
    assert {each >> 64 for each in given} == {int.from_bytes(signer().prefix, "big")}


def _only(**said: bool) -> x509.IssuingDistributionPoint:
    names = (
        "only_contains_user_certs",
        "only_contains_ca_certs",
        "indirect_crl",
        "only_contains_attribute_certs",
    )
    point = None if said else [x509.UniformResourceIdentifier(HERE)]
    flags = {name: said.get(name, False) for name in names}
    return x509.IssuingDistributionPoint(point, None, only_some_reasons=None, **flags)


def _unknown() -> x509.UnrecognizedExtension:
    return x509.UnrecognizedExtension(x509.ObjectIdentifier("2.999.9"), b"\x05\x00")


@pytest.mark.slow
def test_a_list_of_fifty_megabytes_is_read_whole_and_answers() -> None:
    first = 2**127
    der = large_list(signer(), range(first, first + 1_400_000), made(()))
    assert 50_000_000 < len(der) <= LARGEST
    found = believed(der)
    assert found.revokes(first) and found.revokes(first + 1_399_999)
    assert not found.revokes(first - 1) and not found.revokes(first + 1_400_000)
    # Cut off in the middle, as a download may be, it says nothing at all.
    assert isinstance(read(der[: len(der) // 2]), Unbelieved)
