"""For which place somebody acts: chosen after signing in, changed from the header, told alone."""

import pytest

from tests.flows.browser import Browser, Page
from tests.flows.psc import Psc, by_card
from tests.flows.region import EMAGE, HUB, MEDIMAIL, Region
from tests.flows.steps import accepting_terms, acting_for, signed_in, with_password

pytestmark = pytest.mark.slow

PAUL, MARIE = "paul.lambert", "marie.durand"
CHU, CLINIC = "CHU de Grandval", "Clinique du Parc"


def arrived(region: Region, login: str = PAUL) -> tuple[Browser, Page]:
    browser = region.browser()
    return browser, with_password(browser, browser.open(f"{HUB}/services"), login)


def changed(browser: Browser, words: str) -> Page:
    page = browser.follow(browser.open(f"{HUB}/services"), "Changer de situation")
    return acting_for(browser, page, words)


def test_who_works_at_two_places_says_for_which_before_anything_opens(region: Region) -> None:
    browser, page = arrived(region)
    assert "Pour quel lieu d’exercice agissez-vous" in page.words
    page = accepting_terms(browser, acting_for(browser, page, CLINIC))
    assert page.path == "/services" and f"Vous agissez pour : {CLINIC}" in page.words
    assert browser.open(f"{EMAGE}/inside").claims()["structure_name"] == CLINIC


def test_a_place_chosen_twice_at_a_shared_workstation_was_chosen_and_nothing_is_called_lost(
    region: Region,
) -> None:
    browser, page = arrived(region)
    paul = region.app.accounts.by_login(PAUL)
    assert paul
    (session,) = region.app.sessions.of(paul.id)
    region.app.sessions.share_as_told(session.id)
    form = browser.open(page.address).form(asking="place")
    place = {"place": str(form.tag.select("input[name=place]")[-1]["value"])}
    browser.submit(form, place)
    page = browser.submit(form, place)
    assert "Conditions" in page.words and "n’est gardé" not in page.words


def test_who_works_at_one_place_is_asked_nothing(region: Region) -> None:
    browser, page = arrived(region, MARIE)
    assert not page.has("place")
    page = accepting_terms(browser, page)
    assert "Vous agissez pour : Cabinet des Tilleuls" in page.words
    assert "Changer de situation" not in page.words


def test_no_choice_is_no_way_on(region: Region) -> None:
    browser, page = arrived(region)
    page = browser.submit(page.form(asking="place"), {"place": "somebody-elses"})
    assert "Aucun lieu d’exercice n’a été choisi" in page.alert()
    assert browser.open(f"{HUB}/services").path != "/services"


def test_another_place_is_chosen_without_signing_in_again(region: Region) -> None:
    browser = region.browser()
    signed_in(browser, PAUL)
    assert browser.open(f"{EMAGE}/inside").claims()["structure_name"] == CHU
    page = changed(browser, CLINIC)
    assert page.path == "/situation/open" and CLINIC in page.words
    page = browser.open(f"{HUB}/services")
    assert f"Vous agissez pour : {CLINIC}" in page.words


def test_what_runs_for_the_former_place_keeps_it_until_it_is_closed(region: Region) -> None:
    browser = region.browser()
    signed_in(browser, PAUL)
    browser.open(f"{EMAGE}/inside")
    page = changed(browser, CLINIC)
    assert "e-mage (démonstration)" in page.words
    assert browser.open(f"{EMAGE}/inside").claims()["structure_name"] == CHU

    page = browser.submit(page.form(to="/situation/close"))
    assert "e-mage" not in page.words
    region.app.worker.turn()
    assert region.told == [f"{EMAGE}/signed-out"]
    assert browser.open(f"{HUB}/services").path == "/services"
    assert browser.open(f"{EMAGE}/inside").claims()["structure_name"] == CLINIC


def test_a_remembered_place_is_taken_silently_until_it_is_forgotten(region: Region) -> None:
    browser, page = arrived(region)
    accepting_terms(browser, acting_for(browser, page, CLINIC, remember="yes"))

    again, page = arrived(region)
    assert page.path == "/services" and CLINIC in page.words
    page = again.open(f"{HUB}/apps/situation/")
    assert "choisi d’office" in page.words
    again.submit(page.form(to="/forget"))

    _, page = arrived(region)
    assert page.has("place")


def test_a_page_of_another_site_changes_nobody_s_place(region: Region) -> None:
    browser = region.browser()
    signed_in(browser, PAUL)
    browser.open(f"{HUB}/situation")
    assert f"Vous agissez pour : {CHU}" in browser.open(f"{HUB}/services").words


def test_places_only_the_provider_knows_join_those_of_the_directory(region: Region) -> None:
    Psc(region)
    browser = region.browser()
    page = by_card(browser, browser.open(f"{MEDIMAIL}/inside"), PAUL)
    for each in (CHU, CLINIC, "Maison de santé des Lilas", "Cabinet des Tilleuls"):
        assert page.words.lower().count(each.lower()) == 1, page.words
    page = acting_for(browser, page, "ilas")
    assert "ilas" in page.claims()["situation"]


def test_a_service_that_reads_psc_s_names_gets_them_for_the_chosen_place(region: Region) -> None:
    Psc(region)
    browser = region.browser()
    page = by_card(browser, browser.open(f"{HUB}/services"), PAUL)
    page = acting_for(browser, page, "CHU")
    page = accepting_terms(browser, page)
    claims = browser.open(f"{EMAGE}/inside").claims()
    assert claims["SubjectNameID"] == "899700434378"
    assert "990000029" in claims["SubjectRefPro"]
    assert "990000037" not in claims["SubjectRefPro"]
