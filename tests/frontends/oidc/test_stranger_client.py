"""The same flow driven by clients we did not write."""

import json
import warnings

import httpx
from oic.oic.message import AuthorizationResponse, ProviderConfigurationResponse

from tests.frontends.oidc.party import BACK, SECRET, Party

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it would rather use a younger HTTP library
    from authlib.integrations.httpx_client import OAuth2Client


def test_authlib_s_client_signs_in_refreshes_and_reads_the_claims(party: Party) -> None:
    discovered = json.loads(party.machine.get("/.well-known/openid-configuration").data)
    with OAuth2Client(
        "mail",
        SECRET.replace(" ", "+"),
        scope="openid profile",
        redirect_uri=BACK,
        code_challenge_method="S256",
        transport=httpx.WSGITransport(app=party.wsgi),
    ) as client:
        verifier = "another verifier".replace(" ", "-") * 4
        address, state = client.create_authorization_url(
            discovered["authorization_endpoint"], code_verifier=verifier
        )
        arrived = party.browser.get(address.removeprefix(discovered["issuer"]))
        party.sign_in(arrived)
        answer = party.complete(arrived).location
        tokens = client.fetch_token(
            discovered["token_endpoint"],
            authorization_response=answer,
            state=state,
            code_verifier=verifier,
        )
        subject = party.id_token(tokens["id_token"]).claims["sub"]
        assert client.get(discovered["userinfo_endpoint"]).json()["sub"] == subject
        refreshed = client.refresh_token(discovered["token_endpoint"])
        assert refreshed["refresh_token"] != tokens["refresh_token"]


def test_oic_reads_our_discovery_and_our_answers(party: Party) -> None:
    for path in ("openid-configuration", "oauth-authorization-server"):
        text = party.machine.get(f"/.well-known/{path}").text
        provider = ProviderConfigurationResponse().from_json(text)
        assert provider.verify() and provider["issuer"] == "https://hub.test"
        assert provider["code_challenge_methods_supported"] == ["S256"]
    party.code()
    answer = party.authorize().location.partition("?")[2]
    assert AuthorizationResponse().from_urlencoded(answer).verify(iss="https://hub.test")
