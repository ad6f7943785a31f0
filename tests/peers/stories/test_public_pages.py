"""What anybody may open: the public page and the diagnosis of a workstation; and each header."""

from tests.peers.stories.reading import flat
from tests.peers.stories.visit import Visit
from tests.peers.stories.ways import in_every_way

OWN = ("/services", "/services/manage", "/notices", "/account", "/account/history")


@in_every_way
def test_the_public_page_has_the_way_in_at_the_top_and_says_whom_to_call(tab: Visit) -> None:
    tab.open("/")
    assert flat(tab.page.locator("header a.way-in").inner_text()) == tab.says("front.sign_in")
    assert tab.link("request.title").count() == 1
    assert "03 00 00 00 00" in tab.read() and "de 9 h à 18 h" in tab.read()
    tab.press("header a.way-in")
    tab.page.locator("main [name=identifier]").wait_for()


@in_every_way
def test_every_page_of_somebody_signed_in_shows_the_padlock_and_the_way_back(tab: Visit) -> None:
    tab.sign_in(tab.person("header"))
    for path in OWN:
        tab.open(path)
        assert tab.says("level.simple") in tab.read("header a.padlock"), path
        tab.press("details.menu summary")
        assert tab.link("frame.services").is_visible(), path
    tab.open("/")
    assert flat(tab.page.locator("header a.way-in").inner_text()) == tab.says("front.back")


@in_every_way
def test_the_workstation_is_diagnosed_under_a_code_the_support_finds(
    tab: Visit, elsewhere: Visit
) -> None:
    tab.open("/diagnostic")
    if tab.way.scripts:
        tab.page.locator("[data-check=script] [data-outcome=runs]:not([hidden])").wait_for()
    tab.button("diagnostic.note").click()
    code = tab.page.locator("main [role=status] .code").inner_text()
    said = "diagnostic.script.runs" if tab.way.scripts else "diagnostic.script.off"
    assert tab.says(said) in tab.read() and tab.says("diagnostic.cookies.kept") in tab.read()
    elsewhere.sign_in_strong(tab.person("sorts-requests"), "/console/support")
    elsewhere.send(code=code)
    found = elsewhere.read("main table")
    assert elsewhere.says(said) in found
