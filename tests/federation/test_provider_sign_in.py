"""Somebody signs in at a provider: out, back, in; and everything that must not work."""

from datetime import timedelta
from pathlib import Path

import pytest

from hub.testing.running import RunningHub
from tests.federation.visits import (
    HUB,
    browser_of,
    callback,
    hub_with,
    left_by,
    sent,
    timeline,
    word,
)
from tests.flows.browser import Browser, Page

ANN = {"who": "1", "rpps": "99700000001"}


@pytest.fixture
def running(tmp_path: Path) -> RunningHub:
    return hub_with(tmp_path, word=word(), other=word(title="Other"))


@pytest.fixture
def browser(running: RunningHub) -> Browser:
    return browser_of(running)


def refused(page: Page, words: str) -> bool:
    """Said in words, other ways offered, nobody signed in."""
    return words in page.alert() and page.has("identifier")


def test_somebody_known_by_their_number_is_in(browser: Browser) -> None:
    away = left_by(browser)
    page = browser.open(callback(sent(away)["state"], **ANN))
    assert page.path == "/services", page.words
    assert "Ann Martin" in page.words


def test_no_cookie_of_satosa_is_ever_set(browser: Browser) -> None:
    browser.open(f"{HUB}/word/metadata")
    browser.open(callback(sent(left_by(browser))["state"], **ANN))
    assert set(browser.cookies()) == {"__Host-browser", "__Host-hub"}


def test_an_answer_works_once(browser: Browser) -> None:
    address = callback(sent(left_by(browser))["state"], **ANN)
    browser.open(address)
    again = browser.open(address)
    assert again.status == 410
    assert "déjà servi" in again.words


def test_an_answer_nobody_waits_for_is_told_with_a_way_on(browser: Browser) -> None:
    page = browser.open(callback("x" * 32, **ANN))
    assert page.status == 410
    assert page.link("services")


def test_an_answer_without_state_is_nobodys(browser: Browser) -> None:
    assert browser.open(f"{HUB}/word/callback?who=1").status == 410


def test_an_answer_comes_too_late(running: RunningHub, browser: Browser) -> None:
    state = sent(left_by(browser))["state"]
    running.clock.later(minutes=16)
    assert browser.open(callback(state, **ANN)).status == 410


def test_one_provider_cannot_answer_for_another(browser: Browser) -> None:
    state = sent(left_by(browser))["state"]
    assert browser.open(callback(state, name="other", **ANN)).status == 410
    assert browser.open(callback(state, **ANN)).path == "/services"


def test_another_browser_gains_nothing_by_the_answer(running: RunningHub, browser: Browser) -> None:
    state = sent(left_by(browser))["state"]
    victim = browser_of(running)
    page = victim.open(callback(state, **ANN))
    assert "__Host-hub" not in victim.cookies()
    assert page.status >= 400


def test_two_tabs_come_back_each_to_its_own_login(browser: Browser) -> None:
    first, second = left_by(browser), left_by(browser, target="/account")
    page = browser.open(callback(sent(second)["state"], **ANN))
    assert page.path == "/account"
    assert browser.open(callback(sent(first)["state"], **ANN)).path == "/services"


@pytest.mark.parametrize(
    "address",
    [
        f"{HUB}/word/callback?state=a&state=b",
        f"{HUB}/word/callback?state=a&who=1&who=2",
    ],
)
def test_a_repeated_parameter_is_refused(browser: Browser, address: str) -> None:
    assert browser.open(address).status == 400


def test_an_address_that_only_begins_like_an_endpoint_is_none(browser: Browser) -> None:
    assert browser.open(f"{HUB}/word/metadata").text == "metadata of word"
    assert browser.open(f"{HUB}/word/metadata-of-somebody").status == 404
    assert browser.open(f"{HUB}/word/x/word/metadata").status == 404


def test_an_endpoint_outside_logins_is_given_nothing_of_a_login(browser: Browser) -> None:
    state = sent(left_by(browser))["state"]
    assert browser.open(f"{HUB}/word/ended?state={state}").text == "[]"
    assert browser.open(callback(state, **ANN)).path == "/services"


@pytest.mark.parametrize(
    ("fault", "words", "cause"),
    [
        ("refused", "n’a pas confirmé", "said no in the test"),
        ("satosa", "n’a pas confirmé", "SATOSAAuthenticationError"),
        ("broken", "erreur", "RuntimeError, incident "),
    ],
)
def test_what_a_backend_refuses_is_told_here_and_to_the_support(
    running: RunningHub, browser: Browser, fault: str, words: str, cause: str
) -> None:
    state = sent(left_by(browser))["state"]
    page = browser.open(callback(state, fault=fault))
    assert refused(page, words), page.words
    told = timeline(running, page)[-1]
    assert told.action == "method.refused"
    assert told.details["cause"].startswith(cause)


def test_no_words_of_a_broken_backend_are_logged(
    browser: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    browser.open(callback(sent(left_by(browser))["state"], fault="broken", who="Martin"))
    assert "provider.failed" in caplog.text
    assert "Martin" not in caplog.text


def test_a_backend_that_breaks_at_the_door_refuses(tmp_path: Path) -> None:
    browser = browser_of(hub_with(tmp_path, word=word(config={"broken": True})))
    assert refused(left_by(browser), "erreur")


def test_a_state_that_can_be_guessed_sends_nobody_away(tmp_path: Path) -> None:
    browser = browser_of(hub_with(tmp_path, word=word(config={"guessable": True})))
    assert refused(left_by(browser), "erreur")


def test_somebody_without_account_is_told(browser: Browser) -> None:
    page = browser.open(callback(sent(left_by(browser))["state"], who="2", rpps="99700000099"))
    assert "__Host-hub" not in browser.cookies()
    assert "aucun compte" in page.words


def test_a_backend_may_send_out_once_more(browser: Browser) -> None:
    state = sent(left_by(browser))["state"]
    page = browser.open(callback(state, fault="again"))
    again = page.address.partition("state=")[2]
    assert page.address.startswith("https://provider.test/authorize/again")
    assert browser.open(callback(again, **ANN)).path == "/services"


def test_a_form_is_posted_by_a_button(tmp_path: Path) -> None:
    browser = browser_of(hub_with(tmp_path, word=word(config={"form": True})))
    page = left_by(browser)
    form = page.form(asking="RelayState")
    assert form.action == "https://provider.test/authorize"
    assert form.buttons() == ["Y aller maintenant"]
    assert "form-action 'self' https://provider.test;" in page.headers["content-security-policy"]
    assert "onload" not in page.text
    answered = browser.open(callback("x", **ANN).replace("state=x", f"RelayState={_state(page)}"))
    assert answered.path == "/services"


def _state(page: Page) -> str:
    return page.form(asking="RelayState").sent({}, "")["RelayState"]


@pytest.mark.parametrize(("minutes", "where"), [(1, "/account"), (60, "/login/")])
def test_a_proof_is_as_old_as_the_provider_says(tmp_path: Path, minutes: int, where: str) -> None:
    both = {"factors": ["knowledge", "possession"]}
    running = hub_with(tmp_path, word=word(possible=both))
    browser = browser_of(running)
    # Changing the account asks for a proof made within ten minutes.
    state = sent(left_by(browser, target="/account/means"))["state"]
    at = (running.clock() - timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")
    page = browser.open(callback(state, at=at, **ANN))
    assert page.path.startswith(where), page.words


def test_a_proof_from_the_future_is_refused(running: RunningHub, browser: Browser) -> None:
    soon = (running.clock() + timedelta(minutes=5)).strftime("%Y-%m-%dT%H:%M:%SZ")
    page = browser.open(callback(sent(left_by(browser))["state"], at=soon, **ANN))
    assert refused(page, "horloge")
