"""Which mailboxes services are told of: those of the person, for the place they act for."""

import pytest
from onelogin.saml2.utils import OneLogin_Saml2_Utils

from tests.flows.browser import Browser, Page
from tests.flows.region import EMAGE, EMAGE_SAML, HUB, MEDIMAIL, Region
from tests.flows.steps import acting_for, posted, signed_in, with_code

pytestmark = pytest.mark.slow

MARIE, PAUL = "marie.durand", "paul.lambert"
HERS = "marie.durand@mss-tilleuls.example"
DESK = "accueil@mss-tilleuls.example"
CLINIC = "Clinique du Parc"


def inside(region: Region, browser: Browser) -> Page:
    page = browser.open(f"{MEDIMAIL}/inside")
    return page if page.claims() else with_code(region, browser, page, "SMS")


def test_medimail_is_told_the_mailboxes_one_may_open(region: Region) -> None:
    browser = region.browser()
    signed_in(browser, MARIE)
    page = inside(region, browser)
    assert page.claims()["mailboxes"] == f"{HERS}, PER; {DESK}, ORG"
    assert f"{HERS} (personnelle, s’ouvre en premier)" in page.words


def test_a_service_that_may_not_learn_them_is_told_none(region: Region) -> None:
    browser = region.browser()
    signed_in(browser, MARIE)
    page = browser.open(f"{EMAGE}/inside")
    assert page.claims()["given_name"] == "Marie"
    assert "mailboxes" not in page.claims() and "mss-tilleuls" not in page.text


def test_the_mailbox_of_another_structure_is_not_told(region: Region) -> None:
    browser = region.browser()
    signed_in(browser, PAUL)
    told = inside(region, browser).claims()["mailboxes"]
    assert "cardiologie@mss-grandval.example" in told and "mss-clinique" not in told

    page = browser.follow(browser.open(f"{HUB}/services"), "Changer de situation")
    page = acting_for(browser, page, CLINIC)
    browser.submit(page.form(to="/situation/close"))
    region.app.worker.turn()
    told = inside(region, browser).claims()["mailboxes"]
    assert "cardiologie@mss-clinique.example" in told and "mss-grandval" not in told


def test_the_one_chosen_on_the_account_page_opens_first_from_then_on(region: Region) -> None:
    browser = region.browser()
    signed_in(browser, MARIE)
    assert inside(region, browser).claims()["mailboxes"].startswith(HERS)
    page = browser.follow(browser.open(f"{HUB}/account"), "Messageries")
    assert HERS in page.words and DESK in page.words
    page = browser.submit(page.form(to="/apps/medimail/first"), {"address": DESK})
    assert "Votre choix est enregistré" in page.words
    again = region.browser()
    region.clock.later(minutes=1)
    signed_in(again, MARIE)
    assert inside(region, again).claims()["mailboxes"].startswith(DESK)
    # What a service was told stays as it was told, until it asks again.
    assert browser.open(f"{MEDIMAIL}/inside").claims()["mailboxes"].startswith(HERS)


def test_by_saml_the_addresses_are_one_attribute_of_many_values(
    region: Region, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = staticmethod(lambda: int(region.clock().timestamp()))
    monkeypatch.setattr(OneLogin_Saml2_Utils, "now", now)
    file = region.folder / "hub.toml"
    text, own = file.read_text(encoding="utf-8"), "[service.emage-saml]"
    before, after = text.split(own)
    after = after.replace('"structure_name"]', '"structure_name", "mailboxes"]', 1)
    file.write_text(before + own + after, encoding="utf-8")
    region.restart()
    browser = region.browser()
    signed_in(browser, MARIE)
    page = posted(browser, browser.open(f"{EMAGE_SAML}/inside"))
    told = [text for name, text in page.claims().items() if "mailboxes" in name]
    assert told == [f"{HERS}, {DESK}"]
