"""A single-page application: npm oidc-client-ts in Chromium, on another site than the hub."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page
from werkzeug.wrappers import Request, Response

from hub.contract.values import value
from tests.conformance.served import served
from tests.peers.authority import Authority
from tests.peers.hub_process import Carriers, HubProcess, configuration, set_up
from tests.peers.hub_process import served as hub_served
from tests.peers.parts import NODE_FOLDER, node_module
from tests.peers.region import ANN, type_password
from tests.peers.sites import site

LIBRARY = NODE_FOLDER / "node_modules/oidc-client-ts/dist/browser/oidc-client-ts.min.js"
INDEX = NODE_FOLDER / "single_page/index.html"
SERVICE = """
[service.{name}]
title = "{name}"
minimum = "simple"
claims = ["given_name", "family_name", "email"]
frontend = "oidc"
[service.{name}.oidc]
client_id = "{name}"
redirect_uris = ["{origin}/back"]
post_logout_redirect_uris = ["{origin}/bye"]
token_endpoint_auth_method = "none"
refresh_tokens = true
dpop_bound_access_tokens = {bound}
"""


@value
class Here:
    hub: HubProcess
    origin: str
    stranger: str
    """The same pages at an origin nobody registered."""


def application(environ: Any, start: Any) -> Any:
    path = Request(environ).path
    if path == "/oidc-client-ts.js":
        return Response(LIBRARY.read_bytes(), content_type="text/javascript")(environ, start)
    return Response(INDEX.read_bytes(), content_type="text/html")(environ, start)


@pytest.fixture(scope="module")
def here(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Here]:
    node_module("oidc-client-ts")
    folder: Path = tmp_path_factory.mktemp("single_page")
    hub = HubProcess(site=site(authority, "hub.test"), root=authority.root, folder=folder)
    own, other = (authority.site(name) for name in ("app.test", "evil.test"))
    with (
        served(lambda _: application, "app.test", own) as origin,
        served(lambda _: application, "evil.test", other) as stranger,
    ):
        text = configuration(hub.site, f"sqlite:///{folder}/hub.db", [], Carriers())
        for name, bound in (("app", "false"), ("bound", "true")):
            text += SERVICE.format(name=name, origin=origin, bound=bound)
        set_up(hub, text, [], ANN.described())
        with hub_served(hub):
            yield Here(hub=hub, origin=origin, stranger=stranger)


@pytest.mark.parametrize(("client", "kind"), [("app", "Bearer"), ("bound", "DPoP")])
def test_an_application_without_a_server_signs_in_renews_and_leaves(
    page: Page, here: Here, client: str, kind: str
) -> None:
    _settled(page, here, here.origin, client)
    page.evaluate("void manager.signinRedirect({ nonce: 'n' })")
    page.wait_for_url(f"{here.hub.issuer}/login/**")
    type_password(page, ANN.login, ANN.password)
    told = _told(page, "in")
    assert told["type"] == kind
    assert told["userinfo"]["family_name"] == ANN.family_name
    assert told["userinfo"]["sub"] == told["subject"]
    renewed = page.evaluate(
        "manager.getUser().then((old) => manager.signinSilent().then((user) =>"
        " [user.profile.sub === old.profile.sub, user.access_token !== old.access_token]))"
    )
    assert renewed == [True, True]
    page.evaluate("void manager.signoutRedirect()")
    page.wait_for_url(f"{here.origin}/bye**")
    page.evaluate("void manager.signinRedirect({ prompt: 'none' })")
    page.wait_for_url(f"{here.origin}/back**")
    assert _told(page, "error")["error"] == "login_required"


def test_a_site_nobody_registered_reads_nothing(page: Page, here: Here) -> None:
    _settled(page, here, here.stranger, "app")
    # What everybody may know may be read from everywhere.
    keys = f"{here.hub.issuer}/oidc/jwks"
    assert page.evaluate(f"fetch('{keys}').then((answer) => answer.status)") == 200
    for path in ("token", "userinfo", "authorize", "end_session"):
        asked = f"fetch('{here.hub.issuer}/oidc/{path}', {{ method: 'POST' }})"
        assert page.evaluate(f"{asked}.then(() => 'read', () => 'barred')") == "barred"
    page.evaluate("void manager.signinRedirect()")
    page.wait_for_url(f"{here.hub.issuer}/oidc/authorize**")
    assert page.locator("form input[type=password]").count() == 0


def _settled(page: Page, here: Here, origin: str, client: str) -> None:
    """The application opened, knowing the hub and its own name there."""
    bound = "yes" if client == "bound" else "no"
    settings = f"authority={here.hub.issuer}&client_id={client}&bound={bound}"
    page.context.add_cookies([{"name": "s", "value": settings, "url": origin}])
    page.goto(f"{origin}/")


def _told(page: Page, step: str) -> dict[str, Any]:
    page.locator(f"#told[data-step={step}]").wait_for()
    told: dict[str, Any] = json.loads(page.locator("#told").inner_text())
    return told
