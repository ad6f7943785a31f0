"""SAML judged by mod_auth_mellon in a browser: sign-in, passive, logout from either side."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Page

from hub.contract.values import value
from tests.peers.authority import Authority
from tests.peers.mellon import described, protected_by_mellon
from tests.peers.region import ANN
from tests.peers.saml_place import SamlHub, saml_hub
from tests.peers.sites import Site, site


@value
class Place:
    at: SamlHub
    images: Site


@pytest.fixture(scope="module")
def here(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("saml")
    images = site(authority, "images.test")
    services = {"images": (f"{images.origin}/protected", described(images))}
    with saml_hub(authority, folder, services) as at, protected_by_mellon(images, at.metadata):
        yield Place(at=at, images=images)


def signed_in(page: Page, here: Place) -> None:
    page.goto(f"{here.images.origin}/protected/study/42?a=é")
    here.at.enter(page)
    page.wait_for_url(f"{here.images.origin}/protected/**")


def told(page: Page) -> dict[str, Any]:
    shown: dict[str, Any] = json.loads(page.locator("#claims").inner_text())
    return shown


def test_mellon_signs_its_request_and_reads_the_encrypted_answer(page: Page, here: Place) -> None:
    signed_in(page, here)
    assert page.locator("#path").inner_text().startswith("/protected/study/42")
    assert told(page)["x-family"] == ANN.family_name
    # mellon asks for a name that does not last.
    assert told(page)["x-name"].startswith("_")


def test_a_passive_question_of_a_stranger_is_answered_without_a_page(
    page: Page, here: Place
) -> None:
    back = quote(f"{here.images.origin}/open", safe="")
    answer = page.goto(f"{here.images.origin}/mellon/login?ReturnTo={back}&IsPassive=true")
    page.wait_for_url(f"{here.images.origin}/**")
    assert answer is not None and "/login/" not in page.url


def test_leaving_at_the_service_leaves_the_hub(page: Page, here: Place) -> None:
    signed_in(page, here)
    back = quote(f"{here.images.origin}/open", safe="")
    page.goto(f"{here.images.origin}/mellon/logout?ReturnTo={back}")
    page.wait_for_url(f"{here.images.origin}/open")
    page.goto(f"{here.images.origin}/protected/")
    assert here.at.at_the_door(page)


def test_leaving_the_hub_leaves_the_service(page: Page, here: Place) -> None:
    signed_in(page, here)
    page.goto(f"{here.at.hub.issuer}/logout")
    page.locator("form[action='/logout'] button").first.click()
    assert "images : fermé" in here.at.goodbye(page).replace("\xa0", " ")
    page.goto(f"{here.images.origin}/protected/")
    assert here.at.at_the_door(page)
