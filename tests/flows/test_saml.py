"""Both protocols in one session: e-mage by SAML beside Medimail by OpenID Connect."""

from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from onelogin.saml2.utils import OneLogin_Saml2_Utils

from tests.flows.browser import Browser, Page
from tests.flows.region import EMAGE_SAML, HUB, MEDIMAIL, Region
from tests.flows.steps import accepting_terms, framed, posted, with_code, with_password

pytestmark = pytest.mark.slow

STUDY = f"{EMAGE_SAML}/study/1.2.840"
PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"


@pytest.fixture(autouse=True)
def one_time(region: Region, monkeypatch: pytest.MonkeyPatch) -> None:
    """python3-saml looks at the real clock; the region's stands where the test put it."""
    now = staticmethod(lambda: int(region.clock().timestamp()))
    monkeypatch.setattr(OneLogin_Saml2_Utils, "now", now)


def test_what_medimail_proved_opens_emage_without_a_page(region: Region) -> None:
    browser = region.browser()
    medimail = at_medimail(region, browser)
    before = len(browser.requests(HUB))
    page = posted(browser, browser.open(STUDY))
    assert browser.requests(HUB)[before:] == ["GET /saml/sso"]
    assert page.address == STUDY
    said = page.claims()
    assert (said["givenName"], said["sn"]) == ("Marie", "Durand")
    assert said["AuthnContextClassRef"] == "urn:hub:acr:strong"
    assert said["AuthnInstant"].startswith("2026-01-05T08:12:")
    assert said["NameIDFormat"] == PERSISTENT
    assert said["NameID"] and said["SessionIndex"]
    # Two services cannot find out together whom and which session they both know.
    assert {said["NameID"], said["SessionIndex"]}.isdisjoint(
        {medimail.claims()["sub"], medimail.claims()["sid"]}
    )


def test_a_study_is_reached_through_the_sign_in(region: Region) -> None:
    browser = region.browser()
    page = with_password(browser, browser.open(STUDY), "marie.durand")
    assert posted(browser, page).address == STUDY


def test_leaving_the_hub_closes_both_and_says_how_it_went(region: Region) -> None:
    browser = region.browser()
    both_open(region, browser)
    page = browser.submit(browser.open(f"{HUB}/services").form(to="/logout"))
    assert "e-mage SAML (démonstration) : fermeture en cours" in page.words
    page = framed(browser, page)
    region.app.worker.turn()
    page = browser.open(page.address)
    assert "e-mage SAML (démonstration) : fermé" in page.words
    assert "Medimail (démonstration) : fermé" in page.words
    assert both_closed(browser)


def test_leaving_everything_from_emage_closes_medimail_and_leads_back(region: Region) -> None:
    browser = region.browser()
    both_open(region, browser)
    page = browser.submit(browser.open(f"{EMAGE_SAML}/inside").form(to="/sign-out"))
    assert "Medimail (démonstration)" in page.words and page.address.startswith(HUB)
    page = browser.submit(page.form(to="/logout", button="Tout fermer"), button="Tout fermer")
    region.app.worker.turn()
    assert browser.open(page.address).address == f"{EMAGE_SAML}/"
    assert region.told == [f"{MEDIMAIL}/signed-out"]
    assert both_closed(browser)


def test_leaving_emage_alone_leaves_medimail_open(region: Region) -> None:
    browser = region.browser()
    both_open(region, browser)
    page = browser.submit(browser.open(f"{EMAGE_SAML}/inside").form(to="/sign-out"))
    only = "Fermer e-mage SAML (démonstration) seulement"
    page = browser.submit(page.form(to="/logout", button=only), button=only)
    region.app.worker.turn()
    assert page.address == f"{EMAGE_SAML}/"
    assert "Se connecter" in page.words
    assert region.told == []
    assert browser.open(f"{MEDIMAIL}/inside").claims()


def test_an_answer_slipped_into_another_browser_signs_nobody_in(region: Region) -> None:
    thief, victim = region.browser(), region.browser()
    at_medimail(region, thief)
    given = thief.open(f"{EMAGE_SAML}/inside")
    assert posted(victim, given).path.startswith("/login/")
    assert "Se connecter" in victim.open(f"{EMAGE_SAML}/").words
    assert posted(thief, given).claims()


def test_an_answer_counts_once_even_with_the_cookies_of_before(region: Region) -> None:
    browser, later = region.browser(), region.browser()
    at_medimail(region, browser)
    given = browser.open(f"{EMAGE_SAML}/inside")
    kept = {name: text for name, text in browser.cookies().items() if name == "emage-saml_demo"}
    assert kept and posted(browser, given).claims()
    later.remember(kept)
    assert posted(later, given).path.startswith("/login/")


@pytest.mark.parametrize("relay", ["https://evil.test/", "//evil.test/study/1.2", "/study/../x"])
def test_a_relay_state_leads_nowhere_but_inside(region: Region, relay: str) -> None:
    browser = region.browser()
    at_medimail(region, browser)
    form = browser.open(STUDY).form(asking="SAMLResponse")
    assert browser.submit(form, {"RelayState": relay}).address == f"{EMAGE_SAML}/inside"


def test_a_logout_request_that_nobody_signed_ends_nothing(region: Region) -> None:
    browser = region.browser()
    both_open(region, browser)
    page = browser.submit(browser.open(f"{HUB}/services").form(to="/logout"))
    query = parse_qs(urlsplit(asked(region, browser, page)).query)
    failed = browser.open(f"{EMAGE_SAML}/saml/slo?{bare(query)}")
    assert failed.status == 502
    assert browser.open(f"{EMAGE_SAML}/inside").claims()


def test_a_logout_request_about_another_session_ends_not_this_one(region: Region) -> None:
    browser, other = region.browser(), region.browser()
    both_open(region, browser)
    region.clock.later(seconds=40)  # the next code to the same telephone
    both_open(region, other)
    page = browser.submit(browser.open(f"{HUB}/services").form(to="/logout"))
    other.open(asked(region, browser, page))
    assert other.open(f"{EMAGE_SAML}/inside").claims()


def test_a_session_that_has_run_out_is_over_at_emage_too(region: Region) -> None:
    browser = region.browser()
    page = with_password(browser, browser.open(STUDY), "marie.durand")
    assert posted(browser, page).claims()
    region.clock.later(hours=24)
    assert "Se connecter" in browser.open(f"{EMAGE_SAML}/").words
    assert browser.open(STUDY).has("identifier")


def test_a_hub_that_is_down_is_said_so(region: Region) -> None:
    region.up = False
    page = region.browser().open(STUDY)
    assert page.status == 502
    assert "ne répond pas" in page.words


def bare(query: dict[str, list[str]]) -> str:
    return urlencode({"SAMLRequest": query["SAMLRequest"][0]})


def asked(region: Region, browser: Browser, page: Page) -> str:
    """What e-mage is asked, which does not hear of it."""
    deaf = Browser({HUB: region.sites[HUB]})
    deaf.remember(browser.cookies())
    [frame] = page.frames()
    deaf.open_frame(frame)
    return str(deaf.sent[-1].url)


def at_medimail(region: Region, browser: Browser) -> Page:
    page = with_password(browser, browser.open(f"{MEDIMAIL}/inside"), "marie.durand")
    page = with_code(region, browser, page, "SMS")
    assert page.claims()
    return page


def both_open(region: Region, browser: Browser) -> None:
    at_medimail(region, browser)
    assert posted(browser, browser.open(f"{EMAGE_SAML}/inside")).claims()
    page = browser.open(f"{HUB}/services")
    if page.path.startswith("/login/"):
        accepting_terms(browser, page)


def both_closed(browser: Browser) -> bool:
    return all(
        browser.open(f"{service}/inside").has("identifier") for service in (MEDIMAIL, EMAGE_SAML)
    )
