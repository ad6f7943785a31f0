"""A session of the simulator ends as at the real one."""

from typing import Any
from urllib.parse import urlencode

from hub_plugins.demo.psc.tokens import LOGOUT
from tests.flows.browser import Browser
from tests.plugins.demo.psc.application import APP, GONE, WALLET, Application


def left(app: Application, browser: Browser, **asked: str) -> Any:
    return browser.open(f"{app.known['end_session_endpoint']}?{urlencode(asked)}")


def test_the_application_ends_the_session_and_the_state_never_comes_back(
    app: Application,
) -> None:
    browser = app.browser()
    hint = app.by_card("paul.lambert", browser)["id_token"]
    page = left(app, browser, id_token_hint=hint, post_logout_redirect_uri=GONE, state="kept")
    assert page.address == GONE
    assert browser.open(app.leave()).has("card")
    assert not app.posted


def test_an_expired_hint_is_a_hint_and_one_from_before_a_rotation_too(app: Application) -> None:
    browser = app.browser()
    hint = app.by_card("paul.lambert", browser)["id_token"]
    app.clock.now += 1000
    app.provider.keys.rotate()
    page = left(app, browser, id_token_hint=hint, post_logout_redirect_uri=GONE)
    assert page.address == GONE


def test_an_unregistered_return_ends_on_the_simulators_own_page(app: Application) -> None:
    browser = app.browser()
    hint = app.by_card("paul.lambert", browser)["id_token"]
    page = left(app, browser, id_token_hint=hint, post_logout_redirect_uri=f"{APP}/elsewhere")
    assert "session Pro Santé Connect est fermée" in page.words
    assert browser.open(app.leave()).has("card")


def test_no_hint_or_a_forged_one_ends_nothing(app: Application) -> None:
    browser = app.browser()
    token = app.by_card("paul.lambert", browser)["id_token"]
    head, body, _ = token.split(".")
    for hint in ({}, {"id_token_hint": f"{head}.{body}.AAAA"}, {"id_token_hint": "noise"}):
        page = left(app, browser, post_logout_redirect_uri=GONE, **hint)
        assert page.address != GONE
    assert not browser.open(app.leave()).has("card")


def test_tokens_end_with_their_session(app: Application) -> None:
    browser = app.browser()
    hint = app.by_card("paul.lambert", browser)["id_token"]
    left(app, browser, id_token_hint=hint)
    assert app.userinfo().status_code == 401


def test_a_session_closed_at_the_simulator_is_told_to_the_applications(app: Application) -> None:
    browser = app.browser()
    token = app.by_card("paul.lambert", browser)
    page = browser.open(f"{WALLET}/session")
    closed = browser.submit(page.form(button="Fermer"))
    assert "fermée" in closed.words
    [(address, form)] = app.posted
    claims = app.claims(form["logout_token"])
    assert address == f"{APP}/notice"
    assert claims["sid"] == token["session_state"] and claims["aud"] == "app"
    assert claims["events"] == {LOGOUT: {}} and claims["jti"] and "nonce" not in claims


def test_another_person_in_the_same_browser_ends_the_former_session(app: Application) -> None:
    browser = app.browser()
    first = app.by_card("paul.lambert", browser)
    app.by_card("marie.durand", browser, prompt="login")
    assert [app.claims(form["logout_token"])["sid"] for _, form in app.posted] == [
        first["session_state"]
    ]
