"""`make conformance-target`, as the Foundation's suite meets it: TLS, its clients, its person."""

import json
import secrets
import ssl
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
from joserfc import jws, jwt
from joserfc.jwk import KeySet

from hub_plugins.demo.target import LOGIN, PASSWORD, parser, prepare
from tests.flows.browser import Browser, Page
from tests.peers.processes import running, wait_until
from tests.ports import free_port


SUITE = "https://localhost.emobix.co.uk:8443"
PLAN = "oidcc-basic-certification-test-plan"


class Target:
    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self.issuer = f"https://localhost:{port}"
        self.argv = [sys.executable, "-m", "hub_plugins.demo.target", "--folder", str(folder)]
        self.argv += ["--address", self.issuer, "--listen", f"127.0.0.1:{port}"]

    def transport(self) -> httpx.HTTPTransport:
        trusted = ssl.create_default_context(cafile=str(self.folder / "localhost.pem"))
        return httpx.HTTPTransport(verify=trusted)

    def http(self) -> httpx.Client:
        return httpx.Client(transport=self.transport(), base_url=self.issuer)

    def ready(self) -> bool:
        try:
            with self.http() as client:
                return client.get("/health/ready").status_code == 200
        except (httpx.TransportError, FileNotFoundError):
            return False

    def plan(self, name: str) -> Mapping[str, Any]:
        text = (self.folder / "plans" / f"{name}.json").read_text(encoding="utf-8")
        read: Mapping[str, Any] = json.loads(text)
        return read


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    folder = tmp_path_factory.mktemp("target")
    target, log = Target(folder / "conformance", free_port()), folder / "target.log"
    with running(target.argv, log) as process:
        wait_until(target.ready, process, log, seconds=120)
        yield target


def arrived(target: Target, client: Mapping[str, str], commands: list[list[Any]]) -> Page:
    """Where a browser ends that does what the plan's own automation would do."""
    typed = {words[2]: words[3] for words in commands if words[0] == "text"}
    asked = {
        "client_id": client["client_id"],
        "redirect_uri": f"{SUITE}/test/a/hub/callback",
        "response_type": "code",
        "scope": "openid profile email address phone",
        "state": "s",
        "nonce": "n",
    }
    # The suite's own address is not reachable here: the browser shows 502 there.
    missing = httpx.MockTransport(lambda sent: httpx.Response(502, text=str(sent.url)))
    with closing(
        Browser({}, transport=_Two(target.issuer, target.transport(), missing))
    ) as browser:
        page = browser.open(f"{target.issuer}/oidc/authorize?{urlencode(asked)}")
        [form] = [each for each in page.forms() if each.tag.select("#sign-in")]
        [name] = form.tag.select("#identifier")
        assert name["value"] == "" and form.tag.select("#password")
        return browser.submit(form, {"identifier": LOGIN, "password": typed["password"]})


class _Two(httpx.BaseTransport):
    def __init__(self, issuer: str, hub: httpx.BaseTransport, rest: httpx.BaseTransport) -> None:
        self._issuer, self._hub, self._rest = issuer, hub, rest

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        at_hub = str(request.url).startswith(self._issuer)
        return (self._hub if at_hub else self._rest).handle_request(request)

    def close(self) -> None:
        self._hub.close()


@pytest.mark.parametrize("client", ["client", "client2", "client_secret_post"])
def test_the_suite_s_clients_sign_the_known_person_in_without_pkce(
    target: Target, client: str
) -> None:
    plan = target.plan(PLAN)
    known, [signing_in, *_] = plan[client], plan["browser"][0]["tasks"]
    page = arrived(target, known, signing_in["commands"])
    assert page.address.startswith(f"{SUITE}/test/a/hub/callback?"), page.words
    told = {name: text for name, [text] in parse_qs(urlsplit(page.address).query).items()}
    form = {"grant_type": "authorization_code", "code": told["code"]}
    form["redirect_uri"] = f"{SUITE}/test/a/hub/callback"
    basic = None
    if client == "client_secret_post":
        form |= known
    else:
        basic = (known["client_id"], known["client_secret"])
    with target.http() as machine:
        tokens = machine.post("/oidc/token", data=form, auth=basic or httpx.USE_CLIENT_DEFAULT)
        assert tokens.status_code == 200, tokens.text
        bearer = {"Authorization": f"Bearer {tokens.json()['access_token']}"}
        facts = machine.get("/oidc/userinfo", headers=bearer).json()
    assert facts["name"] == "Ann Martin" and facts["email"]


def test_the_suite_registers_itself_and_signs_the_known_person_in(target: Target) -> None:
    asked = {
        "redirect_uris": [f"{SUITE}/test/a/hub/callback"],
        "token_endpoint_auth_method": "client_secret_basic",
    }
    with target.http() as machine:
        endpoint = machine.get("/.well-known/openid-configuration").json()["registration_endpoint"]
        answer = machine.post(endpoint, json=asked)
    assert answer.status_code == 201, answer.text
    # A worker that did not make the client asks the store for a name it does not know.
    [signing_in, *_] = target.plan(PLAN)["browser"][0]["tasks"]
    page = arrived(target, answer.json(), signing_in["commands"])
    assert page.address.startswith(f"{SUITE}/test/a/hub/callback?code="), page.words


@pytest.mark.parametrize("client", ["client", "client2"])
def test_the_suite_s_clients_of_the_profile_high_push_their_requests(
    target: Target, client: str
) -> None:
    known = target.plan("fapi2-security-profile-final-test-plan")[client]
    query = "?dummy1=lorem&dummy2=ipsum" if client == "client2" else ""
    now = int(time.time())
    claims: dict[str, Any] = {
        "iss": known["client_id"],
        "sub": known["client_id"],
        "aud": target.issuer,
        "jti": secrets.token_urlsafe(16),
        "iat": now,
        "exp": now + 60,
    }
    [key] = KeySet.import_key_set(known["jwks"]).keys
    registry = jws.JWSRegistry(algorithms=["PS256"])
    assertion = jwt.encode({"alg": "PS256", "kid": key.kid}, claims, key, registry=registry)
    form = {
        "client_id": known["client_id"],
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": assertion,
        "redirect_uri": f"{SUITE}/test/a/hub/callback{query}",
        "response_type": "code",
        "scope": known["scope"],
        "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        "code_challenge_method": "S256",
    }
    with target.http() as machine:
        answer = machine.post("/oidc/par", data=form)
    assert answer.status_code == 201, answer.text
    assert answer.json()["request_uri"].startswith("urn:")


def test_discovery_names_the_issuer_the_suite_was_told(target: Target) -> None:
    address = target.plan(PLAN)["server"]["discoveryUrl"]
    with target.http() as machine:
        assert machine.get(address).json()["issuer"] == target.issuer


def test_the_page_for_the_suite_s_screenshot_is_the_hub_s_own(target: Target) -> None:
    sent = {"client_id": "basic", "redirect_uri": f"{SUITE}/other", "response_type": "code"}
    with target.http() as machine:
        page = machine.get("/oidc/authorize", params=sent)
    assert page.status_code == 400 and "<h1" in page.text


def test_every_plan_has_a_configuration_without_a_hole(target: Target) -> None:
    plans = sorted((target.folder / "plans").iterdir())
    assert len(plans) == 8
    for file in plans:
        text = file.read_text(encoding="utf-8")
        assert target.issuer in text and "@" not in text.replace("@id", "").replace("@value", "")
    assert PASSWORD in (target.folder / "plans" / f"{PLAN}.json").read_text(encoding="utf-8")


def test_the_second_start_keeps_secrets_and_people(target: Target) -> None:
    before = target.plan(PLAN)["client"]
    prepare(parser().parse_args(target.argv[3:]))
    assert target.plan(PLAN)["client"] == before
