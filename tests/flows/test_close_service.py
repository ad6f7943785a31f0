"""« Fermer » one service among « Services ouverts » : it alone is told, the session goes on."""

import pytest

from tests.flows.browser import Browser, Page
from tests.flows.region import EMAGE, HUB, MEDIMAIL, Region
from tests.flows.steps import signed_in, with_code

pytestmark = pytest.mark.slow
SESSIONS = f"{HUB}/account/sessions"
CLOSE = "/account/sessions/close-service"


@pytest.fixture
def marie(region: Region) -> Browser:
    browser = region.browser()
    signed_in(browser, "marie.durand")
    browser.open(f"{EMAGE}/inside")
    with_code(region, browser, browser.open(f"{MEDIMAIL}/inside"), "SMS")
    return browser


def forms(page: Page) -> list[str]:
    return [
        str(each.tag.select_one("[name=service]")["value"])  # type: ignore[index]
        for each in page.forms()
        if each.action.endswith(CLOSE)
    ]


def closed(browser: Browser, service: str) -> Page:
    page = browser.open(SESSIONS)
    form = next(f for f in page.forms() if f.action.endswith(CLOSE) and service in str(f.tag))
    return browser.submit(form)


def test_one_service_is_told_and_the_others_stay_open(region: Region, marie: Browser) -> None:
    assert sorted(forms(marie.open(SESSIONS))) == ["emage", "medimail"]
    page = closed(marie, "medimail")
    region.app.worker.turn()
    assert page.path == "/account/sessions" and forms(page) == ["emage"]
    assert [each for each in region.told if each.startswith(MEDIMAIL)]
    assert not [each for each in region.told if each.startswith(EMAGE)]
    assert "Service quitté" in marie.open(f"{HUB}/account/history").words


def test_closing_twice_is_closing_once(region: Region, marie: Browser) -> None:
    page = marie.open(SESSIONS)
    form = next(f for f in page.forms() if f.action.endswith(CLOSE) and "medimail" in str(f.tag))
    marie.submit(form)
    again = marie.submit(form)
    region.app.worker.turn()
    assert again.path == "/account/sessions"
    assert len([each for each in region.told if each.startswith(MEDIMAIL)]) == 1


def test_nobody_closes_a_service_of_somebody_else(region: Region, marie: Browser) -> None:
    hers = marie.open(SESSIONS)
    session = next(f for f in hers.forms() if f.action.endswith(CLOSE)).tag
    named = str(session.select_one("[name=session]")["value"])  # type: ignore[index]
    other = region.browser()
    signed_in(other, "paul.lambert")
    other.open(f"{EMAGE}/inside")
    form = next(f for f in other.open(SESSIONS).forms() if f.action.endswith(CLOSE))
    other.submit(form, {"session": named, "service": "medimail"})
    region.app.worker.turn()
    assert "medimail" in forms(marie.open(SESSIONS)) and not region.told
