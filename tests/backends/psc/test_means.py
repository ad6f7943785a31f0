"""By which means PSC recognised somebody, and at what level."""

from datetime import UTC, datetime

import pytest

from hub import Factor
from hub_backends.psc.means import acr_of, evidence, possible
from hub_plugins.policies.settings import WORTH, PolicySettings, table_policy
from tests.backends.psc.answers import DOCTOR, ISSUER, id_token

BOTH = frozenset({Factor.POSSESSION, Factor.KNOWLEDGE})
HELD = frozenset({Factor.POSSESSION})
FELT = frozenset({Factor.POSSESSION, Factor.INHERENCE})
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("mode", "authenticator", "factors", "amr", "resists"),
    [
        ("CARD", "psc_card", BOTH, ("sc", "pin", "mfa"), True),
        ("MOBILE", "psc_mobile", BOTH, ("swk", "pin", "mfa"), False),
        ("WEBAUTHN", "psc_passkey", FELT, None, True),
        ("FIDO2", "psc_passkey", FELT, None, True),
        ("IDENTITY_BROKER", "psc_delegated", HELD, ("mfa",), False),
        ("", "psc", HELD, ("mfa",), False),
        ("SOMETHING_NEW", "psc", HELD, ("mfa",), False),
    ],
)
def test_the_mode_says_what_was_used(
    mode: str,
    authenticator: str,
    factors: frozenset[Factor],
    amr: tuple[str, ...] | None,
    resists: bool,
) -> None:
    found = evidence(id_token(DOCTOR, authMode=mode), ISSUER)

    assert (found.authenticator, found.factors) == (authenticator, factors)
    assert amr is None or found.amr == amr
    assert found.phishing_resistant is resists
    assert found.vouched_by == ISSUER


def test_an_establishment_s_provider_says_itself_what_it_saw() -> None:
    claims = id_token(DOCTOR, authMode="IDENTITY_BROKER", amr=["sc", "pin", "mfa", "hwk"])
    card = id_token(DOCTOR, authMode="CARD", amr=["pwd"])

    assert evidence(claims, ISSUER).amr == ("sc", "pin", "mfa", "hwk")
    assert evidence(card, ISSUER).amr == ("sc", "pin", "mfa")


@pytest.mark.parametrize(
    ("said", "acr"),
    [
        ({}, "eidas1"),
        ({"acr": ""}, "eidas1"),
        ({"acr": None}, "eidas1"),
        ({"acr": "eidas1"}, "eidas1"),
        ({"acr": "eidas3"}, "eidas3"),
        ({"acr": "0"}, None),
        ({"acr": "eidas0"}, None),
        ({"acr": ["eidas1"]}, None),
        ({"acr": 1}, None),
    ],
)
def test_a_missing_level_is_the_lowest_and_an_unknown_one_is_none(
    said: dict[str, object], acr: str | None
) -> None:
    assert acr_of(id_token(DOCTOR, **said)) == acr


def test_the_proof_is_as_old_as_psc_says() -> None:
    claims = id_token(DOCTOR, auth_time=1_767_268_000)

    assert evidence(claims, ISSUER).proved_at == datetime(
        2026, 1, 1, 11, 46, 40, 999_999, tzinfo=UTC
    )


@pytest.mark.parametrize("odd", [None, "", "1767268000", True, float("nan"), 10**30, -(10**30)])
def test_a_moment_that_is_none_is_not_told(odd: object) -> None:
    assert evidence(id_token(DOCTOR, auth_time=odd), ISSUER).proved_at is None


@pytest.mark.parametrize("mode", ["CARD", "MOBILE", "WEBAUTHN", "IDENTITY_BROKER", "", "NEW"])
def test_whatever_means_psc_took_the_policy_calls_it_certified(mode: str) -> None:
    policy = table_policy("regional", PolicySettings(), WORTH)

    proved = evidence(id_token(DOCTOR, authMode=mode), ISSUER)

    assert policy.achieved([proved], None, NOON).name == "certified"


def test_a_stranger_may_choose_the_telephone_or_the_card() -> None:
    assert [each.authenticator for each in possible(ISSUER)] == ["psc_mobile", "psc_card"]
