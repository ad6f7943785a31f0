"""The published vectors of RFC 6238, Appendix B (SHA-1), last six digits of each code."""

from datetime import UTC, datetime, timedelta

import pytest

from hub_plugins.methods.totp.steps import grouped, new_seed, step_of, typed_code

SEED = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # "12345678901234567890"
VECTORS = [
    (59, "287082"),
    (1111111109, "081804"),
    (1111111111, "050471"),
    (1234567890, "005924"),
    (2000000000, "279037"),
    (20000000000, "353130"),
]


@pytest.mark.parametrize(("seconds", "code"), VECTORS)
def test_the_published_codes_are_recognised(seconds: int, code: str) -> None:
    assert step_of(SEED, code, _at(seconds)) == seconds // 30


@pytest.mark.parametrize(("off", "known"), [(-60, False), (-30, True), (30, True), (60, False)])
def test_one_step_of_clock_difference_is_forgiven_and_no_more(off: int, known: bool) -> None:
    step = step_of(SEED, "005924", _at(1234567890) + timedelta(seconds=off))
    assert (step is not None) == known


@pytest.mark.parametrize("typed", ["005924", " 005 924 ", "005-924"])
def test_a_code_may_be_typed_in_groups(typed: str) -> None:
    assert typed_code(typed) == "005924"


@pytest.mark.parametrize("typed", ["", "00592", "0059241", "٠٠٥٩٢٤", "00592a"])
def test_what_is_not_six_digits_is_no_code(typed: str) -> None:
    assert typed_code(typed) is None


def test_a_seed_has_160_bits_and_is_written_in_groups_of_four() -> None:
    seed = new_seed()
    assert len(seed) * 5 == 160 and seed != new_seed()
    assert grouped("ABCDEFGH") == "ABCD EFGH"


def _at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
