"""Somebody proves themselves inside another person's session: asked, never merged."""

from datetime import timedelta

import pytest

from hub_plugins.demo.notice import PASSWORD
from tests.faults.rough import RoughBrowser, rough
from tests.faults.told import says
from tests.faults.watch import Watch
from tests.flows.browser import Page
from tests.flows.region import EMAGE, HUB, MEDIMAIL, Region
from tests.flows.steps import signed_in, with_code, with_password

pytestmark = pytest.mark.slow
PAUL, MARIE = "paul.lambert", "marie.durand"


@pytest.fixture
def paul(region: Region, watch: Watch) -> RoughBrowser:
    """Paul in his session; signing in afresh as himself was asked of him once, and passed."""
    browser = rough(region)
    signed_in(browser, PAUL)
    region.clock.now += timedelta(minutes=1)
    page = with_password(browser, asked_afresh(browser, f"{EMAGE}/inside"), PAUL)
    assert page.claims()["given_name"] == "Paul"
    region.clock.now += timedelta(minutes=1)
    watch.begin()
    return browser


def asked_afresh(browser: RoughBrowser, target: str, wish: str = "prompt=login") -> Page:
    """The service's own request, with one wish more."""
    return browser.open(f"{browser.led_to(target)}&{wish}")


def test_the_password_of_another_asks_who_is_there_and_changes_nothing(
    region: Region, watch: Watch, paul: RoughBrowser
) -> None:
    page = with_password(paul, asked_afresh(paul, f"{MEDIMAIL}/inside"), MARIE)
    assert page.status == 200 and "Marie Durand" in page.alert() and "Paul Lambert" in page.alert()
    assert watch.happened("method.proved_other_person") == 1 and watch.proofs() == []
    watch.assert_nobody_is_in()
    assert "Paul Lambert" in paul.open(f"{HUB}/services").words

    page = with_password(paul, paul.open(f"{page.address}?choose=1"), PAUL)
    page = with_code(region, paul, page, "SMS")
    assert page.claims()["given_name"] == "Paul"
    assert watch.proofs() == ["password", "sent_code"]


def test_the_other_person_who_stays_closes_the_first_session(
    region: Region, watch: Watch, paul: RoughBrowser
) -> None:
    kept = paul.cookies()
    page = with_password(paul, asked_afresh(paul, f"{MEDIMAIL}/inside"), MARIE)
    watch.assert_nobody_is_in()
    page = paul.submit(page.form(to="/continue"))
    page = with_code(region, paul, page, "mail")
    assert page.claims()["given_name"] == "Marie"
    watch.assert_one_is_in()
    thief = region.browser()
    thief.remember({name: text for name, text in kept.items() if name.startswith("hub_")})
    assert thief.open(f"{HUB}/services").has("identifier")


def test_a_wrong_password_of_another_person_does_not_disturb_the_session(
    region: Region, watch: Watch, paul: RoughBrowser
) -> None:
    asked = asked_afresh(paul, f"{MEDIMAIL}/inside")
    page = with_password(paul, asked, MARIE, PASSWORD + "?")
    assert watch.reasons() == ["password.wrong"]
    assert says(page, "refusal.password.wrong", "password")
    watch.assert_nobody_is_in()
    page = with_code(region, paul, with_password(paul, page, PAUL), "SMS")
    assert page.claims()["given_name"] == "Paul"


def test_whoever_the_service_does_not_expect_is_asked_who_they_are(
    region: Region, watch: Watch, paul: RoughBrowser
) -> None:
    page = asked_afresh(paul, f"{MEDIMAIL}/inside", f"login_hint={MARIE}")
    assert page.claims() == {} and page.has("identifier")
    page = with_password(paul, page, PAUL)
    assert "Paul Lambert" in page.alert()
    assert watch.happened("method.proved_other_person") == 1
    watch.assert_nobody_is_in()
    page = with_password(paul, paul.open(f"{page.address}?choose=1"), MARIE)
    assert with_code(region, paul, page, "mail").claims()["given_name"] == "Marie"
