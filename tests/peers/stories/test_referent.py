"""The référent's console: colleagues of one's own structures, and nobody else."""

from datetime import UTC, datetime, timedelta

from hub_plugins.demo.notice import PASSWORD as DEMO
from tests.peers.browser.people import Person
from tests.peers.browser.tab import Tab
from tests.peers.stories.cast import CAST
from tests.peers.stories.place import Place

CHOSEN = "huit cerises sur la table"
HENRI = Person(login="henri.vasseur", number=0)
HENRI_S_MAIL = "henri.vasseur@clinique-du-parc.example"


def _colleague(tab: Tab, login: str, name: str) -> None:
    """Her page, as the référent *login* finds it."""
    tab.sign_in_strong(CAST[login], "/console")
    tab.send(q=name)
    tab.page.get_by_role("link", name=name).click()
    tab.page.locator("h1", has_text=name).wait_for()


def _confirmed(tab: Tab, summary: str) -> None:
    """Opens what asks first, and presses its one button."""
    box = tab.page.locator("details", has=tab.page.locator("summary", has_text=summary)).first
    box.locator("summary").click()
    with tab.page.expect_navigation():
        box.locator("form button").click()


def test_an_account_is_opened_with_a_password_for_one_day(tab: Tab, elsewhere: Tab) -> None:
    tab.sign_in_strong(CAST["opens-accounts"], "/console")
    tab.page.get_by_role("link", name="Créer un compte").click()
    way = tab.page.locator("[name=way][value=temporary]")
    way.check()
    tab.send(family_name="Petit", given_name="Nora", role="Infirmière")
    tab.page.get_by_text("valable un jour").or_(tab.page.get_by_text("À remettre")).wait_for()
    login, secret = tab.page.locator(".code.long").all_inner_texts()
    tab.page.get_by_role("link", name="C’est noté").click()
    assert secret not in tab.page.content()
    elsewhere.open("/services")
    elsewhere.send(identifier=login, password=secret)
    elsewhere.send(new_password=CHOSEN, new_password_again=CHOSEN)
    elsewhere.accept_terms()
    elsewhere.page.wait_for_url("**/services")
    assert "Nora Petit" in elsewhere.page.locator("details.menu summary").inner_text()


def test_a_suspended_colleague_is_out_at_once_and_in_again_once_reopened(
    tab: Tab, elsewhere: Tab
) -> None:
    elsewhere.open("/services")
    elsewhere.password(HENRI, DEMO)
    elsewhere.accept_terms()
    elsewhere.page.wait_for_url("**/services")
    _colleague(tab, "suspends", "Henri Vasseur")
    _confirmed(tab, "Suspendre le compte")
    elsewhere.open("/services")
    assert elsewhere.path.startswith("/login/")
    elsewhere.password(HENRI, DEMO)
    assert elsewhere.path.startswith("/login/")
    tab.page.get_by_role("button", name="Rouvrir le compte").click()
    tab.page.get_by_text("Le compte est rouvert").wait_for()
    elsewhere.open("/services")
    elsewhere.password(HENRI, DEMO)
    elsewhere.page.wait_for_url("**/services")


def test_a_lost_telephone_is_reset_and_both_are_told(tab: Tab, here: Place) -> None:
    _colleague(tab, "resets-means", "Henri Vasseur")
    _confirmed(tab, "Réinitialiser")
    tab.page.get_by_text("Le moyen est réinitialisé.").wait_for()
    assert "réinitialisé" in here.post.mail(HENRI_S_MAIL, "réinitialisé")
    assert "réinitialisé" in here.post.mail(CAST["resets-means"].mail, "réinitialisé")


def test_a_right_is_given_for_one_place_until_a_day_and_ended(tab: Tab) -> None:
    _colleague(tab, "gives-rights", "Henri Vasseur")
    day = (datetime.now(UTC) + timedelta(days=30)).date()
    tab.page.locator("[name=right]").select_option(label="e-mage")
    tab.page.locator("[name=until]").fill(day.isoformat())
    tab.page.get_by_role("button", name="Donner").last.click()
    held = tab.page.locator("section:has(#rights) .rows li", has_text="e-mage")
    held.wait_for()
    assert str(day.year) in held.inner_text()
    _confirmed(tab, "Retirer")
    held.wait_for(state="detached")


def test_a_colleague_asks_for_a_tile_and_the_referent_opens_it(tab: Tab, elsewhere: Tab) -> None:
    tab.sign_in(CAST["asks-access"])
    tab.press("a.offer[href='/services/emage/request']")
    tab.fill("message", "Pour suivre les radiographies des urgences")
    tab.press("form[action$='/request'] button")
    elsewhere.sign_in_strong(CAST["decides"], "/console/access")
    asked = elsewhere.page.locator("main section", has_text="radiographies des urgences")
    asked.get_by_role("button", name="Ouvrir l’accès").click()
    elsewhere.page.get_by_text("L’accès est ouvert ; la personne est prévenue.").wait_for()
    tab.open("/services")
    assert "1 avis non lu" in tab.page.locator("a.bell").inner_text()
    assert tab.page.locator(".tile.locked", has_text="e-mage").count() == 0


def test_a_file_is_shown_line_by_line_before_anything_is_done(tab: Tab, here: Place) -> None:
    tab.sign_in_strong(CAST["imports"], "/console")
    tab.page.get_by_role("link", name="Importer").click()
    head = "nom;prénom;mail;mobile;numéro;fonction;profession;structure"
    good = "Roy;Lise;lise.roy@clinique.test;;;Aide-soignante;;Clinique du Parc"
    wrong = "Roy;Luc;no-address;;;Brancardier;;Clinique du Parc"
    content = "\n".join([head, good, wrong, ""]).encode()
    file = {"name": "equipe.csv", "mimeType": "text/csv", "buffer": content}
    tab.page.locator("[name=file]").set_input_files(file)
    tab.page.get_by_role("button", name="Vérifier").click()
    lines = tab.page.locator("table tbody tr")
    lines.nth(1).wait_for()
    assert "Lise" in lines.nth(0).inner_text() and "Luc" in lines.nth(1).inner_text()
    fates = [each.locator("strong").inner_text() for each in lines.all()]
    assert fates[0] != fates[1]
    tab.page.locator("form[action$='/apply'] button").click()
    assert "/apps/password/set" in here.post.mail("lise.roy@clinique.test")


def test_people_of_other_structures_are_neither_found_nor_opened(tab: Tab) -> None:
    tab.sign_in_strong(CAST["looks-elsewhere"], "/console")
    tab.send(q="Garnier")
    assert "Sophie" not in tab.page.locator("main").inner_text()
    tab.open("/console/people/somebody-elsewhere")
    assert tab.status == 404


def test_the_console_asks_for_a_strong_proof_first(tab: Tab) -> None:
    tab.sign_in(CAST["decides"])
    tab.open("/console/people")
    assert tab.path.startswith("/login/")
    assert "Connexion forte demandée" in tab.page.locator(".going").inner_text()
