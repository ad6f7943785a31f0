"""« Mes services »: tiles, favourites, personal links, search, the padlock, the bell, terms."""

from tests.peers.stories.calling import called, subject_told
from tests.peers.stories.later import Later
from tests.peers.stories.place import Place
from tests.peers.stories.reading import flat
from tests.peers.stories.visit import Visit
from tests.peers.stories.ways import (
    also_on_a_phone,
    in_every_way,
    moved_in_every_way,
)

MANAGE = "/services/manage"
FINGER = 16
"""In CSS pixels."""


def titles(tab: Visit, within: str = ".tile:visible a.open") -> list[str]:
    return list(map(str, tab.page.locator(within).all_inner_texts()))


def _linked(tab: Visit, *names: str) -> None:
    for name in names:
        tab.open("/services/links/new")
        tab.send(name=name, address="https://labo.test/accueil", description="Sur l’intranet")


def _press(tab: Visit, key: str, title: str) -> None:
    with tab.page.expect_navigation():
        tab.button(key, title=title).click()


@in_every_way
def test_a_step_up_asks_only_what_is_missing_and_both_services_stay_open(
    tab: Visit, here: Place
) -> None:
    person, town = tab.person("steps-up"), here.town
    tab.sign_in(person)
    tab.open("/open/emage")
    assert "urn:hub:acr:simple" in tab.page.locator("#claims").inner_text()
    tab.open("/services")
    tile = tab.page.locator(".tile", has_text="Medimail")
    strong = tab.says("level.strong")
    assert tab.says("portal.step_up", level=strong) in flat(tile.inner_text())
    tile.locator("a.offer").click()
    assert tab.page.locator("main [name=password]").count() == 0
    assert tab.says("signin.more") in tab.read("aside")
    tab.ask_code("mail")
    tab.send(code=here.post.code_by_mail(person.mail))
    tab.page.wait_for_url(f"{town.medimail.site.origin}/**")
    tab.open(f"{town.emage.site.origin}/?prompt=none")
    assert tab.page.locator("#claims").count() == 1
    tab.open("/services")
    assert tab.says("authenticator.mail") in tab.read(".padlock")


@in_every_way
def test_a_bubble_describes_and_back_returns_from_the_long_page(tab: Visit) -> None:
    tab.sign_in(tab.person("bubbles"))
    bubble = tab.page.locator(".tile", has_text="Medimail").locator("details.bubble")
    icon = tab.page.locator(".tile", has_text="Medimail").locator(".icon").first.bounding_box()
    mark = bubble.locator("summary").bounding_box()
    assert icon and mark
    # At the top left of the icon: over its corner, or as near as a finger is wide.
    assert mark["x"] <= icon["x"] <= mark["x"] + mark["width"] + FINGER
    assert mark["y"] <= icon["y"] <= mark["y"] + mark["height"] + FINGER
    bubble.locator("summary").click()
    assert "Messagerie sécurisée de santé" in bubble.locator(".sheet").inner_text()
    bubble.get_by_role("link", name=tab.says("portal.more")).click()
    tab.page.get_by_text("Ouvert à tous les professionnels de la région.").wait_for()
    tab.page.go_back()
    assert tab.path == "/services"


@in_every_way
def test_with_more_than_six_services_favourites_have_a_tab(tab: Visit, elsewhere: Visit) -> None:
    person = tab.person("favourites")
    tab.sign_in(person)
    assert tab.link("portal.favourites").count() == 0
    _linked(tab, "Laboratoire", "Protocoles", "Garde", "Pharmacovigilance")
    tab.open("/services")
    assert tab.link("portal.favourites").count() == 1
    tab.press("a[href='/services/manage']")
    _press(tab, "manage.love", "Laboratoire")
    heart = tab.button("manage.unlove", title="Laboratoire")
    # A full heart, in turquoise: the colour is told apart from the empty one's.
    full = heart.locator("svg").evaluate("each => getComputedStyle(each).fill")
    other = tab.button("manage.love", title="Garde").locator("svg")
    assert full not in ("none", other.evaluate("each => getComputedStyle(each).fill"))
    tab.link("manage.done").click()
    tab.link("portal.favourites").click()
    assert titles(tab) == ["Laboratoire"]
    # On every device.
    elsewhere.sign_in(person)
    elsewhere.link("portal.favourites").click()
    assert titles(elsewhere) == ["Laboratoire"]


@in_every_way
def test_the_order_is_changed_by_keyboard_alone(tab: Visit) -> None:
    tab.sign_in(tab.person("by-keyboard"))
    tab.open(MANAGE)
    first, second, *others = titles(tab, ".manage strong")
    tab.button("manage.down", title=first).focus()
    with tab.page.expect_navigation():
        tab.page.keyboard.press("Enter")
    assert titles(tab, ".manage strong") == [second, first, *others]
    focused = tab.page.evaluate("document.activeElement.innerText")
    assert flat(focused) == tab.says("manage.down", title=first)
    said = tab.says("manage.done.down", title=first, place=2, of=2 + len(others))
    assert said in flat(tab.page.get_by_role("status").first.inner_text())


@in_every_way
def test_a_personal_link_is_added_loved_edited_and_removed(tab: Visit) -> None:
    tab.sign_in(tab.person("links"))
    tab.open(MANAGE)
    tab.link("manage.add").click()
    tab.send(name="Un piège", address="javascript:alert(1)")
    assert tab.status == 422 and tab.page.locator("[name=name]").input_value() == "Un piège"
    tab.send(name="Laboratoire du Centre", address="https://labo.test/accueil")
    _press(tab, "manage.love", "Laboratoire du Centre")
    tab.open("/services")
    tile = tab.page.locator(".tile", has_text="Laboratoire du Centre")
    assert tile.locator("a.open").get_attribute("href") == "https://labo.test/accueil"
    assert tile.locator("span.icon").inner_text() and tile.locator(".loved").count() == 1
    tile.locator("a.edit").click()
    tab.send(name="Laboratoire du Parc")
    tab.open("/services")
    assert "Laboratoire du Parc" in titles(tab)
    tab.link("portal.edit_link", title="Laboratoire du Parc").click()
    tab.button("link.remove").click()
    tab.page.wait_for_url(f"**{MANAGE}**")
    tab.open("/services")
    assert "Laboratoire du Parc" not in titles(tab)


@also_on_a_phone
def test_the_search_filters_as_one_types(tab: Visit) -> None:
    tab.sign_in(tab.person("searches"))
    everything = titles(tab)
    tab.page.locator("#q").press_sequentially("IMÀG")
    assert titles(tab) == ["e-mage"]
    tab.page.locator("#q").fill("")
    assert titles(tab) == everything


@in_every_way
def test_a_tile_without_the_right_says_so_and_offers_the_request(tab: Visit, here: Place) -> None:
    tab.sign_in(tab.person("lacks-right"))
    tile = tab.page.locator(".tile", has_text="e-mage")
    assert tab.says("portal.right_missing") in flat(tile.inner_text())
    tile.locator("a.offer").click()
    assert tab.says("access.title", title="e-mage") in tab.read("h1")


@in_every_way
def test_the_padlock_tells_the_level_in_words_and_offers_to_raise_it(
    tab: Visit, here: Place
) -> None:
    person = tab.person("padlock")
    tab.sign_in(person)
    padlock = tab.page.locator("a.padlock").first
    assert tab.says("level.simple") in tab.read("a.padlock")
    assert tab.says("authenticator.password") in tab.read("a.padlock")
    padlock.click()
    tab.button("portal.level.raise").click()
    tab.ask_code("sms")
    tab.send(code=here.post.code_by_sms(person.mobile))
    tab.open("/services")
    said = tab.read("a.padlock")
    assert tab.says("level.strong") in said and tab.says("authenticator.sms") in said


@in_every_way
def test_a_notice_rings_the_bell_and_a_click_ends_at_the_record(tab: Visit, here: Place) -> None:
    tab.sign_in(tab.person("noticed"))
    tab.open("/open/emage")
    words = "Le compte rendu que vous attendiez est arrivé"
    notice = {"sub": subject_told(tab), "text": words, "link": {"record": "en"}}
    called(tab, here.town.emage, "notices", "/apps/notices/", notice)
    tab.open("/services")
    assert tab.says("bell.count", n=1) in tab.read("a.bell")
    tab.press("a.bell")
    tab.page.get_by_role("link", name=words).click()
    tab.page.wait_for_url(f"{here.town.emage.site.origin}/**")
    assert tab.page.locator("#claims").count() == 1
    tab.open("/services")
    assert tab.says("bell.count", n=1) not in tab.read("a.bell")


@in_every_way
def test_the_menu_leads_to_the_space_the_account_and_out(tab: Visit) -> None:
    tab.sign_in(tab.person("accepts"))
    tab.press("details.menu summary")
    menu = tab.read("details.menu")
    for key in ("frame.services", "frame.account", "frame.leave"):
        assert tab.says(key) in menu
    tab.open("/")
    tab.link("front.back").first.click()
    tab.page.wait_for_url("**/services")


@moved_in_every_way
def test_terms_are_accepted_once_and_again_at_a_new_version(moved: Visit, later: Later) -> None:
    person = moved.person("terms-again")
    moved.sign_in(person)
    _leave(moved)
    moved.open("/services")
    moved.password(person)
    moved.page.wait_for_url("**/services")
    _leave(moved)
    later.rewritten('version = "2026-01"', 'version = "2026-02"')
    try:
        moved.open("/services")
        moved.password(person)
        moved.accept_terms()
        moved.page.wait_for_url("**/services")
        moved.open("/apps/terms/mine")
        kept = moved.page.locator("main").inner_text()
        assert "2026-01" in kept and "2026-02" in kept
    finally:
        later.rewritten('version = "2026-02"', 'version = "2026-01"')


def _leave(tab: Visit) -> None:
    tab.press("details.menu summary")
    with tab.page.expect_navigation():
        tab.press("details.menu form[action='/logout'] button")


@moved_in_every_way
def test_a_plain_link_asks_for_no_level_and_may_want_a_right(moved: Visit) -> None:
    moved.sign_in(moved.person("opens-links"))
    reserved = moved.page.locator(".tile.locked", has_text="Intranet réservé")
    assert moved.says("portal.right_missing") in flat(reserved.inner_text())
    moved.page.get_by_role("link", name="Intranet", exact=True).first.click()
    moved.page.wait_for_url("**/help")


@in_every_way
def test_a_tile_says_whatever_stands_before_its_service(tab: Visit) -> None:
    tab.sign_in(tab.person("lacks-right"))
    before = {
        "Medimail": tab.says("portal.step_up", level=tab.says("level.strong")),
        "e-mage": tab.says("portal.right_missing"),
        "Courrier": tab.says("portal.action_named", action="Conditions d’utilisation de Courrier"),
    }
    for title, words in before.items():
        assert words in flat(tab.page.locator(".tile", has_text=title).first.inner_text())


@moved_in_every_way
def test_a_tile_out_of_reach_names_the_means_that_are_missing_and_leads_to_them(
    moved: Visit,
) -> None:
    moved.sign_in(moved.person("no-means"))
    tile = moved.page.locator(".tile.locked", has_text="Dossier")
    said, strong = flat(tile.inner_text()), moved.says("level.strong")
    assert moved.before("means", "portal.out_of_reach.means", level=strong) in said
    for means in ("sent_code", "totp"):
        assert moved.says(f"{means}.name", means) in said
    tile.locator("a.offer").click()
    moved.page.wait_for_url("**/account")
    assert moved.says("account.means.masked.ask") in moved.read()
