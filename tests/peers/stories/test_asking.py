"""« Demander un compte », from the sign-in page to the colleague who comes in."""

import re

from tests.peers.browser.tab import Tab
from tests.peers.stories.cast import CAST
from tests.peers.stories.place import Place

MAIL = "nina.leroy@clinique.test"
CHOSEN = "trois bateaux sous la pluie"
_CONFIRM = re.compile(r"https://\S+/request/confirm\S+")
_INVITED = re.compile(r"https://\S+/apps/password/set\S+")


def test_an_account_is_asked_for_confirmed_opened_in_one_click_and_used(
    tab: Tab, elsewhere: Tab, here: Place
) -> None:
    tab.open("/services")
    tab.press("main a[href='/request']")
    tab.send(
        given_name="Nina",
        family_name="Leroy",
        mail=MAIL,
        profession="Infirmière",
        structure="Clinique du Parc",
        number="",
    )
    tab.page.get_by_text("Confirmez votre adresse").wait_for()
    confirm = _CONFIRM.search(here.post.mail(MAIL, "/request/confirm"))
    assert confirm
    # A scanner that opens the link confirms nothing: a button does.
    tab.open(confirm[0])
    tab.open(confirm[0])
    tab.press("main form button")
    assert "Le référent de votre structure a reçu votre demande." in tab.page.inner_text("main")
    referent = CAST["opens-accounts"]
    assert "/console/requests" in here.post.mail(referent.mail, "Leroy")
    elsewhere.sign_in_strong(referent, "/console/requests")
    elsewhere.press("main section:has-text('Nina Leroy') form[action$='/accept'] button")
    assert "Le compte est ouvert" in elsewhere.page.locator("main").inner_text()
    invited = _INVITED.search(here.post.mail(MAIL, "/apps/password/set"))
    assert invited
    tab.open(invited[0])
    tab.send(new_password=CHOSEN, new_password_again=CHOSEN)
    tab.open("/services")
    tab.send(identifier=MAIL, password=CHOSEN)
    tab.accept_terms()
    tab.page.wait_for_url("**/services")
    assert "Nina Leroy" in tab.page.locator("details.menu summary").inner_text()


def test_what_is_wrong_is_said_at_its_field_and_the_rest_stays(tab: Tab) -> None:
    tab.open("/request")
    typed = {"given_name": "Nina", "family_name": "Leroy", "mail": MAIL, "number": "123"}
    tab.send(**typed, profession="Infirmière", structure="Clinique du Parc")
    tab.page.get_by_text("Ce numéro n’est ni un RPPS ni un ADELI").wait_for()
    assert tab.status == 422
    assert tab.page.locator("[name=family_name]").input_value() == "Leroy"


def test_the_form_speaks_english(english: Tab) -> None:
    english.open("/services")
    english.press("main a[href='/request']")
    assert "account" in english.page.locator("h1").inner_text().lower()
