"""Help where it is needed: beside each method, gathered in one place, and never a dead end."""

from tests.peers.browser.tab import Tab

SUBJECTS = (
    "carte",
    "lecteur",
    "navigateur",
    "Firefox",
    "fenêtre",
    "bloqué",
    "Pro Santé Connect",
    "perdue",
    "e-CPS",
)


def test_beside_each_method_help_opens_in_another_tab_and_loses_nothing(tab: Tab) -> None:
    tab.open("/open/medimail")
    for name in ("password", "psc", "cps", "passkey"):
        with tab.page.context.expect_page() as opened:
            tab.press(f"main a[href='/help/{name}']")
        assert opened.value.locator("h1").inner_text()
        assert "03 00 00 00 00" in opened.value.locator("body").inner_text()
        opened.value.close()
    assert "Medimail" in tab.page.locator("#going").inner_text()


def test_the_help_centre_gathers_every_subject(tab: Tab) -> None:
    tab.open("/help")
    words = tab.page.locator("main").inner_text()
    for address in _pages(tab):
        tab.open(address)
        assert tab.status == 200
        words += tab.page.locator("main").inner_text()
    assert [each for each in SUBJECTS if each.lower() not in words.lower()] == []


def test_the_help_centre_speaks_english(english: Tab) -> None:
    english.open("/help")
    assert english.page.locator("html").get_attribute("lang") == "en"
    assert "password" in english.page.locator("main").inner_text().lower()


def test_help_needs_no_script(plain: Tab) -> None:
    plain.open("/services")
    plain.press("header a[href='/help']")
    plain.open(_pages(plain)[0])
    assert plain.page.locator("h1").inner_text()
    assert plain.complaints == []


def _pages(tab: Tab) -> list[str]:
    links = tab.page.locator("main a[href^='/help/']").all()
    return [str(each.get_attribute("href")) for each in links]
