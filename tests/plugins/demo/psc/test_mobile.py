"""The e-CPS of the simulator: a number on the page, three on the telephone."""

import pytest

from tests.flows.browser import Browser, Page
from tests.plugins.demo.psc.application import WALLET, Application, brought

MARIE = "899700075064"


def begun(app: Application, browser: Browser, identifier: str = MARIE) -> Page:
    page = browser.open(f"{app.leave()}&tab=mobile")
    return browser.submit(page.form(asking="identifier"), {"identifier": identifier})


def shown(page: Page) -> str:
    return str(page.text.split('data-number="')[1][:2])


def answered(app: Application, number: str) -> Page:
    telephone = app.browser()
    form = telephone.open(f"{WALLET}/telephone").form(asking="number")
    return telephone.submit(form, {"number": number})


def test_the_right_number_signs_in_by_mobile(app: Application) -> None:
    browser = app.browser()
    page = begun(app, browser)
    answered(app, shown(page))
    token = app.redeemed(browser.open(page.address))
    claims = app.claims(token["id_token"])
    assert claims["authMode"] == "MOBILE" and claims["SubjectNameID"] == MARIE


def test_three_different_numbers_are_offered_and_one_is_the_pages(app: Application) -> None:
    page = begun(app, app.browser())
    form = app.browser().open(f"{WALLET}/telephone").form(asking="number")
    numbers = [each for each in form.buttons() if each.isdecimal()]
    assert len(set(numbers)) == 3 and shown(page) in numbers
    assert all(len(each) == 2 for each in numbers)


def test_the_waiting_page_looks_again_by_itself(app: Application) -> None:
    page = begun(app, app.browser())
    assert '<meta http-equiv="refresh" content="2">' in page.text
    assert shown(app.browser().open(page.address)) == shown(page)


def test_another_number_or_a_no_refuses_and_one_may_begin_again(app: Application) -> None:
    for said in ("none", "wrong"):
        browser = app.browser()
        page = begun(app, browser)
        answered(app, said)
        refused = browser.open(page.address)
        assert "refusée" in refused.alert() and refused.has("identifier")


def test_nobody_answers_in_time(app: Application) -> None:
    browser = app.browser()
    page = begun(app, browser)
    app.clock.now += 120
    assert "à temps" in browser.open(page.address).alert()
    assert not app.browser().open(f"{WALLET}/telephone").has("number")


def test_a_telephone_rings_as_late_as_it_was_told(app: Application) -> None:
    app.provider.faults.phone_delay = 20
    begun(app, app.browser())
    assert not app.browser().open(f"{WALLET}/telephone").has("number")
    app.clock.now += 20
    assert app.browser().open(f"{WALLET}/telephone").has("number")


def test_an_unknown_identifier_rings_nowhere_and_the_page_does_not_say_so(
    app: Application,
) -> None:
    page = begun(app, app.browser(), "899700999999")
    assert shown(page)
    assert not app.browser().open(f"{WALLET}/telephone").has("number")


@pytest.mark.parametrize("identifier", [" 8997 0007 5064 ", "3990000037/CPET00001"])
def test_spaces_do_not_count_and_a_slash_is_no_path(app: Application, identifier: str) -> None:
    browser = app.browser()
    page = begun(app, browser, identifier)
    answered(app, shown(page))
    assert brought(browser.open(page.address))["code"]


def test_an_answered_request_signs_in_once(app: Application) -> None:
    browser = app.browser()
    page = begun(app, browser)
    answered(app, shown(page))
    assert brought(browser.open(page.address))["code"]
    assert app.browser().open(page.address).has("identifier")


def test_whoever_waits_may_cancel(app: Application) -> None:
    browser = app.browser()
    page = begun(app, browser)
    back = brought(browser.submit(page.form(button="Annuler"), button="Annuler"))
    assert back["error"] == "access_denied"
