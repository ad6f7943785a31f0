"""One session in three services: mod_auth_mellon, mod_shib, and one that speaks OpenID Connect."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from threading import Event
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page

from hub.contract.values import value
from tests.peers import mellon, shib
from tests.peers.authority import Authority
from tests.peers.hearing import hearing
from tests.peers.node_party import protected_by_node
from tests.peers.parts import apache_module, program
from tests.peers.saml_place import SamlHub, saml_hub
from tests.peers.services import RelyingParty, relying_party
from tests.peers.sites import Site, site

PATIENCE = 30
TWO_FACTORS = "urn:oasis:names:tc:SAML:2.0:ac:classes:MobileTwoFactorContract"


@value
class Place:
    at: SamlHub
    images: Site
    """Behind mod_auth_mellon, which wants two factors."""
    files: Site
    """Behind mod_shib."""
    emage: RelyingParty
    told: Event
    """Set when the OpenID Connect service heard that a session is over."""

    def shibboleth(self, handler: str, **asked: str) -> str:
        return f"{self.files.origin}/Shibboleth.sso/{handler}?{urlencode(asked)}"


@pytest.fixture(scope="module")
def here(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    for module in ("mod_auth_mellon.so", "mod_shib.so"):
        apache_module(module)
    program("shibd")
    folder = tmp_path_factory.mktemp("mixed")
    images, files = site(authority, "images.test"), site(authority, "files.test")
    emage, told = relying_party("emage", site(authority, "emage.test")), Event()
    services = {
        "images": (images.origin, mellon.described(images)),
        "files": (files.origin, shib.described(files)),
    }
    with ExitStack() as others:
        notice = others.enter_context(hearing(told))
        at = others.enter_context(saml_hub(authority, folder, services, emage, notice))
        others.enter_context(mellon.protected_by_mellon(images, at.metadata, TWO_FACTORS))
        others.enter_context(
            shib.protected_by_shib(files, at.hub.issuer, at.metadata, answered=True)
        )
        others.enter_context(protected_by_node(emage, at.hub.issuer, authority.root, folder))
        yield Place(at=at, images=images, files=files, emage=emage, told=told)


def claims(page: Page) -> dict[str, Any]:
    shown: dict[str, Any] = json.loads(page.locator("#claims").inner_text())
    return shown


def in_all_three(page: Page, here: Place) -> None:
    """One password, one proof more for the second, and the third opens by itself."""
    page.goto(f"{here.files.origin}/protected/")
    here.at.enter(page)
    page.wait_for_url(f"{here.files.origin}/protected/**")
    page.goto(f"{here.images.origin}/protected/")
    # The same session: the password is not asked again.
    assert page.locator("input[type=password]").count() == 0
    here.at.prove_again(page)
    page.wait_for_url(f"{here.images.origin}/protected/**")
    page.goto(f"{here.emage.site.origin}/")
    page.wait_for_url(f"{here.emage.site.origin}/**")
    here.told.clear()


def out_of_all_three(page: Page, here: Place) -> None:
    assert here.told.wait(PATIENCE), "the OpenID Connect service was told"
    for address in (
        f"{here.images.origin}/protected/",
        f"{here.files.origin}/protected/",
        f"{here.emage.site.origin}/",
    ):
        page.goto(address)
        assert here.at.at_the_door(page), f"still in {address}"


def test_a_level_asked_through_mellon_is_the_whole_sessions(page: Page, here: Place) -> None:
    in_all_three(page, here)
    inside = f"{here.files.origin}/protected/"
    asked = {"authnContextClassRef": TWO_FACTORS, "authnContextComparison": "minimum"}
    page.goto(here.shibboleth("Login", target=inside, **asked))
    page.wait_for_url(inside)
    assert claims(page)["shib-authncontext-class"] == TWO_FACTORS


def test_a_level_asked_through_shibboleth_takes_one_proof_more(page: Page, here: Place) -> None:
    inside = f"{here.files.origin}/protected/"
    page.goto(inside)
    here.at.enter(page)
    page.wait_for_url(inside)
    asked = {"authnContextClassRef": TWO_FACTORS, "authnContextComparison": "minimum"}
    page.goto(here.shibboleth("Login", target=inside, **asked))
    here.at.prove_again(page)
    page.wait_for_url(inside)
    assert claims(page)["shib-authncontext-class"] == TWO_FACTORS


def by_mellon(page: Page, here: Place) -> str:
    back = f"{here.images.origin}/open"
    page.goto(f"{here.images.origin}/mellon/logout?{urlencode({'ReturnTo': back})}")
    return back


def by_shibboleth(page: Page, here: Place) -> str:
    back = f"{here.files.origin}/open"
    page.goto(here.shibboleth("Logout", **{"return": back}))
    return back


def by_openid_connect(page: Page, here: Place) -> str:
    page.goto(f"{here.emage.site.origin}/leave")
    return f"{here.emage.site.origin}/bye**"


@pytest.mark.parametrize("leave", [by_mellon, by_shibboleth, by_openid_connect])
def test_whoever_leaves_by_one_protocol_is_out_in_both(
    page: Page, here: Place, leave: Callable[[Page, Place], str]
) -> None:
    in_all_three(page, here)
    back = leave(page, here)
    page.locator("#leave").click()
    page.wait_for_url(back)
    if leave is by_openid_connect:
        # Whoever asked knows, and is told no second time.
        here.told.set()
    out_of_all_three(page, here)


def test_whoever_leaves_the_hub_is_out_in_both(page: Page, here: Place) -> None:
    in_all_three(page, here)
    page.goto(f"{here.at.hub.issuer}/logout")
    page.locator("#leave").click()
    said = here.at.goodbye(page).replace("\xa0", " ")
    assert "images : fermé" in said and "files : fermé" in said
    out_of_all_three(page, here)
