"""SAML judged by npm node-saml in a browser: what it asks, what it verifies, how it leaves."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Page

from hub.contract.values import value
from tests.peers.authority import Authority
from tests.peers.node_saml import described, protected_by_node_saml
from tests.peers.parts import node_module
from tests.peers.region import ANN
from tests.peers.saml_place import SamlHub, saml_hub
from tests.peers.sites import Site, site

_CLASSES = "urn:oasis:names:tc:SAML:2.0:ac:classes:"
PASSWORD = f"{_CLASSES}PasswordProtectedTransport"
TWO_FACTORS = f"{_CLASSES}MobileTwoFactorContract"
FAMILY_NAME = "urn:oid:2.5.4.4"


@value
class Place:
    at: SamlHub
    images: Site


@pytest.fixture(scope="module")
def here(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    node_module("@node-saml/node-saml")
    folder = tmp_path_factory.mktemp("node-saml")
    images = site(authority, "images.test")
    services = {"images": (images.origin, described(images))}
    with ExitStack() as others:
        at = others.enter_context(saml_hub(authority, folder, services))
        others.enter_context(protected_by_node_saml(images, at.hub.issuer, at.metadata, folder))
        yield Place(at=at, images=images)


def asked(page: Page, here: Place, query: str = "") -> None:
    page.goto(f"{here.images.origin}/{query}")


def signed_in(page: Page, here: Place) -> dict[str, Any]:
    asked(page, here)
    here.at.enter(page)
    return told(page, here)


def told(page: Page, here: Place, element: str = "profile") -> dict[str, Any]:
    page.wait_for_url(f"{here.images.origin}/**")
    shown = page.locator("pre")
    assert shown.get_attribute("id") == element, shown.inner_text()
    said: dict[str, Any] = json.loads(shown.inner_text())
    return said


def test_node_saml_opens_and_verifies_what_was_signed_and_hidden_for_it(
    page: Page, here: Place
) -> None:
    first = signed_in(page, here)
    assert first["sealed"]
    assert first["issuer"] == f"{here.at.hub.issuer}/saml/metadata"
    assert first[FAMILY_NAME] == ANN.family_name
    assert first["relay"] == "deep/é?x=1"
    assert first["nameIDFormat"].endswith(":persistent")
    asked(page, here)
    again = told(page, here)
    assert (again["nameID"], again["at"]) == (first["nameID"], first["at"])


def test_a_stranger_asked_without_a_page_is_nobody_by_a_signed_answer(
    page: Page, here: Place
) -> None:
    asked(page, here, "?passive")
    assert told(page, here, "nobody")["relay"] == "deep/é?x=1"


def test_a_forced_question_asks_for_the_password_in_a_session_that_lives(
    page: Page, here: Place
) -> None:
    first = signed_in(page, here)
    asked(page, here, "?force")
    assert here.at.at_the_door(page)
    page.locator("input[type=password]").fill(ANN.password)
    page.keyboard.press("Enter")
    forced = told(page, here)
    assert forced["nameID"] == first["nameID"]
    assert forced["at"] >= first["at"]


def test_a_class_above_the_session_adds_one_proof_and_comes_back_by_its_name(
    page: Page, here: Place
) -> None:
    first = signed_in(page, here)
    asked(page, here, f"?class={quote(PASSWORD)}")
    assert told(page, here)["class"] == PASSWORD
    asked(page, here, f"?class={quote(TWO_FACTORS)}&comparison=minimum")
    here.at.prove_again(page)
    second = told(page, here)
    assert second["class"] == TWO_FACTORS
    assert second["sessionIndex"] == first["sessionIndex"]


def test_a_class_nobody_knows_is_refused_in_the_protocol(page: Page, here: Place) -> None:
    asked(page, here, "?class=urn:nobody:knows")
    assert "NoAuthnContext" in told(page, here, "error")["message"]


def test_leaving_at_the_service_leaves_the_hub(page: Page, here: Place) -> None:
    signed_in(page, here)
    page.goto(f"{here.images.origin}/leave")
    assert told(page, here, "left")["relay"] == "left"
    asked(page, here)
    assert here.at.at_the_door(page)


def test_leaving_the_hub_leaves_the_service(page: Page, here: Place) -> None:
    signed_in(page, here)
    page.goto(f"{here.at.hub.issuer}/logout")
    page.locator("form[action='/logout'] button").first.click()
    assert "images : fermé" in here.at.goodbye(page).replace("\xa0", " ")
    asked(page, here)
    assert here.at.at_the_door(page)
