"""Leaving with a dead, a hanging and a living service open: the person ends at our page."""

import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, Route

from hub.contract.values import value
from tests.frontends.saml.sp import ServiceProvider, redirected
from tests.peers.browser import judge
from tests.peers.authority import Authority
from tests.peers.mellon import described, protected_by_mellon
from tests.peers.saml_place import SamlHub, saml_hub
from tests.peers.sites import Site, site
from tests.peers.stories.reading import Guest, flat
from tests.peers.stories.ways import DESK, in_every_way

PATIENCE = "PT5S"
NAMES = ("dead", "hanging")
_ASK = "async (address) => (await fetch(address)).text()"


@value
class Place:
    at: SamlHub
    images: Site
    """Behind mod_auth_mellon."""
    others: tuple[ServiceProvider, ...]
    """Nobody listens at the first; the second takes every connection and says nothing."""


def silent(at: Site) -> ServiceProvider:
    return ServiceProvider(
        entity_id=f"{at.origin}/sp", consumers=(f"{at.origin}/acs",), logout=f"{at.origin}/slo"
    )


@pytest.fixture(scope="module")
def here(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("leaving")
    images, dead, hanging = (
        site(authority, f"{name}.test") for name in ("images", "dead", "hanging")
    )
    others = (silent(dead), silent(hanging))
    services = {
        "images": (f"{images.origin}/protected", described(images)),
        "dead": (dead.origin, others[0]),
        "hanging": (hanging.origin, others[1]),
    }
    with (
        socket.create_server(("127.0.0.1", hanging.port), backlog=64),
        saml_hub(authority, folder, services, patience=PATIENCE) as at,
        protected_by_mellon(images, at.metadata),
    ):
        yield Place(at=at, images=images, others=others)


@pytest.fixture
def tab(browser: Browser, here: Place, request: pytest.FixtureRequest) -> Iterator[Guest]:
    way = getattr(request, "param", DESK)
    # Without scripts from the hub's page on: the silent services are opened by one.
    with Guest(browser, here.at.hub.issuer, replace(way, scripts=True)) as opened:
        opened.way = way
        yield opened


@pytest.fixture
def page(tab: Guest) -> Page:
    return tab.page


def in_images(page: Page, here: Place) -> None:
    page.goto(f"{here.images.origin}/protected/")
    here.at.enter(page)
    page.wait_for_url(f"{here.images.origin}/protected/**")


def in_all_three(page: Page, here: Place) -> None:
    """The two silent ones are open for the hub as soon as it answered them."""
    in_images(page, here)
    page.goto(f"{here.at.hub.issuer}/help")
    for sp in here.others:
        asked = sp.request(
            at=datetime.now(UTC),
            ID=f"_{datetime.now(UTC).timestamp()}",
            Destination=f"{here.at.hub.issuer}/saml/sso",
            AssertionConsumerServiceURL=sp.consumers[0],
        )
        answer = page.evaluate(_ASK, f"{here.at.hub.issuer}/saml/sso?{redirected(asked)}")
        assert "SAMLResponse" in answer


def said(page: Page, here: Place) -> str:
    return flat(here.at.goodbye(page))


def silent_ones(tab: Guest, words: str) -> bool:
    return all(tab.says("left.silent", service=each).rstrip(".") in words for each in NAMES)


def out_of_images(page: Page, here: Place) -> bool:
    page.goto(f"{here.images.origin}/protected/")
    return here.at.at_the_door(page)


@in_every_way
def test_whoever_leaves_the_hub_ends_at_its_page_which_says_the_truth(
    tab: Guest, page: Page, here: Place
) -> None:
    in_all_three(page, here)
    page.goto(f"{here.at.hub.issuer}/logout")
    if not tab.way.scripts:
        tools = page.context.new_cdp_session(page)
        tools.send("Emulation.setScriptExecutionDisabled", {"value": True})
    page.locator("#leave").click()
    words = said(page, here)
    assert tab.says("left.told", service="images") in words
    assert silent_ones(tab, words)
    if tab.way == DESK:
        assert not judge.narrow_and_dark(page, "left-by-services")
    if not tab.way.scripts:
        tools.send("Emulation.setScriptExecutionDisabled", {"value": False})
    assert out_of_images(page, here)


def test_a_service_that_asks_has_its_person_back_with_the_truth(
    tab: Guest, page: Page, here: Place
) -> None:
    in_all_three(page, here)
    back = quote(f"{here.images.origin}/open", safe="")
    page.goto(f"{here.images.origin}/mellon/logout?ReturnTo={back}")
    page.locator("#leave").click()
    words = said(page, here)
    assert "images : a demandé votre déconnexion" in words
    assert silent_ones(tab, words)
    with page.expect_request(lambda asked: "/mellon/logout?SAMLResponse=" in asked.url):
        page.get_by_role("link", name="Revenir à images").click()
    page.wait_for_url(f"{here.images.origin}/**")
    assert out_of_images(page, here)


def test_a_service_that_hangs_once_the_window_goes_there_holds_nobody(
    page: Page, here: Place
) -> None:
    in_images(page, here)

    def hang(route: Route) -> None:
        if route.request.frame != page.main_frame:
            route.continue_()

    # Where the hub's own address leads to it: redirects are not stopped here.
    page.route("**/to/images**", hang)
    page.goto(f"{here.at.hub.issuer}/logout")
    page.locator("#leave").click()
    assert "images : prévenu, mais ne confirme pas sa fermeture" in said(page, here)
