"""Somebody signs in at a provider: out, back, in."""

from pathlib import Path

from tests.federation.visits import browser_of, callback, hub_with, left_by, sent


def test_somebody_known_by_their_number_is_in(tmp_path: Path) -> None:
    browser = browser_of(hub_with(tmp_path))
    away = left_by(browser)
    page = browser.open(callback(sent(away)["state"], who="1", rpps="99700000001"))
    assert page.path == "/services", page.words
    assert "Ann Martin" in page.words
