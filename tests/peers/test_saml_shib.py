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
from tests.peers.parts import apache_module, program
from tests.peers.region import ANN
from tests.peers.saml_place import SamlHub, saml_hub
from tests.peers.shib import described, protected_by_shib
from tests.peers.sites import Site, site

PASSWORD = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"


@value
class Place:
    at: SamlHub
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
    services = {"images": (f"{images.origin}/protected", described(images))}
    with ExitStack() as others:
        at = others.enter_context(saml_hub(authority, folder, services))
        others.enter_context(protected_by_shib(images, at.hub.issuer, at.metadata))
        yield Place(at=at, images=images)


def signed_in(page: Page, here: Place) -> dict[str, Any]:
    page.goto(here.inside)
    here.at.enter(page)
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
    assert shown["shib-identity-provider"] == f"{here.at.hub.issuer}/saml/metadata"
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
    assert here.at.at_the_door(page)
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


def test_whoever_leaves_at_a_service_that_wants_no_answer_reads_our_goodbye(
    page: Page, here: Place
) -> None:
    signed_in(page, here)
    page.goto(f"{here.images.origin}/Shibboleth.sso/Logout")
    page.wait_for_url(f"{here.at.hub.issuer}/logout/*")
    assert "Vous êtes déconnecté" in page.locator("main").inner_text()
    page.goto(here.inside)
    assert here.at.at_the_door(page)


def test_leaving_the_hub_leaves_the_service(page: Page, here: Place) -> None:
    signed_in(page, here)
    page.goto(f"{here.at.hub.issuer}/logout")
    page.locator("form[action='/logout'] button").first.click()
    assert "images : fermé" in here.at.goodbye(page).replace("\xa0", " ")
    page.goto(here.inside)
    assert here.at.at_the_door(page)
