"""Back, loading again and a second tab in a real browser: a next step leads on to the service."""

from tests.peers.browser.conftest import ROAMER
from tests.peers.browser.tab import Tab

SERVICES = "/services"


def test_back_to_a_sign_in_that_is_over_leads_on(tab: Tab) -> None:
    tab.sign_in(ROAMER)
    assert tab.path == SERVICES
    tab.page.go_back()
    assert tab.path.startswith("/login/")
    tab.press("main a.button")
    assert tab.path == SERVICES and tab.complaints == []


def test_loading_again_in_the_middle_changes_nothing(tab: Tab) -> None:
    tab.open(SERVICES)
    at = tab.path
    tab.page.reload()
    tab.send(identifier=ROAMER.login, password="not the password")
    tab.page.reload()
    assert tab.path == at
    tab.sign_in(ROAMER, at)
    assert tab.path == SERVICES and tab.complaints == []


def test_a_second_tab_that_was_faster_takes_nothing_from_the_first(tab: Tab) -> None:
    tab.open(SERVICES)
    first = tab.page
    tab.page = first.context.new_page()
    tab.sign_in(ROAMER)
    tab.page = first
    with first.expect_navigation():
        tab.password(ROAMER)
    assert tab.path == SERVICES and tab.complaints == []
