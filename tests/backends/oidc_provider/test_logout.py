"""Leaving there when somebody leaves here, and here when they left there."""

from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from satosa.context import Context
from satosa.state import State

from hub import UpstreamIdentity
from hub_backends.oidc_provider.logout import EVENT
from tests.backends.oidc_provider.provider import CLIENT, ISSUER, one_key
from tests.backends.oidc_provider.signing_in import Site, asked

NOW = 1_767_268_800
GOOD: Mapping[str, Any] = {
    "iss": ISSUER,
    "aud": CLIENT,
    "sub": "of-ann",
    "sid": "there-7",
    "iat": NOW,
    "exp": NOW + 120,
    "jti": "one",
    "events": {EVENT: {}},
}
BAD: Mapping[str, Mapping[str, Any]] = {
    "another issuer": {"iss": "https://elsewhere.test"},
    "another audience": {"aud": "somebody"},
    "ended": {"exp": NOW - 31},
    "no end": {"exp": None},
    "made in the future": {"iat": NOW + 31},
    "made long ago": {"iat": NOW - 3600},
    "no event": {"events": None},
    "another event": {"events": {"http://other": {}}},
    "an event that is no object": {"events": {EVENT: "yes"}},
    "a nonce": {"nonce": "n"},
    "nobody": {"sub": None, "sid": None},
    "no identifier": {"jti": None},
}


def told(site: Site, token: str, method: str = "POST") -> str:
    """The status of the answer."""
    context = Context()
    context.state, context.request_method = State(), method
    context.request = {"logout_token": token}
    response = site.backend.logout_endpoint(context)
    assert ("Cache-Control", "no-store") in response.headers
    return str(response.status)


def token_of(site: Site, changes: Mapping[str, Any] = {}, **header: Any) -> str:
    claims = {name: each for name, each in {**GOOD, **changes}.items() if each is not None}
    return site.provider.signed(claims, **{"typ": "logout+jwt", **header})


def test_whoever_left_there_is_out_here() -> None:
    site = Site()
    assert told(site, token_of(site)) == "200 OK"
    assert site.toolbox.sessions.upstream_ended == [(ISSUER, "of-ann", "there-7")]


@pytest.mark.parametrize("name", BAD)
def test_a_logout_token_with_a_wrong_claim_ends_nothing(name: str) -> None:
    site = Site()
    assert told(site, token_of(site, BAD[name])).startswith("400")
    assert not site.toolbox.sessions.upstream_ended


def test_a_logout_token_works_once() -> None:
    site = Site()
    token = token_of(site)
    told(site, token)
    assert told(site, token).startswith("400")
    assert len(site.toolbox.sessions.upstream_ended) == 1


def test_an_unsigned_or_foreign_logout_token_ends_nothing() -> None:
    site = Site()
    parts = token_of(site).split(".")
    assert told(site, f"eyJhbGciOiJub25lIn0.{parts[1]}.").startswith("400")
    site.provider.keys = [one_key("another")]
    assert told(site, token_of(site)).startswith("400")
    assert not site.toolbox.sessions.upstream_ended


def test_an_id_token_is_no_logout_token() -> None:
    site = Site()
    assert told(site, token_of(site, {"events": None, "nonce": "n"}, typ="JWT")).startswith("400")
    assert told(site, token_of(site, typ="at+jwt")).startswith("400")


def test_a_logout_token_is_posted() -> None:
    site = Site()
    assert told(site, token_of(site), "GET").startswith("400")


def test_the_timeline_knows_why_a_logout_was_refused() -> None:
    site = Site()
    told(site, token_of(site, {"nonce": "n"}))
    assert [(each.action, each.details) for each in site.toolbox.noted] == [
        ("provider.logout_refused", {"provider": "regional", "reason": "bad_logout"})
    ]


def test_leaving_here_leads_through_the_provider() -> None:
    site = Site()
    site.sign_in()
    identity = site.sign_in().identity
    hop = site.backend.end_session(identity, "https://hub.test/left")
    assert hop is not None
    assert hop.url.startswith(f"{ISSUER}/leave?")
    assert asked(hop.url) == {
        "id_token_hint": identity.session["id_token"],
        "client_id": CLIENT,
        "post_logout_redirect_uri": "https://hub.test/left",
    }


def test_there_is_no_way_through_a_provider_that_has_none_or_is_another() -> None:
    site = Site()
    identity = site.sign_in().identity
    other = UpstreamIdentity(issuer="https://other.test", subject="x", session=identity.session)
    assert site.backend.end_session(other, "https://hub.test/left") is None
    assert Site(logout=False).backend.end_session(identity, "https://hub.test/left") is None
    silent = Site()
    del silent.provider.metadata["end_session_endpoint"]
    assert silent.backend.end_session(identity, "https://hub.test/left") is None


def test_leaving_here_does_not_wait_for_a_provider_that_is_down() -> None:
    identity = Site().sign_in().identity
    site = Site()
    site.provider.answers["/.well-known/openid-configuration"] = httpx.ConnectError("down")
    assert site.backend.end_session(identity, "https://hub.test/left") is None
