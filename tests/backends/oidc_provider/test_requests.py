"""What one sign-in asks of the provider, and how the hub says which client it is."""

from base64 import b64decode
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import unquote_plus

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey

from hub import Asked, ProviderRefused, ProviderRequest
from hub_backends.oidc_provider.client_authentication import ClientAuthentication
from tests.backends.oidc_provider.provider import CLIENT, ISSUER, SECRET, posted
from tests.backends.oidc_provider.signing_in import SETTINGS, Site, asked

HIGH = "https://hub.test/acr/high"
SECRETS = ("state", "nonce", "code_challenge")
NOW = 1_767_268_800


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (ProviderRequest(), {}),
        (ProviderRequest(asked=Asked(force=True)), {"prompt": "login", "max_age": "0"}),
        (ProviderRequest(asked=Asked(max_age=timedelta(minutes=5))), {"max_age": "300"}),
        (
            ProviderRequest(asked=Asked(force=True, max_age=timedelta(minutes=5))),
            {"prompt": "login", "max_age": "0"},
        ),
        (ProviderRequest(asked=Asked(passive=True)), {"prompt": "none"}),
        (ProviderRequest(languages=("fr", "en")), {"ui_locales": "fr en"}),
        (ProviderRequest(expected="99700000001"), {}),
    ],
)
def test_each_sign_in_asks_what_it_needs(
    request_: ProviderRequest, expected: dict[str, str]
) -> None:
    sent = asked(Site().begin(request_)[0])
    always = {"client_id", "redirect_uri", "response_type", "scope", *SECRETS}
    varying = {name: each for name, each in sent.items() if name not in always}
    assert varying == {"code_challenge_method": "S256", **expected}


def test_the_level_a_service_asked_is_asked_there_in_the_providers_words() -> None:
    site = Site(acr_values=("eidas1",), acr_for={HIGH: ("eidas3", "eidas2")})
    assert asked(site.begin()[0])["acr_values"] == "eidas1"
    request = ProviderRequest(asked=Asked(acrs=("unknown", HIGH)))
    assert asked(site.begin(request)[0])["acr_values"] == "eidas3 eidas2"


def test_a_provider_that_understands_it_is_told_who_is_expected() -> None:
    site = Site(login_hint=True)
    request = ProviderRequest(expected="899700000001/é")
    assert asked(site.begin(request)[0])["login_hint"] == "899700000001/é"
    assert "login_hint" not in asked(site.begin()[0])


def test_fixed_parameters_of_the_operator_are_sent() -> None:
    site = Site(parameters={"kc_idp_hint": "chu"}, scopes=("openid", "scope_all"))
    sent = asked(site.begin()[0])
    assert (sent["kc_idp_hint"], sent["scope"]) == ("chu", "openid scope_all")


def test_each_provider_has_a_way_back_of_its_own() -> None:
    assert asked(Site().begin()[0])["redirect_uri"] == "https://hub.test/regional/callback"


def shown(site: Site) -> tuple[str, dict[str, str]]:
    """What the token endpoint was shown: the header, and the form."""
    site.sign_in()
    request = site.provider.calls("/token")[0]
    return request.headers.get("Authorization", ""), posted(request)


def test_a_secret_in_the_header_is_encoded_as_a_form_first() -> None:
    header, form = shown(Site())
    name, _, secret = b64decode(header.removeprefix("Basic ")).decode().partition(":")
    assert ":" not in secret
    assert (unquote_plus(name), unquote_plus(secret)) == (CLIENT, SECRET)
    assert "client_secret" not in form


def test_no_other_cookie_or_parameter_follows_the_code() -> None:
    _, form = shown(Site())
    assert set(form) == {"grant_type", "code", "redirect_uri", "code_verifier"}


def proof(secret: str, **changes: Any) -> dict[str, str]:
    settings = replace(SETTINGS, **changes)
    made = ClientAuthentication(settings, secret, Site().time).proof(f"{ISSUER}/token")
    assert not made.headers
    return dict(made.form)


def test_a_secret_may_stand_in_the_form() -> None:
    form = proof(SECRET, authentication="client_secret_post")
    assert form == {"client_id": CLIENT, "client_secret": SECRET}


def test_a_client_with_a_certificate_says_only_who_it_is() -> None:
    assert proof("", authentication="tls_client_auth") == {"client_id": CLIENT}


@pytest.mark.parametrize(
    ("audience", "expected"), [("issuer", ISSUER), ("token_endpoint", f"{ISSUER}/token")]
)
def test_a_client_with_a_key_signs_an_assertion(audience: str, expected: str) -> None:
    key = ECKey.generate_key("P-256")
    form = proof(
        key.as_pem(private=True).decode(),
        authentication="private_key_jwt",
        private_key_algorithm="ES256",
        private_key_id="mine",
        assertion_audience=audience,
    )
    token = jwt.decode(form["client_assertion"], key)
    assert token.header["kid"] == "mine"
    assert (token.claims["iss"], token.claims["sub"]) == (CLIENT, CLIENT)
    assert (token.claims["aud"], token.claims["exp"]) == (expected, NOW + 60)
    assert len(token.claims["jti"]) >= 22


def test_a_client_with_a_certificate_goes_where_certificates_are_taken() -> None:
    site = Site(authentication="tls_client_auth")
    site.provider.metadata["mtls_endpoint_aliases"] = {"token_endpoint": f"{ISSUER}/mtls/token"}
    assert site.backend.places.metadata().token == f"{ISSUER}/mtls/token"
    assert Site().backend.places.metadata().token == f"{ISSUER}/token"


def test_userinfo_is_asked_with_the_token_in_the_header() -> None:
    site = Site()
    site.sign_in()
    call = site.provider.calls("/userinfo")[0]
    assert call.headers["Authorization"].startswith("Bearer ")
    assert not call.url.query


def test_userinfo_may_be_signed() -> None:
    site = Site()
    site.provider.answers["/userinfo"] = httpx.Response(
        200,
        text=site.provider.signed({"sub": _ann(site), "name": "Ann", "aud": CLIENT}),
        headers={"Content-Type": "application/jwt; charset=utf-8"},
    )
    assert site.sign_in().identity.name == "Ann"


def test_userinfo_signed_for_somebody_else_is_refused() -> None:
    site = Site()
    site.provider.answers["/userinfo"] = httpx.Response(
        200,
        text=site.provider.signed({"sub": _ann(site), "aud": "somebody"}),
        headers={"Content-Type": "application/jwt"},
    )
    with pytest.raises(ProviderRefused) as refused:
        site.sign_in()
    assert refused.value.code == "oidc_provider.wrong_audience"


def test_a_provider_without_userinfo_is_not_asked() -> None:
    site = Site(userinfo=False)
    site.sign_in()
    assert not site.provider.calls("/userinfo")


def _ann(site: Site) -> str:
    """How the provider calls her."""
    other = Site()
    return other.sign_in().identity.subject
