"""The same flow driven by clients we did not write."""

import json
import warnings
from datetime import UTC, datetime
from typing import Any

import httpx
import requests
from oic.oic import Client
from oic.oic.message import (
    AuthorizationResponse,
    EndSessionRequest,
    ProviderConfigurationResponse,
    RegistrationResponse,
)
from oic.utils.authn.client import CLIENT_AUTHN_METHOD

from tests.flows.wsgi import Application, WsgiAdapter
from tests.frontends.oidc.party import BACK, CHALLENGE, ISSUER, SECRET, VERIFIER, Party

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


class InProcess(Client):  # type: ignore[misc]
    """oic's own client; its requests end in *app*."""

    def __init__(self, app: Application) -> None:
        super().__init__(client_authn_method=CLIENT_AUTHN_METHOD)
        self._session = requests.Session()
        self._session.mount(ISSUER, WsgiAdapter(app, []))

    def http_request(self, url: str, method: str = "GET", **more: Any) -> requests.Response:
        return self._session.request(method, url, **more)

    def close(self) -> None:
        self._session.close()


def test_oic_s_client_signs_in_refreshes_reads_the_claims_and_leaves(party: Party) -> None:
    client = InProcess(party.wsgi)
    client.store_registration_info(RegistrationResponse(client_id="mail", client_secret=SECRET))
    client.provider_config(ISSUER)
    # It fetches keys past its own requests, and believes no clock but the machine's.
    client.keyjar.issuer_keys[ISSUER] = []
    client.keyjar.import_jwks(json.loads(party.machine.get("/oidc/jwks").data), ISSUER)
    party.hub.now = datetime.now(UTC)
    party.code()
    asked = {
        "client_id": "mail",
        "response_type": "code",
        "scope": ["openid", "profile"],
        "redirect_uri": BACK,
        "state": "s",
        "nonce": "n",
        "code_challenge": CHALLENGE.decode(),
        "code_challenge_method": "S256",
    }
    address = client.construct_AuthorizationRequest(request_args=asked).request(
        client.authorization_endpoint
    )
    answer = party.browser.get(address.removeprefix(ISSUER)).location
    came = client.parse_response(AuthorizationResponse, answer, sformat="urlencoded")
    tokens = client.do_access_token_request(
        state="s",
        request_args={"code": came["code"], "redirect_uri": BACK, "code_verifier": VERIFIER},
        authn_method="client_secret_basic",
    )
    assert "error" not in tokens, tokens
    claims = tokens["id_token"]
    assert (claims["iss"], claims["nonce"]) == (ISSUER, "n"), tokens
    assert client.do_user_info_request(state="s")["sub"] == claims["sub"]
    renewed = client.do_access_token_refresh(state="s", authn_method="client_secret_basic")
    assert renewed["refresh_token"] != tokens["refresh_token"]
    leaving = EndSessionRequest(
        id_token_hint=party.token(party.code()).get_json()["id_token"],
        post_logout_redirect_uri="https://mail.test/bye",
        state="bye",
    ).request(client.end_session_endpoint)
    assert party.browser.get(leaving.removeprefix(ISSUER)).status_code == 303
    [departure] = party.leaving.departures
    assert departure.return_url == "https://mail.test/bye?state=bye"
    client.close()
