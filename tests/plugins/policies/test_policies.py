"""What each policy makes of each proof: one row, one sentence of the product's table."""

from datetime import UTC, datetime

import pytest

from hub import AssurancePolicy, ConfigErrors, Evidence, Factor
from hub.contract.assurance import ExplainsLevels
from hub.contract.values import Json
from hub.testing.settings import TableSettings
from hub_plugins.policies import regional, strict

NOW = datetime(2026, 3, 1, tzinfo=UTC)
SUBSTANTIAL = "http://eidas.europa.eu/LoA/substantial"


def proof(authenticator: str, *factors: Factor, acr: str | None = None) -> Evidence:
    provider = "https://provider.test" if authenticator in ("psc", "provider") else None
    return Evidence(
        factors=frozenset(factors),
        authenticator=authenticator,
        vouched_by=provider,
        vouched_acr=acr,
    )


KNOWS, HAS, IS = Factor.KNOWLEDGE, Factor.POSSESSION, Factor.INHERENCE
PASSWORD, SMS, MAIL, TOTP = (
    proof("password", KNOWS),
    proof("sms", HAS),
    proof("mail", HAS),
    proof("totp", HAS),
)
CARD, PSC = proof("card", HAS, KNOWS), proof("psc", HAS)
UNCHECKED = proof("card_unchecked", HAS, KNOWS)
PASSKEY, TOUCHED = proof("passkey", HAS, IS), proof("passkey", HAS)
PROVIDER, SURE = proof("provider", KNOWS), proof("provider", KNOWS, acr=SUBSTANTIAL)


def regional_policy(**table: Json) -> AssurancePolicy:
    (policy,) = regional.assurance_policies(TableSettings(regional=table))
    return policy


def strict_policy(**table: Json) -> AssurancePolicy:
    (policy,) = strict.assurance_policies(TableSettings(strict=table))
    return policy


@pytest.mark.parametrize(
    ("evidence", "in_region", "when_strict"),
    [
        ([], "none", "none"),
        ([SMS], "none", "none"),
        ([PASSWORD], "simple", "simple"),
        ([PASSWORD, MAIL], "strong", "simple"),
        ([PASSWORD, SMS], "strong", "simple"),
        ([PASSWORD, TOTP], "strong", "strong"),
        ([SMS, TOTP], "none", "none"),
        ([PASSKEY], "strong", "strong"),
        ([UNCHECKED], "strong", "strong"),
        ([TOUCHED], "none", "none"),
        ([PASSWORD, TOUCHED], "strong", "strong"),
        ([CARD], "certified", "certified"),
        ([PSC], "certified", "certified"),
        ([PASSWORD, CARD], "certified", "certified"),
        ([PROVIDER], "simple", "simple"),
        ([SURE], "certified", "certified"),
    ],
)
def test_a_proof_reaches_its_level(
    evidence: list[Evidence], in_region: str, when_strict: str
) -> None:
    assert regional_policy().achieved(evidence, None, NOW).name == in_region
    assert strict_policy().achieved(evidence, None, NOW).name == when_strict


@pytest.mark.parametrize(("day", "level"), [("2026-03-02", "strong"), ("2026-03-01", "simple")])
def test_sms_counts_before_its_last_day(day: str, level: str) -> None:
    for policy in (regional_policy(sms_until=day), strict_policy(sms_until=day)):
        assert policy.achieved([PASSWORD, SMS], None, NOW).name == level


def test_a_provider_that_is_not_believed_is_worth_no_more_than_simple() -> None:
    policy = regional_policy(vouching=["https://other.test"])
    two = proof("provider", KNOWS, HAS, acr=SUBSTANTIAL)
    assert policy.achieved([two], None, NOW).name == "simple"
    assert policy.achieved([two, PASSWORD], None, NOW).name == "simple"
    assert policy.achieved([PSC, PASSWORD], None, NOW).name == "simple"
    believed = regional_policy(vouching=["https://provider.test"])
    assert believed.achieved([two], None, NOW).name == "certified"


def test_an_acr_counts_only_when_somebody_vouches() -> None:
    unsigned = Evidence(
        factors=frozenset({KNOWS}), authenticator="password", vouched_acr=SUBSTANTIAL
    )
    assert regional_policy().achieved([unsigned], None, NOW).name == "simple"


@pytest.mark.parametrize(
    ("asked", "level"),
    [
        ("strong", "strong"),
        ("urn:hub:acr:strong", "strong"),
        ("https://refeds.org/profile/mfa", "strong"),
        ("urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport", "simple"),
        (SUBSTANTIAL, "certified"),
        ("http://eidas.europa.eu/LoA/high", None),
        ("urn:else", None),
    ],
)
def test_a_level_is_found_by_name_acr_and_alias(asked: str, level: str | None) -> None:
    found = regional_policy().level(asked)
    assert (found.name if found else None) == level


def test_levels_are_renamed_without_moving() -> None:
    policy = regional_policy(
        names={"strong": "forte"},
        acrs={"strong": "urn:region:2"},
        aliases={"urn:old": "strong", "https://refeds.org/profile/mfa": "none"},
    )
    reached = policy.achieved([PASSWORD, TOTP], None, NOW)
    assert (reached.name, reached.acr, reached.rank) == ("forte", "urn:region:2", 2)
    assert policy.level("forte") == policy.level("urn:region:2") == policy.level("urn:old")
    assert policy.level("https://refeds.org/profile/mfa") is None
    assert [rung.name for rung in policy.ladder] == ["none", "simple", "forte", "certified"]


def test_a_renamed_level_is_still_found_by_the_name_the_hub_s_own_pages_ask_by() -> None:
    policy = strict_policy(names={"strong": "forte"})
    found = policy.level("strong")
    assert found and (found.name, found.rank) == ("forte", 2)


@pytest.mark.parametrize(
    ("key", "text"),
    [
        *((key, "strong") for key in ("names", "acrs", "aliases")),
        *((key, "urn:hub:acr:strong") for key in ("names", "acrs", "aliases")),
        *((key, "https://refeds.org/profile/mfa") for key in ("names", "acrs")),
        *((key, "urn:region:2") for key in ("names", "aliases")),
    ],
)
def test_no_level_answers_to_what_another_is_called_by(key: str, text: str) -> None:
    """A service that insists on two factors would else be told of them by a password."""
    acrs: dict[str, Json] = {"strong": "urn:region:2"}
    said: dict[str, Json] = {text: "simple"} if key == "aliases" else {"simple": text}
    table: dict[str, Json] = {"acrs": acrs, key: {**acrs, **said} if key == "acrs" else said}
    with pytest.raises(ConfigErrors) as caught:
        regional_policy(**table)
    assert len(caught.value.errors) == 1
    assert str(caught.value.errors[0].path).startswith("plugin.regional.")


def test_two_levels_never_share_what_they_are_called_by() -> None:
    shared: Json = {"simple": "X", "strong": "X"}
    for key in ("names", "acrs"):
        with pytest.raises(ConfigErrors):
            strict_policy(**{key: shared})


def test_a_shipped_alias_may_be_given_to_another_level_or_taken_away() -> None:
    mfa = "https://refeds.org/profile/mfa"
    found = regional_policy(aliases={mfa: "certified"}).level(mfa)
    assert found and found.name == "certified"
    free = regional_policy(aliases={mfa: "none"}, acrs={"certified": mfa}).level(mfa)
    assert free and free.name == "certified"


def test_every_unknown_level_is_reported_at_once() -> None:
    with pytest.raises(ConfigErrors) as caught:
        strict_policy(names={"weak": "x"}, aliases={"urn:a": "best"})
    paths = [error.path for error in caught.value.errors]
    assert paths == ["plugin.strict.names.weak", "plugin.strict.aliases.urn:a"]


def _rows(policy: AssurancePolicy, *evidence: Evidence) -> list[tuple[str, str, str, int]]:
    assert isinstance(policy, ExplainsLevels)
    told = policy.rows(evidence, NOW)
    return [(each.authenticator, each.row, each.level.name, len(each.factors)) for each in told]


def test_a_policy_names_the_line_that_counted_for_each_proof() -> None:
    assert _rows(regional_policy(), PASSWORD, MAIL) == [
        ("password", "alone.password", "simple", 1),
        ("mail", "alone", "none", 1),
        ("password + mail", "two_factors", "strong", 2),
    ]
    assert _rows(regional_policy(), CARD) == [("card", "alone.card", "certified", 2)]
    assert _rows(regional_policy(), PASSKEY)[1:] == [("passkey", "two_factors", "strong", 2)]
    assert _rows(regional_policy(), SURE)[0][1:3] == (f"vouched.{SUBSTANTIAL}", "certified")


def test_a_proof_that_adds_nothing_says_by_which_line() -> None:
    assert _rows(strict_policy(), PASSWORD, MAIL)[1:] == [("mail", "discounted.mail", "none", 0)]
    ended = regional_policy(sms_until="2026-03-01")
    assert _rows(ended, PASSWORD, SMS)[1:] == [("sms", "until.sms", "none", 0)]
    doubted = regional_policy(vouching=["https://other.test"])
    assert _rows(doubted, PSC) == [("psc", "vouching", "simple", 0)]


@pytest.mark.parametrize("evidence", [[], [PASSWORD], [PASSWORD, MAIL], [CARD], [PASSKEY], [SURE]])
def test_the_lines_named_make_the_level_that_is_reached(evidence: list[Evidence]) -> None:
    for policy in (regional_policy(), strict_policy(), strict_policy(sms_until="2027-01-01")):
        assert isinstance(policy, ExplainsLevels)
        levels = [row.level for row in policy.rows(evidence, NOW)]
        reached = policy.achieved(evidence, None, NOW)
        assert max(levels, default=policy.ladder[0]) == reached
