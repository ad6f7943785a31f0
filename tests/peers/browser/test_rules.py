"""The list of states forgets no page."""

from werkzeug.routing import Map

from tests.peers.browser.album import ALBUM, readme
from tests.peers.browser.every_state import every_state
from tests.peers.browser.rules import NO_PAGES, readable


def test_every_page_is_looked_at_in_some_state(rules: Map) -> None:
    looked_at = {state.rule for state in every_state() if state.rule}
    assert readable(rules) - set(NO_PAGES) == looked_at


def test_what_is_left_out_exists(rules: Map) -> None:
    assert set(NO_PAGES) <= readable(rules)


def test_the_page_of_pictures_is_what_would_be_drawn_today() -> None:
    """Run `python -m tests.peers.browser.album` when this fails."""
    assert (ALBUM / "README.md").read_text(encoding="utf-8") == readme()
