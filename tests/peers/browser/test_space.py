"""« Gérer les services » by mouse and without scripts, the search as one types, and staying."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.peers.browser.people import PLAIN, SORTER
from tests.peers.browser.tab import Tab
from tests.peers.browser.town import Town

MANAGE = "/services/manage"


@pytest.fixture
def plain(browser: Browser, here: Town) -> Iterator[Tab]:
    with Tab(browser, here, scripts=False) as opened:
        yield opened


def titles(tab: Tab, within: str = ".manage strong") -> list[str]:
    return list(map(str, tab.page.locator(within).all_inner_texts()))


def test_a_tile_is_dragged_to_another_place_and_stays_there(tab: Tab) -> None:
    tab.sign_in(SORTER)
    tab.open(MANAGE)
    first, *others = titles(tab)
    tab.page.locator(".grip").first.hover()
    tab.page.mouse.down()
    below = tab.page.locator(".manage > li").nth(2).bounding_box()
    assert below
    tab.page.mouse.move(below["x"] + 20, below["y"] + below["height"] - 4, steps=8)
    with tab.page.expect_response("**/services/order") as kept:
        tab.page.mouse.up()
    assert kept.value.status == 204
    tab.page.locator("#said", has_text=f"{first} est maintenant en position 3").wait_for()
    tab.page.reload()
    assert titles(tab) == [*others[:2], first, *others[2:]]
    assert tab.complaints == []


def test_the_search_answers_each_letter_and_forgives_accents(tab: Tab) -> None:
    tab.sign_in(SORTER)
    tab.page.locator("#q").press_sequentially("IMÀG")
    assert titles(tab, ".tile:visible a.open") == ["e-mage"]
    assert "1 service pour" in tab.page.locator("#found").inner_text()
    tab.page.locator("#q").fill("")
    assert len(titles(tab, ".tile:visible a.open")) > 1


def test_a_click_on_the_warning_keeps_one_signed_in(tab: Tab) -> None:
    tab.sign_in(SORTER)
    tab.page.route("**/session/left", lambda route: route.fulfill(json={"left": 90}))
    tab.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    dialog = tab.page.locator("dialog[open]")
    dialog.wait_for()
    dialog.get_by_role("button", name="Rester connecté").click()
    dialog.wait_for(state="detached")
    assert tab.path == "/services" and tab.complaints == []


def test_everything_is_arranged_without_scripts(plain: Tab) -> None:
    plain.sign_in(PLAIN)
    plain.press("a[href='/services/manage']")
    plain.press("a[href='/services/links/new']")
    plain.send(name="Laboratoire", address="labo.test")
    assert titles(plain)[-1] == "Laboratoire"
    plain.press("li:last-child button[name=love]")
    for _ in titles(plain)[1:]:
        plain.press("li:has-text('Laboratoire') button[name=up]")
    assert titles(plain)[0] == "Laboratoire"
    focused = "document.activeElement.closest('li').querySelector('strong').textContent"
    assert plain.page.evaluate(focused) == "Laboratoire"
    plain.press("a.button:has-text('Terminer')")
    assert titles(plain, ".tile a.open")[0] == "Laboratoire"
    plain.send(q="messagerie")
    assert titles(plain, ".tile a.open")[0] == "Medimail"
    plain.press("details.bubble summary")
    plain.press("details.bubble a")
    assert plain.path == "/services/medimail"
    plain.page.go_back()
    assert plain.path == "/services" and plain.complaints == []
