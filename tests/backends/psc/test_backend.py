"""Whole sign-ins at Pro Santé Connect, and what it does differently from other providers."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from hub import Asked, ConfigErrors, Identifier, ProviderRefused, ProviderRequest
from hub.testing.settings import TableSettings
from hub_backends import oidc_provider, psc
from hub_backends.psc.settings import ISSUERS, PscSettings, config, provider_of
from tests.backends.oidc_provider.provider import ISSUER
from tests.backends.oidc_provider.signing_in import asked
from tests.backends.psc.answers import DOCTOR
from tests.backends.psc.signing_in import BASE, WALLET, PscSite, settings_of


@pytest.fixture
def site(tmp_path: Path) -> PscSite:
    return PscSite(settings_of(tmp_path))


def code_of(site: PscSite) -> str:
    with pytest.raises(ProviderRefused) as refusal:
        site.sign_in()
    return refusal.value.code


def test_a_doctor_comes_back_with_identity_places_and_means(site: PscSite) -> None:
    answer = site.sign_in()

    assert (answer.identity.issuer, answer.identity.subject) == (ISSUER, "899700366240")
    assert answer.identity.identifiers[0] == Identifier(system="rpps", number="99700366240")
    assert len(answer.identity.situations) == 2
    assert (answer.evidence.authenticator, answer.evidence.vouched_by) == ("psc_card", ISSUER)
    assert answer.evidence.proved_at is not None


def test_the_browser_goes_to_the_wallet_with_what_psc_wants(site: PscSite) -> None:
    address, _ = site.begin(ProviderRequest(languages=("fr",)))
    sent = asked(address)

    assert address.startswith(f"{WALLET}?")
    assert (sent["scope"], sent["acr_values"]) == ("openid scope_all", "eidas1")
    assert (sent["response_type"], sent["code_challenge_method"]) == ("code", "S256")
    assert set(sent) == {
        *("client_id", "redirect_uri", "response_type", "scope", "acr_values"),
        *("state", "nonce", "code_challenge", "code_challenge_method"),
    }


def test_the_wallet_s_own_document_is_read_and_no_other(site: PscSite) -> None:
    site.begin()

    paths = [request.url.path for request in site.provider.asked]
    assert paths == ["/.well-known/wallet-openid-configuration"]


def test_a_service_that_forces_a_new_proof_is_obeyed(site: PscSite) -> None:
    address, _ = site.begin(ProviderRequest(asked=Asked(force=True, max_age=timedelta(hours=1))))

    assert asked(address)["prompt"] == "login"


@pytest.mark.parametrize("acr", [None, "", "eidas1", "eidas3"])
def test_a_level_that_is_missing_or_higher_is_taken(site: PscSite, acr: str | None) -> None:
    site.provider.claims["acr"] = acr

    assert site.sign_in().evidence.vouched_acr == (acr or "eidas1")


@pytest.mark.parametrize("acr", ["0", "eidas0", "1"])
def test_a_level_that_is_none_is_refused(site: PscSite, acr: str) -> None:
    site.provider.claims["acr"] = acr

    assert code_of(site) == "psc.level_refused"


def test_the_way_is_read_in_userinfo_where_the_id_token_does_not_say(tmp_path: Path) -> None:
    site = PscSite(settings_of(tmp_path), {**DOCTOR, "authMode": "MOBILE"})
    site.provider.claims["authMode"] = ""
    assert site.sign_in().evidence.authenticator == "psc_mobile"

    site.provider.claims["authMode"] = "CARD"
    assert site.sign_in().evidence.authenticator == "psc_card"


def test_an_answer_without_its_issuer_is_taken_unless_the_operator_insists(tmp_path: Path) -> None:
    lenient = PscSite(settings_of(tmp_path))
    strict = PscSite(settings_of(tmp_path, require_iss="advertised"))

    assert lenient.sign_in()
    assert code_of(strict) == "psc.no_issuer"


def test_an_answer_of_another_issuer_is_refused_however_lenient(site: PscSite) -> None:
    address, state = site.begin()
    answer = {**site.provider.authorize(address), "iss": "https://evil.test"}

    with pytest.raises(ProviderRefused) as refusal:
        site.finish(state, answer)
    assert refusal.value.code == "psc.wrong_issuer"


@pytest.mark.parametrize("algorithm", ["PS256", "RS512"])
def test_nothing_but_rs256_signs_for_psc(site: PscSite, algorithm: str) -> None:
    site.provider.alg = algorithm

    assert code_of(site) == "psc.wrong_algorithm"


def test_userinfo_of_another_person_is_refused(site: PscSite) -> None:
    site.provider.claims["SubjectNameID"] = "899700434378"

    assert code_of(site) == "psc.identity_differs"


def test_production_refuses_people_made_for_tests(tmp_path: Path) -> None:
    site = PscSite(settings_of(tmp_path, environment="production"))

    assert code_of(site) == "psc.bad_identifier"


def test_leaving_goes_there_with_the_hint_and_no_state(site: PscSite) -> None:
    identity = site.sign_in().identity

    hop = site.backend.end_session(identity, f"{BASE}/psc/signed-out")

    assert hop is not None and hop.url.startswith(f"{ISSUER}/leave?")
    sent = asked(hop.url)
    assert sent["post_logout_redirect_uri"] == f"{BASE}/psc/signed-out"
    assert sent["id_token_hint"] == identity.session["id_token"]
    assert "state" not in sent


def test_whoever_does_not_want_it_stays_signed_in_there(tmp_path: Path) -> None:
    site = PscSite(settings_of(tmp_path, logout=False))

    assert site.backend.end_session(site.sign_in().identity, BASE) is None


def test_the_old_name_of_a_person_is_kept_and_names_nobody(site: PscSite) -> None:
    identity = site.sign_in().identity

    assert identity.session["sub"] and identity.session["sub"] != identity.subject
    assert identity.session["sid"] == "there-7"


@pytest.mark.parametrize("environment", ["bas", "production"])
def test_each_environment_is_known_by_its_issuer(environment: Any) -> None:
    provider = provider_of(PscSettings(client_id="hub", environment=environment))

    assert provider.issuer == ISSUERS[environment]
    assert provider.metadata_url.startswith(ISSUERS[environment] + "/.well-known/wallet-")


def test_a_hub_in_production_does_not_believe_the_sandbox(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, hub="production")

    with pytest.raises(ConfigErrors) as told:
        config(settings)
    assert [error.path for error in told.value.errors] == ["plugin.psc.environment"]


def test_a_certificate_needs_no_secret_and_a_secret_is_missed(tmp_path: Path) -> None:
    bare = {"client_id": "hub", "environment": "bas"}
    by_certificate = TableSettings(tmp_path, psc={**bare, "authentication": "tls_client_auth"})

    assert config(by_certificate)[1]["secret"] == ""
    with pytest.raises(ConfigErrors) as told:
        config(TableSettings(tmp_path, psc=bare))
    assert [error.path for error in told.value.errors] == ["plugin.psc.client_secret_file"]


def test_the_method_is_called_as_professionals_know_it(tmp_path: Path) -> None:
    (backend,) = psc.identity_backends(settings_of(tmp_path))

    assert (backend.card.name, backend.card.title) == ("psc", "Pro Santé Connect")
    assert backend.card.identifies and backend.possible


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_refusal_has_its_words(language: str) -> None:
    def keys(package: Any) -> set[str]:
        text = (Path(package.__file__).parent / "locale" / f"{language}.po").read_text()
        return set(re.findall(r'msgid "(refusal\.[^"]+)"', text))

    inherited = {key.replace("oidc_provider", "psc", 1) for key in keys(oidc_provider)}
    raised = set(re.findall(r'"(psc\.\w+)"', _sources()))
    own = {f"refusal.{code}{end}" for code in raised for end in ("", ".next")}
    assert inherited | own <= keys(psc)


def _sources() -> str:
    folder = Path(str(psc.__file__)).parent
    refusals = [
        re.findall(r"ProviderRefused\([^)]*\)", each.read_text()) for each in folder.glob("*.py")
    ]
    return "".join(text for found in refusals for text in found)
