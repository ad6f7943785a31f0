"""Whatever a provider says: somebody it really names, or a refusal with a code of ours."""

import json
from typing import Any

import httpx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub import ProviderRefused
from tests.backends.oidc_provider.provider import ISSUER
from tests.backends.oidc_provider.signing_in import Site

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12)
JSON = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)
HALF = st.sampled_from(["\ud800", "a\x00b", "a\ud800b", " ", ""])
ODD = JSON | HALF | st.lists(HALF, max_size=2)
CLAIMS = (
    *("iss", "sub", "aud", "azp", "exp", "iat", "nbf", "nonce", "acr", "amr"),
    *("auth_time", "at_hash", "sid", "name", "rpps", "email"),
)
ANSWERS = ("access_token", "token_type", "id_token", "error", "expires_in")
once = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def signed_in_or_refused(site: Site) -> None:
    try:
        found = site.sign_in().identity
    except ProviderRefused as refused:
        assert refused.code.startswith("oidc_provider.")
        return
    assert found.issuer == ISSUER
    kept = [found.subject, found.name, found.acr or "", *(i.number for i in found.identifiers)]
    kept += [each for texts in found.attributes.values() for each in texts]
    for each in kept:
        assert "\0" not in each
        each.encode()


@once
@given(st.dictionaries(st.sampled_from(CLAIMS), ODD, min_size=1, max_size=4))
def test_odd_claims(claims: dict[str, Any]) -> None:
    site = Site()
    site.provider.claims = claims
    signed_in_or_refused(site)


@once
@given(st.dictionaries(st.sampled_from(CLAIMS), ODD, max_size=4))
def test_an_odd_userinfo(told: dict[str, Any]) -> None:
    site = Site()
    site.provider.userinfo = told
    signed_in_or_refused(site)


@once
@given(st.dictionaries(st.sampled_from(ANSWERS), ODD, max_size=4))
def test_an_odd_token_answer(told: dict[str, Any]) -> None:
    site = Site()
    site.provider.answers["/token"] = _json(told)
    signed_in_or_refused(site)


@once
@given(st.dictionaries(st.sampled_from(["keys", "kty"]), JSON | st.lists(JSON, max_size=3)))
def test_an_odd_key_set(told: dict[str, Any]) -> None:
    site = Site()
    site.provider.answers["/keys"] = _json(told)
    signed_in_or_refused(site)


@once
@given(st.data())
def test_an_odd_self_description(data: st.DataObject) -> None:
    site = Site()
    names = st.sampled_from([*site.provider.metadata, "mtls_endpoint_aliases"])
    site.provider.metadata |= data.draw(st.dictionaries(names, ODD, min_size=1, max_size=3))
    site.provider.answers["/.well-known/openid-configuration"] = _json(site.provider.metadata)
    signed_in_or_refused(site)


@once
@given(st.dictionaries(st.sampled_from(["state", "code", "iss", "error"]), ODD, max_size=4))
def test_an_odd_answer_of_the_browser(told: dict[str, Any]) -> None:
    site = Site()
    address, state = site.begin()
    answer = {**site.provider.authorize(address), **told}
    try:
        site.finish(state, answer)
    except ProviderRefused as refused:
        assert refused.code.startswith("oidc_provider.")


def _json(told: Any) -> httpx.Response:
    return httpx.Response(200, content=json.dumps(told).encode())
