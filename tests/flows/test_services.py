"""The demo services are honest relying parties: they doubt what comes back, and never dead-end."""

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.flows.browser import Browser, Page
from tests.flows.region import EMAGE, HUB, MEDIMAIL, Region
from tests.flows.steps import signed_in, with_password

pytestmark = pytest.mark.slow


def asked(browser: Browser) -> dict[str, str]:
    """The parameters of the last authorization request."""
    sent = [str(each.url) for each in browser.sent if each.url.path == "/oidc/authorize"]
    return {name: text[0] for name, text in parse_qs(urlsplit(sent[-1]).query).items()}


def sent_back(browser: Browser, service: str, **parameters: str) -> Page:
    query = "&".join(f"{name}={text}" for name, text in parameters.items())
    return browser.open(f"{service}/signed-in?{query}")


def test_an_answer_in_the_name_of_another_issuer_is_refused_before_its_code_is_used(
    region: Region,
) -> None:
    browser = region.browser()
    browser.open(f"{EMAGE}/inside")
    state = asked(browser)["state"]
    page = sent_back(browser, EMAGE, state=state, code="x", iss="https://evil.test")
    assert "wrong_issuer" in page.words and page.claims() == {}
    assert "POST /oidc/token" not in region.back


def test_an_answer_nobody_asked_for_signs_nobody_in(region: Region) -> None:
    victim = region.browser()
    page = sent_back(victim, EMAGE, state="made-up", code="stolen", iss=HUB)
    assert page.has("identifier")
    assert "POST /oidc/token" not in region.back


def test_a_refusal_by_the_hub_is_told_with_a_way_on(region: Region) -> None:
    browser = region.browser()
    browser.open(f"{MEDIMAIL}/message/42")
    state = asked(browser)["state"]
    page = sent_back(browser, MEDIMAIL, state=state, error="access_denied", iss=HUB)
    assert page.alert()
    page = browser.follow(page, "Essayer de nouveau")
    assert page.has("identifier")


def test_the_service_asks_with_pkce_nonce_and_its_level(region: Region) -> None:
    browser = region.browser()
    browser.open(f"{MEDIMAIL}/inside")
    sent = asked(browser)
    assert sent["code_challenge_method"] == "S256" and len(sent["code_challenge"]) == 43
    assert sent["nonce"] and sent["state"] and sent["acr_values"] == "urn:hub:acr:strong"


def test_a_hub_that_does_not_answer_is_said_and_tried_again_later(region: Region) -> None:
    browser = region.browser()
    region.up = False
    page = browser.open(f"{EMAGE}/study/1.2.840")
    assert "unreachable" in page.words and page.status == 502
    region.up = True
    page = browser.follow(page, "Essayer de nouveau")
    page = with_password(browser, page, "marie.durand")
    assert page.address == f"{EMAGE}/study/1.2.840"


def test_many_sign_ins_begun_in_many_tabs_keep_the_cookie_small(region: Region) -> None:
    browser = region.browser()
    for number in range(12):
        browser.open(f"{MEDIMAIL}/message/{number}")
    assert len(browser.cookies()["medimail_demo"]) < 4_000
    page = with_password(browser, browser.open(f"{MEDIMAIL}/message/7"), "nadia.benali")
    page = browser.submit(page.form(asking="code"), {"code": region.totp()})
    assert page.address == f"{MEDIMAIL}/message/7"
    assert len(browser.cookies()["medimail_demo"]) < 4_000


@pytest.mark.parametrize("path", ["/message/abc", "/message/1/2", f"/message/{'1' * 13}", "/no"])
def test_an_address_that_is_none_is_said_without_a_sign_in(region: Region, path: str) -> None:
    browser = region.browser()
    page = browser.open(f"{MEDIMAIL}{path}")
    assert page.status == 404 and not browser.requests(HUB)


def test_the_pages_speak_english_to_who_asks_for_it(region: Region) -> None:
    browser = region.browser("en")
    signed_in(browser, "marie.durand", f"{EMAGE}/inside")
    assert "Hello Marie" in browser.open(f"{EMAGE}/inside").words
