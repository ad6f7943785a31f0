"""« Mes services »: tiles, favourites, personal links, search, the padlock, the bell, terms."""

from tests.peers.browser.tab import Tab
from tests.peers.stories.calling import called, subject_told
from tests.peers.stories.cast import CAST
from tests.peers.stories.later import Later
from tests.peers.stories.place import Place

MANAGE = "/services/manage"


def titles(tab: Tab, within: str = ".tile:visible a.open") -> list[str]:
    return list(map(str, tab.page.locator(within).all_inner_texts()))


def _linked(tab: Tab, *names: str) -> None:
    for name in names:
        tab.open("/services/links/new")
        tab.send(name=name, address="https://labo.test/accueil", description="Sur l’intranet")


def _press(tab: Tab, label: str) -> None:
    with tab.page.expect_navigation():
        tab.page.get_by_role("button", name=label, exact=True).click()


def test_a_step_up_asks_only_what_is_missing_and_both_services_stay_open(
    tab: Tab, here: Place
) -> None:
    person, town = CAST["steps-up"], here.town
    tab.sign_in(person)
    tab.open("/open/emage")
    assert "urn:hub:acr:simple" in tab.page.locator("#claims").inner_text()
    tab.open("/services")
    tile = tab.page.locator(".tile", has_text="Medimail")
    assert "Encore une preuve à donner" in tile.inner_text()
    tile.locator("a.offer").click()
    assert tab.page.locator("main [name=password]").count() == 0
    assert "seule la preuve qui manque" in tab.page.locator("aside").inner_text()
    tab.ask_code("mail")
    tab.send(code=here.post.code_by_mail(person.mail))
    tab.page.wait_for_url(f"{town.medimail.site.origin}/**")
    tab.open(f"{town.emage.site.origin}/?prompt=none")
    assert tab.page.locator("#claims").count() == 1
    tab.open("/services")
    assert "code par mail" in tab.page.locator(".padlock").first.inner_text()


def test_a_bubble_describes_and_back_returns_from_the_long_page(tab: Tab) -> None:
    tab.sign_in(CAST["bubbles"])
    bubble = tab.page.locator(".tile", has_text="Medimail").locator("details.bubble")
    icon = tab.page.locator(".tile", has_text="Medimail").locator(".icon").first.bounding_box()
    mark = bubble.locator("summary").bounding_box()
    assert icon and mark
    # At the top left of the icon.
    assert mark["x"] <= icon["x"] and mark["y"] <= icon["y"]
    bubble.locator("summary").click()
    assert "Messagerie sécurisée de santé" in bubble.locator(".sheet").inner_text()
    bubble.get_by_role("link", name="En savoir plus").click()
    tab.page.get_by_text("Ouvert à tous les professionnels de la région.").wait_for()
    tab.page.go_back()
    assert tab.path == "/services"


def test_with_more_than_six_services_favourites_have_a_tab(tab: Tab, elsewhere: Tab) -> None:
    person = CAST["favourites"]
    tab.sign_in(person)
    assert tab.page.get_by_role("link", name="Favoris").count() == 0
    _linked(tab, "Laboratoire", "Protocoles", "Garde", "Pharmacovigilance")
    tab.open("/services")
    assert tab.page.get_by_role("link", name="Favoris").count() == 1
    tab.press("a[href='/services/manage']")
    _press(tab, "Ajouter Laboratoire aux favoris")
    heart = tab.page.get_by_role("button", name="Retirer Laboratoire des favoris")
    # A full heart, in turquoise: the colour is told apart from the empty one's.
    full = heart.locator("svg").evaluate("each => getComputedStyle(each).fill")
    other = tab.page.get_by_role("button", name="Ajouter Garde aux favoris").locator("svg")
    assert full not in ("none", other.evaluate("each => getComputedStyle(each).fill"))
    tab.page.get_by_role("link", name="Terminer").click()
    tab.page.get_by_role("link", name="Favoris").click()
    assert titles(tab) == ["Laboratoire"]
    # On every device.
    elsewhere.sign_in(person)
    elsewhere.page.get_by_role("link", name="Favoris").click()
    assert titles(elsewhere) == ["Laboratoire"]


def test_the_order_is_changed_by_keyboard_alone(tab: Tab) -> None:
    tab.sign_in(CAST["by-keyboard"])
    tab.open(MANAGE)
    first, second, *others = titles(tab, ".manage strong")
    tab.page.get_by_role("button", name=f"Descendre {first}", exact=True).focus()
    with tab.page.expect_navigation():
        tab.page.keyboard.press("Enter")
    assert titles(tab, ".manage strong") == [second, first, *others]
    focused = tab.page.evaluate("document.activeElement.innerText")
    assert focused.strip() == f"Descendre {first}"
    said = f"{first} est maintenant en position 2"
    assert said in tab.page.get_by_role("status").first.inner_text()


def test_a_personal_link_is_added_loved_edited_and_removed(tab: Tab) -> None:
    tab.sign_in(CAST["links"])
    tab.open(MANAGE)
    tab.page.get_by_role("link", name="Ajouter un lien").click()
    tab.send(name="Un piège", address="javascript:alert(1)")
    assert tab.status == 422 and tab.page.locator("[name=name]").input_value() == "Un piège"
    tab.send(name="Laboratoire du Centre", address="https://labo.test/accueil")
    _press(tab, "Ajouter Laboratoire du Centre aux favoris")
    tab.open("/services")
    tile = tab.page.locator(".tile", has_text="Laboratoire du Centre")
    assert tile.locator("a.open").get_attribute("href") == "https://labo.test/accueil"
    assert tile.locator("span.icon").inner_text() and tile.locator(".loved").count() == 1
    tile.locator("a.edit").click()
    tab.send(name="Laboratoire du Parc")
    tab.open("/services")
    assert "Laboratoire du Parc" in titles(tab)
    tab.page.get_by_role("link", name="Modifier le lien Laboratoire du Parc").click()
    tab.page.get_by_role("button", name="Supprimer ce lien").click()
    tab.page.wait_for_url(f"**{MANAGE}**")
    tab.open("/services")
    assert "Laboratoire du Parc" not in titles(tab)


def test_the_search_filters_as_one_types(tab: Tab) -> None:
    tab.sign_in(CAST["searches"])
    everything = titles(tab)
    tab.page.locator("#q").press_sequentially("IMÀG")
    assert titles(tab) == ["e-mage"]
    tab.page.locator("#q").fill("")
    assert titles(tab) == everything


def test_a_tile_without_the_right_says_so_and_offers_the_request(tab: Tab, here: Place) -> None:
    tab.sign_in(CAST["lacks-right"])
    tile = tab.page.locator(".tile", has_text="e-mage")
    assert "Droit à demander à votre référent" in tile.inner_text()
    tile.locator("a.offer").click()
    assert "Demander l’accès à e-mage" in tab.page.locator("h1").inner_text()


def test_the_padlock_tells_the_level_in_words_and_offers_to_raise_it(tab: Tab, here: Place) -> None:
    person = CAST["padlock"]
    tab.sign_in(person)
    padlock = tab.page.locator("a.padlock").first
    assert "Connexion simple, mot de passe" in padlock.inner_text()
    padlock.click()
    tab.page.get_by_role("button", name="Renforcer ma connexion").click()
    tab.ask_code("sms")
    tab.send(code=here.post.code_by_sms(person.mobile))
    tab.open("/services")
    said = tab.page.locator("a.padlock").first.inner_text()
    assert "Connexion forte" in said and "code par SMS" in said


def test_a_notice_rings_the_bell_and_a_click_ends_at_the_record(tab: Tab, here: Place) -> None:
    tab.sign_in(CAST["noticed"])
    tab.open("/open/emage")
    words = "Le compte rendu que vous attendiez est arrivé"
    notice = {"sub": subject_told(tab), "text": words, "link": {"record": "en"}}
    called(tab, here.town.emage, "notices", "/apps/notices/", notice)
    tab.open("/services")
    assert "1 avis non lu" in tab.page.locator("a.bell").inner_text()
    tab.press("a.bell")
    tab.page.get_by_role("link", name=words).click()
    tab.page.wait_for_url(f"{here.town.emage.site.origin}/**")
    assert tab.page.locator("#claims").count() == 1
    tab.open("/services")
    assert "avis non lu" not in tab.page.locator("a.bell").inner_text()


def test_the_menu_leads_to_the_space_the_account_and_out(tab: Tab) -> None:
    tab.sign_in(CAST["accepts"])
    tab.press("details.menu summary")
    menu = tab.page.locator("details.menu").inner_text()
    for words in (
        "Accéder au portail de mes services",
        "Gérer mon compte",
        "Se déconnecter",
    ):
        assert words in menu
    tab.open("/")
    tab.page.get_by_role("link", name="Retourner à mes services").first.click()
    tab.page.wait_for_url("**/services")


def test_terms_are_accepted_once_and_again_at_a_new_version(moved: Tab, later: Later) -> None:
    person = CAST["terms-again"]
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


def _leave(tab: Tab) -> None:
    tab.press("details.menu summary")
    with tab.page.expect_navigation():
        tab.press("details.menu form[action='/logout'] button")
