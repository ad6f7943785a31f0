"""Somebody leaves for her hospital, signs in there, and comes back signed in."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.peers.authority import Authority
from tests.peers.browser.people import Person
from tests.peers.simplesaml import PASSWORD
from tests.peers.stories.hospitals import PEOPLE, Hospitals, hospitals
from tests.peers.stories.visit import Visit
from tests.peers.stories.ways import DESK, PHONE, Way, in_every_way


@pytest.fixture(scope="module")
def region(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hospitals]:
    with hospitals(authority, tmp_path_factory.mktemp("hospitals")) as started:
        yield started


@pytest.fixture
def tab(browser: Browser, region: Hospitals, request: pytest.FixtureRequest) -> Iterator[Visit]:
    """Where people come from hospitals."""
    way: Way = getattr(request, "param", DESK)
    with Visit(browser, region.town, way) as opened:
        yield opened
    assert [each for each in opened.complaints if "Content Security Policy" in each] == []
    if way == PHONE:
        assert opened.amiss == []


def _leaves_for(tab: Visit, hospital: str) -> Person:
    """Nobody is signed in before."""
    tab.open("/services")
    tab.page.wait_for_url(f"{tab.hub}/login/**")
    tab.press(f"form[action$='/{hospital}'] button")
    way = f"-{tab.way.name}" if tab.way.name else ""
    return PEOPLE[f"{hospital}{way}"]


def _is_back(tab: Visit, person: Person) -> None:
    tab.page.wait_for_url(f"{tab.hub}/services")
    tab.press("details.menu summary")
    assert f"Marie {person.family}" in tab.read("details.menu")


@in_every_way
def test_one_signs_in_at_a_hospital_by_openid_and_comes_back(tab: Visit, region: Hospitals) -> None:
    person = _leaves_for(tab, "openid")
    tab.page.wait_for_url(f"{region.openid}/interaction/**")
    tab.page.locator("[name=login]").fill(person.login)
    tab.page.locator("[name=password]").fill("of the hospital")
    tab.page.get_by_role("button", name="Sign-in").click()
    tab.page.get_by_role("button", name="Continue").click()
    _is_back(tab, person)


@in_every_way
def test_one_signs_in_at_a_hospital_by_saml_and_comes_back(tab: Visit, region: Hospitals) -> None:
    person = _leaves_for(tab, "saml")
    tab.page.wait_for_url(re.compile(f"{re.escape(region.saml)}/.*loginuserpass"))
    tab.page.locator("[name=username]").fill(person.login)
    tab.page.locator("[name=password]").fill(PASSWORD)
    tab.page.locator("[name=password]").press("Enter")
    if not tab.way.scripts:
        tab.page.get_by_role("button", name="Submit", exact=True).last.click()
    _is_back(tab, person)
