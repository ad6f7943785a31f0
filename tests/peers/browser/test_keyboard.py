"""A person with a keyboard and nothing else, from the front page to a service and back."""

import json

import pytest

from tests.peers.browser.conftest import TYPIST
from tests.peers.browser.people import PASSWORD
from tests.peers.browser.tab import Tab

MOST_TABS = 40
_FOCUSED = """() => {
  const here = document.activeElement, style = getComputedStyle(here);
  return { visible: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
           described: (here.getAttribute("aria-describedby") || "").split(" "), id: here.id,
           what: here.outerHTML.slice(0, 120) };
}"""


def test_a_keyboard_is_enough_from_the_front_page_to_a_service(tab: Tab) -> None:
    tab.open("/")
    _enter(tab, "main a.button")
    _type(tab, "identifier", TYPIST.login)
    _type(tab, "password", "not the password")
    _go(tab)
    _type(tab, "password", PASSWORD)
    _go(tab)
    _reach(tab, "[name=accept]")
    tab.page.keyboard.press("Space")
    _enter(tab, "form:has([name=accept]) button:not([name])")
    _enter(tab, "a[href='/open/emage']")
    told = json.loads(tab.page.locator("#claims").inner_text())
    assert told["id_token"]["acr"] == "urn:hub:acr:simple"
    tab.open("/")
    _reach(tab, "details.menu summary")
    tab.page.keyboard.press("Enter")
    _enter(tab, "details.menu form[action='/logout'] button")
    assert tab.path.startswith("/logout/")


def test_a_refusal_takes_the_focus_and_describes_the_first_field(tab: Tab) -> None:
    tab.open("/services")
    tab.send(identifier="nobody.at.all", password="not the password")
    focused = tab.page.evaluate(_FOCUSED)
    assert (focused["id"], focused["visible"]) == ("refusal", True)
    assert tab.page.locator("#refusal").get_attribute("role") == "alert"
    _reach(tab, "[name=identifier]")
    assert "refusal" in tab.page.evaluate(_FOCUSED)["described"]


def test_nothing_is_described_by_a_refusal_that_is_not_there(tab: Tab) -> None:
    tab.open("/services")
    assert tab.page.locator("[aria-describedby~=refusal]").count() == 0


def test_the_first_tab_leads_past_the_header(tab: Tab) -> None:
    tab.open("/services")
    tab.page.keyboard.press("Tab")
    tab.page.keyboard.press("Enter")
    # Only « Demander un compte » and the method’s own help stand before the form.
    _reach(tab, "[name=identifier]", most=3)


def _reach(tab: Tab, selector: str, most: int = MOST_TABS) -> None:
    """Tab after Tab until it has the focus, which shows at each step."""
    for _ in range(most):
        tab.page.keyboard.press("Tab")
        focused = tab.page.evaluate(_FOCUSED)
        assert focused["visible"], focused["what"]
        if tab.page.evaluate("(wanted) => document.activeElement.matches(wanted)", selector):
            return
    pytest.fail(f"{selector} is not within {most} tabs at {tab.path}")


def _enter(tab: Tab, selector: str) -> None:
    _reach(tab, selector)
    _go(tab)


def _go(tab: Tab) -> None:
    with tab.page.expect_navigation():
        tab.page.keyboard.press("Enter")


def _type(tab: Tab, name: str, text: str) -> None:
    _reach(tab, f"[name={name}]")
    tab.page.keyboard.type(text)
