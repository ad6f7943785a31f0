"""Metadata and keys: asked when needed, kept, asked again with moderation, believed with care."""

from typing import Any

import httpx
import pytest

from hub import ProviderRefused
from hub_backends.oidc_provider.settings import Endpoints
from tests.backends.oidc_provider.provider import ISSUER, one_key
from tests.backends.oidc_provider.signing_in import Site

DISCOVERY = "/.well-known/openid-configuration"


def test_nothing_is_asked_at_start() -> None:
    assert not Site().provider.asked


def test_metadata_and_keys_are_asked_once_and_kept() -> None:
    site = Site()
    for _ in range(3):
        site.sign_in()
    assert len(site.provider.calls(DISCOVERY)) == 1
    assert len(site.provider.calls("/keys")) == 1


def test_metadata_is_asked_again_when_it_grew_old() -> None:
    site = Site()
    site.sign_in()
    site.time.later(minutes=61)
    site.sign_in()
    assert len(site.provider.calls(DISCOVERY)) == 2


def test_former_metadata_serves_while_the_provider_does_not_tell_it() -> None:
    site = Site()
    site.sign_in()
    site.time.later(minutes=61)
    site.provider.answers[DISCOVERY] = httpx.Response(500)
    assert site.sign_in()


def test_a_provider_that_is_down_refuses_and_is_left_alone_a_moment() -> None:
    site = Site()
    site.provider.answers[DISCOVERY] = httpx.ConnectError("down")
    for _ in range(5):
        with pytest.raises(ProviderRefused) as refused:
            site.begin()
        assert refused.value.code == "oidc_provider.unavailable"
    assert len(site.provider.calls(DISCOVERY)) == 1
    del site.provider.answers[DISCOVERY]
    site.time.later(seconds=11)
    assert site.sign_in()


@pytest.mark.parametrize(
    ("told", "silent"),
    [
        (httpx.ConnectError("down"), True),
        (httpx.Response(502), True),
        (httpx.Response(429), False),
        (httpx.Response(404), False),
    ],
)
def test_while_it_is_left_alone_it_is_as_silent_as_it_was(
    told: httpx.Response | Exception, silent: bool
) -> None:
    site = Site()
    site.provider.answers[DISCOVERY] = told
    for _ in range(2):
        with pytest.raises(ProviderRefused) as refused:
            site.begin()
        assert refused.value.silent is silent
    assert len(site.provider.calls(DISCOVERY)) == 1


def test_metadata_of_another_issuer_is_refused() -> None:
    site = Site()
    site.provider.metadata["issuer"] = f"{ISSUER}/"
    with pytest.raises(ProviderRefused, match="another issuer"):
        site.begin()


@pytest.mark.parametrize(
    "changes",
    [
        {"authorization_endpoint": None},
        {"token_endpoint": ["a", "b"]},
        {"jwks_uri": {}},
        {"token_endpoint": "http://provider.test/token"},
        {"issuer": 7},
    ],
)
def test_metadata_that_leads_nowhere_is_refused(changes: dict[str, Any]) -> None:
    site = Site()
    site.provider.metadata |= changes
    with pytest.raises(ProviderRefused) as refused:
        site.begin()
    assert refused.value.code == "oidc_provider.wrong_metadata"


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200, text="<html>"),
        httpx.Response(200, json=[]),
        httpx.Response(404, json={}),
        httpx.Response(302, headers={"Location": "https://elsewhere.test"}),
    ],
)
def test_what_is_no_metadata_is_refused(answer: httpx.Response) -> None:
    site = Site()
    site.provider.answers[DISCOVERY] = answer
    with pytest.raises(ProviderRefused):
        site.begin()


def test_odd_metadata_of_no_concern_is_passed_over() -> None:
    site = Site()
    site.provider.metadata |= {"acr_values_supported": ["0", 0], "scopes_supported": "odd"}
    assert site.sign_in()


def test_metadata_may_stand_elsewhere_and_addresses_be_corrected() -> None:
    site = Site(
        metadata_url=f"{ISSUER}/own/place",
        endpoints=Endpoints(authorization="https://wallet.test/auth?kind=a"),
    )
    address, _ = site.begin()
    assert address.startswith("https://wallet.test/auth?kind=a&")
    assert site.provider.calls("/own/place")


def test_without_discovery_nothing_is_asked_before_the_code() -> None:
    places = Endpoints(
        authorization=f"{ISSUER}/authorize", token=f"{ISSUER}/token", jwks=f"{ISSUER}/keys"
    )
    site = Site(discovery=False, endpoints=places)
    site.sign_in()
    assert {each.url.path for each in site.provider.asked} == {"/token", "/keys"}


def test_a_changed_key_is_found_by_one_refetch() -> None:
    site = Site()
    site.sign_in()
    site.time.later(minutes=1)
    site.provider.key = one_key("next")
    site.provider.keys = [site.provider.key]
    assert site.sign_in()
    assert len(site.provider.calls("/keys")) == 2


def test_tokens_with_invented_keys_cause_no_storm() -> None:
    site = Site()
    site.sign_in()
    site.time.later(minutes=1)
    site.provider.header = {"kid": "invented"}
    for _ in range(20):
        with pytest.raises(ProviderRefused) as refused:
            site.sign_in()
        assert refused.value.code == "oidc_provider.unknown_key"
    assert len(site.provider.calls("/keys")) == 2


def test_a_wrong_signature_of_a_known_key_fetches_nothing() -> None:
    site = Site()
    site.sign_in()
    site.time.later(minutes=1)
    site.provider.tampered = lambda token: token[:-8] + "AAAAAAAA"
    with pytest.raises(ProviderRefused):
        site.sign_in()
    assert len(site.provider.calls("/keys")) == 1
