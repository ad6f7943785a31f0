"""Sign-ins by Pro Santé Connect, from the button of the hub to what the service is told."""

import pytest

from tests.flows.psc import BUTTON, WALLET, Psc, by_card, by_mobile, to_psc
from tests.flows.region import EMAGE, HUB, MEDIMAIL, Region
from tests.flows.steps import accepting_terms, acting_for, signed_in

pytestmark = pytest.mark.slow

CERTIFIED = "urn:hub:acr:certified"
ISSUER = "http://localhost:8003/auth/realms/esante-wallet"


@pytest.fixture(autouse=True)
def psc(region: Region) -> Psc:
    return Psc(region)


def test_a_card_and_the_terms_open_the_portal(region: Region) -> None:
    browser = region.browser()
    page = by_card(browser, browser.open(f"{HUB}/services"), "marie.durand")
    page = accepting_terms(browser, page)
    assert (page.path, page.status) == ("/services", 200)
    assert "Mes services" in page.words


def test_the_number_of_the_page_chosen_on_the_telephone_opens_the_portal(region: Region) -> None:
    browser = region.browser()
    page = by_mobile(region, browser, browser.open(f"{HUB}/services"), "899700075064")
    page = accepting_terms(browser, page)
    assert (page.path, page.status) == ("/services", 200)


def test_a_card_opens_a_strong_service_which_is_told_how_and_when(region: Region) -> None:
    browser = region.browser()
    region.clock.later(minutes=3)
    page = by_card(browser, browser.open(f"{MEDIMAIL}/inside"), "marie.durand")
    claims = page.claims()
    assert claims["acr"] in ("urn:hub:acr:strong", CERTIFIED)
    assert claims["amr"] == "sc, pin, mfa"
    assert claims["auth_time"] == str(int(region.clock().timestamp()))
    assert claims["rpps"] == "99700075064"
    assert claims["proofs"] == f"psc_card, {claims['auth_time']}, {ISSUER}"


def test_a_password_stays_the_hub_s_own_word_beside_the_card(region: Region) -> None:
    browser = region.browser()
    signed_in(browser, "marie.durand")
    page = by_card(browser, browser.open(f"{HUB}/open/medimail"), "marie.durand")
    proofs = page.claims()["proofs"].split("; ")
    assert {each.split(", ")[0] for each in proofs} >= {"psc_card"}
    assert all(each.endswith(ISSUER) == each.startswith("psc_card") for each in proofs)


def test_a_telephone_is_told_as_a_telephone(region: Region) -> None:
    browser = region.browser()
    page = browser.open(f"{MEDIMAIL}/inside")
    claims = by_mobile(region, browser, page, "899700075064").claims()
    assert claims["proofs"].startswith("psc_mobile, ")
    assert claims["amr"] == "swk, pin, mfa" and claims["acr"] in ("urn:hub:acr:strong", CERTIFIED)


def test_the_hour_told_is_that_of_the_card_and_not_of_the_click(region: Region) -> None:
    first = region.browser()
    by_card(first, first.open(f"{MEDIMAIL}/inside"), "marie.durand")
    proved = str(int(region.clock().timestamp()))
    region.clock.later(minutes=20)
    # Signed out here by another service's click, but not at Pro Santé Connect: its session lasts.
    forgetful = region.browser()
    forgetful.remember({name: at for name, at in first.cookies().items() if "psc" in name})
    page = forgetful.open(f"{MEDIMAIL}/inside")
    page = forgetful.submit(page.form(to="/psc", button=BUTTON), button=BUTTON)
    page = forgetful.follow(page, "Y aller maintenant")
    assert page.claims()["auth_time"] == proved


def test_somebody_with_a_password_raises_the_level_by_card(region: Region) -> None:
    browser = region.browser()
    signed_in(browser, "marie.durand")
    page = browser.open(f"{HUB}/open/medimail")
    assert not page.has("password")
    page = by_card(browser, page, "marie.durand")
    assert page.address == f"{MEDIMAIL}/inside"
    assert browser.open(f"{EMAGE}/inside").claims()["given_name"] == "Marie"


def test_the_card_of_somebody_else_does_not_raise_a_session(region: Region) -> None:
    browser = region.browser()
    signed_in(browser, "marie.durand")
    page = by_card(browser, browser.open(f"{HUB}/open/medimail"), "lucas.moreau")
    assert page.address.startswith(HUB) and "Marie Durand" in page.words
    assert page.claims() == {}


def test_a_link_to_a_message_leads_there_through_the_card(region: Region) -> None:
    browser = region.browser()
    page = by_card(browser, browser.open(f"{HUB}/open/medimail?message=42"), "marie.durand")
    assert page.address == f"{MEDIMAIL}/message/42"


def test_an_inexperienced_somebody_may_cancel_there_and_sign_in_otherwise(region: Region) -> None:
    browser = region.browser()
    there = to_psc(browser, browser.open(f"{HUB}/services"))
    page = browser.submit(there.form(button="Annuler"), button="Annuler")
    assert page.address.startswith(HUB) and page.alert() and page.has("identifier")


def test_the_same_person_after_the_change_of_sub_has_the_same_account(region: Region) -> None:
    told = []
    for key in ("marie.durand", "marie.durand.psi"):
        browser = region.browser()
        told.append(by_card(browser, browser.open(f"{MEDIMAIL}/inside"), key).claims()["sub"])
    assert told[0] == told[1]


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("camille.roux", "Camille Roux"),
        ("gilles.petit", "Gilles Petit"),
        ("marie-helene.d-arcy", "D’Arcy-L’Hôpital de Saint-Étienne-du-Grès"),
        ("edith.test", "Édith Test"),
    ],
)
def test_whoever_is_known_there_and_not_here_is_told_so_by_name(
    region: Region, key: str, name: str
) -> None:
    browser = region.browser()
    page = by_card(browser, browser.open(f"{HUB}/services"), key)
    assert page.address.startswith(HUB) and page.status < 500
    assert "aucun compte régional" in page.words and name in page.words
    assert browser.open(f"{HUB}/services").path != "/services"


def test_of_several_places_one_is_chosen_and_the_service_is_told_that_one(region: Region) -> None:
    browser = region.browser()
    page = by_card(browser, browser.open(f"{MEDIMAIL}/inside"), "paul.lambert")
    assert "Maison de santé des Lilas" in page.words and page.claims() == {}
    page = acting_for(browser, page, "Maison de santé des Lilas")
    assert "Maison de santé des Lilas" in page.claims()["situation"]
    assert "CHU" not in page.claims()["situation"]


def test_who_has_one_place_here_and_there_is_not_asked(region: Region) -> None:
    browser = region.browser()
    page = by_card(browser, browser.open(f"{MEDIMAIL}/inside"), "marie.durand")
    assert "Cabinet des Tilleuls" in page.claims()["situation"]


def test_a_suspended_account_is_not_entered_by_card(region: Region) -> None:
    browser = region.browser()
    page = by_card(browser, browser.open(f"{HUB}/services"), "victor.legrand")
    assert page.address.startswith(HUB) and page.alert()
    assert browser.open(f"{HUB}/services").has("identifier")


def test_nothing_is_asked_of_the_provider_before_somebody_clicks(region: Region, psc: Psc) -> None:
    browser = region.browser()
    browser.open(f"{HUB}/services")
    assert psc.asked() == []
    by_card(browser, browser.open(f"{HUB}/services"), "marie.durand")
    assert psc.asked() == ["wallet-openid-configuration", "token", "certs", "userinfo"]


def test_the_page_of_the_provider_is_one_of_another_host(region: Region) -> None:
    browser = region.browser()
    assert to_psc(browser, browser.open(f"{HUB}/services")).address.startswith(f"{WALLET}/auth?")
