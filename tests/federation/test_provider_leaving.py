"""Who leaves by their own click leaves the provider too, last of all."""

from pathlib import Path
from typing import Any

from hub.testing.running import RunningHub
from tests.federation.visits import ANN as ACCOUNT
from tests.federation.visits import HUB, browser_of, callback, hub_with, left_by, sent, word
from tests.flows.browser import Browser, Page

ANN = {"who": "1", "rpps": "99700000001"}
LEAVE = f"https://provider.test/leave?who=1&back={HUB}/logout/returned"


def arrived(tmp_path: Path, leaves: Any = True) -> tuple[RunningHub, Browser, Page]:
    running = hub_with(tmp_path, word=word(config={"kind": "word", "leaves": leaves}))
    browser = browser_of(running)
    return running, browser, browser.open(callback(sent(left_by(browser))["state"], **ANN))


def click(browser: Browser, page: Page) -> Page:
    return browser.submit(page.form(to="/logout"))


def test_the_session_is_over_before_the_browser_goes_to_the_provider(tmp_path: Path) -> None:
    running, browser, page = arrived(tmp_path)
    left = click(browser, page)
    assert "Vous êtes déconnecté" in left.words
    assert left.headers["refresh"] == f"1; url={LEAVE}"
    assert running.app.sessions.of(ACCOUNT.id) == []
    # Loaded again, it does not go there again by itself; by hand it may.
    again = browser.open(left.address)
    assert "refresh" not in again.headers
    assert again.link("Fermer la session") == LEAVE


def test_the_way_back_needs_no_state_and_says_how_it_went(tmp_path: Path) -> None:
    _, browser, page = arrived(tmp_path)
    click(browser, page)
    back = browser.open(f"{HUB}/logout/returned")
    assert back.path.startswith("/logout/") and back.path != "/logout/done"
    assert "Word : session fermée" in back.words.replace("\u202f", " ").replace("\u00a0", " ")


def test_the_return_tells_another_browser_nothing(tmp_path: Path) -> None:
    running, browser, page = arrived(tmp_path)
    left = click(browser, page)
    stranger = browser_of(running)
    assert stranger.open(f"{HUB}/logout/returned").path == "/logout/done"
    assert "Word" not in stranger.open(left.address).words
    assert "n’est pas fermée" in browser.open(left.address).words


def test_a_session_that_timed_out_leaves_the_provider_alone(tmp_path: Path) -> None:
    running, browser, page = arrived(tmp_path)
    running.clock.later(hours=5)
    running.turn()
    assert click(browser, page).path == "/logout/done"


def test_a_backend_that_breaks_does_not_keep_anybody_in(tmp_path: Path) -> None:
    running, browser, page = arrived(tmp_path, leaves="badly")
    left = click(browser, page)
    assert "Vous êtes déconnecté" in left.words and "refresh" not in left.headers
    assert running.app.sessions.of(ACCOUNT.id) == []


def test_what_speaks_of_the_provider_session_is_not_readable_at_rest(tmp_path: Path) -> None:
    _, browser, page = arrived(tmp_path)
    click(browser, page)
    kept = b"".join(file.read_bytes() for file in tmp_path.glob("hub.db*"))
    assert b"provider.test/leave" not in kept
