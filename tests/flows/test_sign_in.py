"""Whole sign-ins over HTTP, as people live them; requests counted at the hub."""

import pytest

from hub_plugins.demo.notice import PASSWORD
from tests.flows.region import EMAGE, HUB, MEDIMAIL, Region
from tests.flows.steps import accepting_terms, signed_in, with_code, with_password

pytestmark = pytest.mark.slow

SIMPLE, STRONG = "urn:hub:acr:simple", "urn:hub:acr:strong"


def test_a_password_and_the_terms_open_the_portal(region: Region) -> None:
    browser = region.browser()
    page = with_password(browser, browser.open(f"{HUB}/services"), "marie.durand")
    assert "/login/" in page.address
    page = accepting_terms(browser, page)
    assert (page.path, page.status) == ("/services", 200)
    assert "Mes services" in page.words and "Medimail (démonstration)" in page.words


def test_a_tile_opens_its_service_which_shows_what_it_was_told(region: Region) -> None:
    browser = region.browser()
    signed_in(browser, "marie.durand")
    claims = browser.open(f"{HUB}/open/emage").claims()
    assert claims["acr"] == SIMPLE and claims["amr"] == "pwd"
    assert claims["rpps"] == "99700075064" and claims["given_name"] == "Marie"
    assert (
        claims["sub"]
        and claims["sid"]
        and claims["auth_time"] == str(int(region.clock().timestamp()))
    )


def test_terms_are_accepted_once_and_not_asked_again(region: Region) -> None:
    signed_in(region.browser(), "marie.durand")
    browser = region.browser()
    page = with_password(browser, browser.open(f"{HUB}/services"), "marie.durand")
    assert page.path == "/services"


def test_a_second_service_opens_without_any_page(region: Region) -> None:
    browser = region.browser()
    signed_in(browser, "marie.durand")
    browser.sent.clear()
    page = browser.open(f"{EMAGE}/inside")
    assert page.address == f"{EMAGE}/inside"
    assert browser.requests(HUB) == ["GET /oidc/authorize"]


def test_a_password_alone_opens_a_simple_service_in_four_requests(region: Region) -> None:
    signed_in(region.browser(), "marie.durand")
    browser = region.browser()
    page = with_password(browser, browser.open(f"{EMAGE}/inside"), "marie.durand")
    assert page.claims()["acr"] == SIMPLE
    assert len(browser.requests(HUB)) == 4


def test_a_password_and_an_authenticator_open_a_strong_service_in_six_requests(
    region: Region,
) -> None:
    browser = region.browser()
    page = with_password(browser, browser.open(f"{MEDIMAIL}/inside"), "nadia.benali")
    page = browser.submit(page.form(asking="code"), {"code": region.totp()})
    assert page.claims()["acr"] == STRONG
    assert page.claims()["amr"] == "pwd, otp"
    assert len(browser.requests(HUB)) == 6


def test_a_password_and_a_sent_code_open_a_strong_service_in_eight_requests(
    region: Region,
) -> None:
    browser = region.browser()
    page = with_password(browser, browser.open(f"{MEDIMAIL}/inside"), "marie.durand")
    page = with_code(region, browser, page, "SMS")
    assert page.claims()["acr"] == STRONG
    assert page.claims()["amr"] == "pwd, sms"
    assert len(browser.requests(HUB)) <= 8


def test_somebody_at_simple_is_asked_only_for_what_is_missing(region: Region) -> None:
    browser = region.browser()
    signed_in(browser, "marie.durand")
    page = browser.open(f"{HUB}/open/medimail")
    assert not page.has("password")
    page = with_code(region, browser, page, "mail")
    assert page.address == f"{MEDIMAIL}/inside"
    assert page.claims()["acr"] == STRONG
    assert browser.open(f"{EMAGE}/inside").claims()["given_name"] == "Marie"


def test_two_services_know_one_person_and_one_session_by_different_names(region: Region) -> None:
    browser = region.browser()
    signed_in(browser, "nadia.benali")
    page = browser.open(f"{MEDIMAIL}/inside")
    first = browser.submit(page.form(asking="code"), {"code": region.totp()}).claims()
    lucas = region.browser()
    signed_in(lucas, "lucas.moreau")
    second = lucas.open(f"{EMAGE}/inside").claims()
    assert first["sub"] != second["sub"] and first["sid"] != second["sid"]


def test_a_service_without_the_right_is_refused_in_its_own_words(region: Region) -> None:
    browser = region.browser()
    signed_in(browser, "sophie.garnier")
    page = browser.open(f"{EMAGE}/inside")
    assert page.claims() == {}
    assert "référent" in page.words


def test_somebody_without_a_strong_means_is_told_so_and_keeps_the_simple_service(
    region: Region,
) -> None:
    browser = region.browser()
    signed_in(browser, "ines.marchal")
    page = browser.open(f"{MEDIMAIL}/inside")
    assert page.claims() == {} and page.status < 500
    assert browser.open(f"{EMAGE}/inside").claims()["given_name"] == "Inès"


def test_a_suspended_account_and_a_wrong_password_read_the_same(region: Region) -> None:
    alerts = set()
    for login, password in (("victor.legrand", PASSWORD), ("nobody", "x"), ("marie.durand", "x")):
        browser = region.browser()
        page = with_password(browser, browser.open(f"{HUB}/services"), login, password)
        assert page.alert() and page.has("identifier")
        alerts.add(page.alert())
    assert len(alerts) == 1


def test_an_expired_password_is_changed_within_the_same_sign_in(region: Region) -> None:
    browser = region.browser()
    page = with_password(browser, browser.open(f"{EMAGE}/inside"), "bruno.caron")
    form = page.form(to="/do/password.change")
    fresh = "sept-merles-dans-la-haie"
    secrets = form.tag.select("input[type=password]")
    page = browser.submit(form, {str(each["name"]): fresh for each in secrets})
    assert page.claims()["given_name"] == "Bruno"
    again = region.browser()
    page = with_password(again, again.open(f"{EMAGE}/inside"), "bruno.caron", fresh)
    assert page.claims()["given_name"] == "Bruno"
