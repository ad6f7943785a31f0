"""Acting for one place among several, chosen once and changed from the header."""

from tests.peers.browser.people import Person
from tests.peers.stories.place import Place
from tests.peers.stories.reading import flat
from tests.peers.stories.visit import Visit
from tests.peers.stories.ways import in_every_way

SCOPE = "scope=openid%20situation"
GO_ON = "form:has([name=place]) button"


def _chosen(tab: Visit, place: str) -> None:
    tab.page.locator(f"label:has-text('{place}') [name=place]").check()
    with tab.page.expect_navigation():
        tab.press(GO_ON)


def _settled(tab: Visit, person: Person) -> None:
    tab.open("/services")
    tab.password(person)
    _chosen(tab, "Tilleuls")
    tab.accept_terms()
    tab.page.wait_for_url("**/services")


@in_every_way
def test_the_place_is_chosen_once_and_changed_without_signing_in_again(
    tab: Visit, here: Place
) -> None:
    _settled(tab, tab.person("acts-for-two"))
    tab.open(f"{here.town.emage.site.origin}/?{SCOPE}")
    assert "Tilleuls" in tab.page.locator("#claims").inner_text()
    tab.open("/services")
    tab.press("details.menu summary")
    assert "Cabinet des Tilleuls" in tab.page.locator("details.menu").inner_text()
    tab.link("frame.situation").click()
    assert tab.page.locator("[name=password]").count() == 0
    _chosen(tab, "Clinique")
    assert "Clinique du Parc" in tab.page.locator("main").inner_text()
    tab.open(f"{here.town.emage.site.origin}/?{SCOPE}")
    told = tab.page.locator("#claims").inner_text()
    assert "Clinique du Parc" in told and "Tilleuls" not in told


@in_every_way
def test_services_open_for_the_former_place_are_listed_and_closed(tab: Visit) -> None:
    _settled(tab, tab.person("closes-former"))
    tab.open("/open/emage")
    tab.open("/situation")
    _chosen(tab, "Clinique")
    assert "e-mage" in tab.page.locator("main ul").inner_text()
    tab.button("situation.close").click()
    tab.page.locator("main ul").wait_for(state="detached")
    tab.open("/account/sessions")
    assert "e-mage" not in tab.page.locator("main").inner_text()


@in_every_way
def test_whoever_has_one_place_is_asked_nothing(tab: Visit) -> None:
    tab.sign_in(tab.person("accepts"))
    tab.press("details.menu summary")
    assert tab.link("frame.account").count() == 1
    assert tab.link("frame.situation").count() == 0


@in_every_way
def test_a_right_held_at_one_place_opens_its_tile_there_alone(tab: Visit, elsewhere: Visit) -> None:
    person = tab.person("reads-at-one")
    elsewhere.sign_in_strong(tab.person("gives-at-one"), "/console")
    _found(elsewhere, person)
    elsewhere.page.locator("[name=right]").select_option(label="e-mage")
    elsewhere.page.get_by_role("button", name=elsewhere.says("console.rights.give")).last.click()
    elsewhere.page.locator("section:has(#rights) .rows li", has_text="e-mage").wait_for()
    _settled(tab, person)
    tile = tab.page.locator(".tile", has_text="e-mage").first
    assert tab.says("portal.right_missing") in flat(tile.inner_text())
    tab.open("/situation")
    _chosen(tab, "Clinique")
    tab.open("/services")
    assert tab.says("portal.right_missing") not in flat(tile.inner_text())
    tab.open("/open/emage")
    assert tab.page.locator("#claims").count() == 1


def _found(tab: Visit, person: Person) -> None:
    """Their page at the console: of all who are called so, whoever has that number."""
    tab.send(q=person.family)
    rows = tab.page.locator("main li a[href^='/console/people/']")
    rows.first.wait_for()
    for address in [each.get_attribute("href") for each in rows.all()]:
        tab.open(f"{address}")
        if f"{99700000000 + person.number}" in tab.page.locator("main").inner_text():
            return
    raise AssertionError(f"{person.login} is not among them")
