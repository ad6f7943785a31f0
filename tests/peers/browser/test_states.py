"""Every state of every page, in both languages, light and dark, wide and narrow."""

import pytest
from playwright.sync_api import Browser
from werkzeug.routing import Map

from tests.peers.browser import judge
from tests.peers.browser.every_state import every_state
from tests.peers.browser.rules import rule_of
from tests.peers.browser.state import State
from tests.peers.browser.tab import NARROW, Tab
from tests.peers.browser.town import Town

STATES = [pytest.param(each, id=each.name) for each in every_state()]


@pytest.mark.parametrize("state", STATES)
def test_everybody_can_read_it(state: State, tab: Tab, browser: Browser, rules: Map) -> None:
    state.reach(tab, state.person)
    reached = (tab.status, rule_of(rules, tab.path) if state.rule else "")
    assert reached == (state.status, state.rule), tab.page.url
    seen = judge.wide_and_light(tab.page, state.name)
    seen += judge.narrow_and_dark(tab.page, state.name)
    seen += _in_english(state, tab, browser, tab.town)
    assert seen + tab.complaints == []


def _in_english(state: State, tab: Tab, browser: Browser, town: Town) -> list[str]:
    if state.once:
        with Tab(browser, town, "en") as other:
            state.reach(other, state.person)
            return _judged(other) + other.complaints
    tab.speak("en")
    judge.wide_again(tab.page)
    tab.page.reload()
    return _judged(tab)


def _judged(tab: Tab) -> list[str]:
    assert tab.page.locator("html").get_attribute("lang") == "en"
    tab.page.set_viewport_size(NARROW)
    return judge.accessible(tab.page, "english") + judge.fits(tab.page, "english")
