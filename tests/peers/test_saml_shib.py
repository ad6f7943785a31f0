"""SAML judged by mod_shib in a browser: sign-in, forced, by class, logout from either side."""

import base64
import json
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any
from urllib.parse import parse_qs, urlencode

import pytest
from playwright.sync_api import Page

from hub.contract.values import value
from tests.peers.authority import Authority
from tests.peers.hub_process import Carriers, HubProcess, configuration, served, set_up
from tests.peers.parts import apache_module, program
from tests.peers.region import ANN, type_password
from tests.peers.shib import described, protected_by_shib
from tests.peers.sites import Site, site

PASSWORD = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"
_TABLES = """
[service.images]
title = "Images"
summary = "Imagerie"
minimum = "simple"
claims = ["given_name", "family_name"]
launch = "{origin}/protected/"
frontend = "saml"
[service.images.saml]
metadata = "images.xml"
"""


@value
class Place:
    hub: HubProcess
    images: Site

    @property
    def inside(self) -> str:
        return f"{self.images.origin}/protected/study/42?a=1"

    def asking(self, **asked: str) -> str:
        query = urlencode({"target": self.inside, **asked})
        return f"{self.images.origin}/Shibboleth.sso/Login?{query}"


@pytest.fixture(scope="module")
def here(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    apache_module("mod_shib.so")
    program("shibd")
    folder = tmp_path_factory.mktemp("shib")
    images = site(authority, "images.test")
    hub = HubProcess(site=site(authority, "hub.test"), root=authority.root, folder=folder)
    (folder / "images.xml").write_text(described(images).metadata(), encoding="utf-8")
    carriers = Carriers(plugins=("saml",), tables=_TABLES.format(origin=images.origin))
    text = configuration(hub.site, f"sqlite:///{folder}/hub.db", (), carriers)
    set_up(hub, text, (), ANN.described())
    with ExitStack() as others:
        others.enter_context(served(hub))
        with hub.get("/saml/metadata") as answer:
            published = answer.read()
        others.enter_context(protected_by_shib(images, hub.issuer, published))
        yield Place(hub=hub, images=images)


def at_the_door(page: Page, here: Place) -> bool:
    address: str = page.url
    return address.startswith(f"{here.hub.issuer}/login/")


def signed_in(page: Page, here: Place) -> dict[str, Any]:
    page.goto(here.inside)
    assert at_the_door(page, here), page.content()
    type_password(page, ANN.login, ANN.password)
    return told(page, here)


def told(page: Page, here: Place) -> dict[str, Any]:
    page.wait_for_url(f"{here.images.origin}/**")
    page.wait_for_url(here.inside)
    shown: dict[str, Any] = json.loads(page.locator("#claims").inner_text())
    return shown


def test_shibboleth_signs_its_request_and_opens_what_was_hidden_for_it(
    page: Page, here: Place
) -> None:
    with page.expect_request("**/Shibboleth.sso/SAML2/POST") as sent:
        shown = signed_in(page, here)
    posted = parse_qs(sent.value.post_data or "")
    assert b"EncryptedAssertion" in base64.b64decode(posted["SAMLResponse"][0])
    assert shown["family"] == ANN.family_name
    assert shown["shib-identity-provider"] == f"{here.hub.issuer}/saml/metadata"
    assert page.locator("#path").inner_text() == "/protected/study/42?a=1"


def test_the_class_that_was_asked_comes_back(page: Page, here: Place) -> None:
    signed_in(page, here)
    page.goto(here.asking(authnContextClassRef=PASSWORD))
    assert told(page, here)["shib-authncontext-class"] == PASSWORD


def test_a_forced_question_asks_for_the_password_in_a_session_that_lives(
    page: Page, here: Place
) -> None:
    first = signed_in(page, here)
    page.goto(here.asking(forceAuthn="true"))
    assert at_the_door(page, here)
    page.locator("input[type=password]").fill(ANN.password)
    page.keyboard.press("Enter")
    forced = told(page, here)
    assert forced["shib-session-id"] != first["shib-session-id"]
    assert forced["shib-authentication-instant"] >= first["shib-authentication-instant"]


def test_a_passive_question_of_a_stranger_is_answered_without_a_page(
    page: Page, here: Place
) -> None:
    page.goto(here.asking(isPassive="true"))
    page.wait_for_url(f"{here.images.origin}/**")
    assert "NoPassive" in page.content()


def test_leaving_at_the_service_leaves_the_hub(page: Page, here: Place) -> None:
    signed_in(page, here)
    back = f"{here.images.origin}/open"
    page.goto(f"{here.images.origin}/Shibboleth.sso/Logout?{urlencode({'return': back})}")
    page.wait_for_url(back)
    page.goto(here.inside)
    assert at_the_door(page, here)


def test_leaving_the_hub_leaves_the_service(page: Page, here: Place) -> None:
    signed_in(page, here)
    page.goto(f"{here.hub.issuer}/logout")
    # The page goes through the service by itself.
    with page.expect_response(lambda answer: "/SLO/Redirect" in answer.url):
        page.locator("form[action='/logout'] button").first.click()
    page.wait_for_url(f"{here.hub.issuer}/logout/*")
    page.goto(here.inside)
    assert at_the_door(page, here)
