from collections.abc import Iterator
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from hub.contract.errors import ConfigErrors
from hub_frontends.oidc.frontend import OidcFrontend
from tests.frontends.oidc.party import BACK, Party, query

APP = "https://app.test"
ALLOWED = "Access-Control-Allow-Origin"
OPEN = ("/.well-known/openid-configuration", "/.well-known/oauth-authorization-server")
CALLED = ("/oidc/token", "/oidc/userinfo", "/oidc/revoke")


@pytest.fixture
def party(keys: Path) -> Iterator[Party]:
    party = Party(keys, origins=[APP])
    yield party
    party.close()


def asked(party: Party, path: str, origin: str, method: str = "OPTIONS") -> TestResponse:
    headers = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    return party.machine.open(path, method=method, headers=headers)


@pytest.mark.parametrize("path", [*OPEN, "/oidc/jwks"])
def test_public_documents_are_for_every_script(party: Party, path: str) -> None:
    assert asked(party, path, "https://anybody.test", "GET").headers[ALLOWED] == "*"
    assert asked(party, path, "https://anybody.test").headers[ALLOWED] == "*"
    assert party.machine.get(path).headers[ALLOWED] == "*"


@pytest.mark.parametrize("path", CALLED)
def test_a_registered_site_s_scripts_may_call(party: Party, path: str) -> None:
    before = asked(party, path, APP)
    assert before.status_code == 204 and before.headers[ALLOWED] == APP
    assert "POST" in before.headers["Access-Control-Allow-Methods"]
    assert "DPoP" in before.headers["Access-Control-Allow-Headers"]
    answer = asked(party, path, APP, "POST")
    assert answer.headers[ALLOWED] == APP and "Origin" in answer.headers["Vary"]
    assert "DPoP-Nonce" in answer.headers["Access-Control-Expose-Headers"]


@pytest.mark.parametrize("path", CALLED)
@pytest.mark.parametrize(
    "origin", ["https://thief.test", "https://mail.test", f"{APP}:8443", "http://app.test", "null"]
)
def test_another_site_s_scripts_read_nothing(party: Party, path: str, origin: str) -> None:
    for method in ("OPTIONS", "POST"):
        answer = asked(party, path, origin, method)
        assert not [name for name, _ in answer.headers if name.startswith("Access-Control")]


@pytest.mark.parametrize("path", CALLED)
def test_no_answer_comes_with_cookies_across_sites(party: Party, path: str) -> None:
    assert "Access-Control-Allow-Credentials" not in asked(party, path, APP).headers


@pytest.mark.parametrize("path", [f"/oidc/authorize?{query()}", "/oidc/end_session"])
def test_pages_for_people_are_for_no_script(party: Party, path: str) -> None:
    for method in ("GET", "OPTIONS"):
        answer = asked(party, path, APP, method)
        assert not [name for name, _ in answer.headers if name.startswith("Access-Control")]


def test_a_public_client_s_own_site_needs_no_naming(keys: Path) -> None:
    public = {"token_endpoint_auth_method": "none", "client_secret_sha256": None}
    party = Party(keys, **public)
    origin = BACK.removesuffix("/back")
    assert asked(party, "/oidc/token", origin).headers[ALLOWED] == origin
    party.close()


@pytest.mark.parametrize(
    "origin", ["app.test", "https://app.test/", "http://app.test", "null", "*", "https://a b"]
)
def test_an_origin_that_is_none_is_refused_at_the_start(keys: Path, origin: str) -> None:
    with pytest.raises(ConfigErrors) as refused:
        Party(keys, origins=[origin])
    assert [each.path for each in refused.value.errors] == ["service.mail.oidc.origins"]


def test_scripts_may_call_these_endpoints_and_no_other(party: Party) -> None:
    frontend = party.endings["oidc"]
    assert isinstance(frontend, OidcFrontend)
    paths = {
        each.strip("^$").replace("\\", "").replace("[^/]+", "x")
        for each, _ in frontend.register_endpoints([])
    }
    open_to_scripts = {each for each in paths if ALLOWED in asked(party, f"/{each}", APP).headers}
    assert {f"/{each}" for each in open_to_scripts} == {*OPEN, "/oidc/jwks", *CALLED, "/oidc/par"}
