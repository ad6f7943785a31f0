"""A whole sign-in through the backend, and what each part of the answer becomes."""

from datetime import UTC, datetime

import pytest

from hub import Asked, Factor, Identifier, ProviderRequest
from tests.backends.oidc_provider.provider import ISSUER, posted
from tests.backends.oidc_provider.signing_in import Site, asked


def test_whoever_signs_in_there_comes_back_with_what_the_provider_vouches_for() -> None:
    site = Site()
    site.provider.claims = {"acr": "eidas2", "sid": "there-7"}
    answer = site.sign_in()
    assert answer.identity.issuer == ISSUER
    assert answer.identity.name == "Ann Martin"
    assert answer.identity.identifiers == (Identifier(system="rpps", number="99700000001"),)
    assert answer.identity.attributes == {"mail": ("ann@provider.test",)}
    assert answer.identity.session["sid"] == "there-7"
    assert answer.evidence.factors == {Factor.KNOWLEDGE, Factor.POSSESSION}
    assert (answer.evidence.vouched_by, answer.evidence.vouched_acr) == (ISSUER, "eidas2")
    assert answer.evidence.proved_at is not None
    assert answer.evidence.proved_at.replace(microsecond=0) == site.time.now


def test_the_request_carries_pkce_and_secrets_nobody_guesses() -> None:
    site = Site()
    (first, _), (second, _) = site.begin(), site.begin()
    one, other = asked(first), asked(second)
    assert one["code_challenge_method"] == "S256"
    for name in ("state", "nonce", "code_challenge"):
        assert len(one[name]) >= 43
        assert one[name] != other[name]


def test_the_verifier_goes_with_the_code_and_never_through_the_browser() -> None:
    site = Site()
    address, state = site.begin()
    verifier = state[site.backend.name]["verifier"]
    assert verifier not in address
    site.finish(state, site.provider.authorize(address))
    assert posted(site.provider.calls("/token")[0])["code_verifier"] == verifier


def test_a_moment_long_ago_stays_long_ago() -> None:
    site = Site()
    then = int(site.time.now.timestamp()) - 3 * 3600
    site.provider.claims = {"auth_time": then}
    at = site.sign_in().evidence.proved_at
    assert at is not None
    assert at.replace(microsecond=0) == datetime.fromtimestamp(then, UTC)


@pytest.mark.parametrize(("force", "seconds"), [(True, 0), (False, 20)])
def test_a_clock_a_little_behind_does_not_make_a_forced_proof_older_than_the_question(
    force: bool, seconds: int
) -> None:
    site = Site()
    asked_at = site.time.now
    site.provider.claims = {"auth_time": int(asked_at.timestamp()) - 20}
    at = site.sign_in(ProviderRequest(asked=Asked(force=force))).evidence.proved_at
    assert at is not None
    assert int((asked_at - at.replace(microsecond=0)).total_seconds()) == seconds
