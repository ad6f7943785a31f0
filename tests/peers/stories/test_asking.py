"""« Demander un compte », from the sign-in page to the colleague who comes in."""

import re

from tests.peers.stories.place import Place
from tests.peers.stories.visit import Visit
from tests.peers.stories.ways import in_every_way

NAMES = {"": "Leroy", "phone": "Lefort", "plain": "Lebrun"}
"""Each way somebody else asks."""
CHOSEN = "trois bateaux sous la pluie"
_CONFIRM = re.compile(r"https://\S+/request/confirm\S+")
_INVITED = re.compile(r"https://\S+/apps/password/set\S+")


@in_every_way
def test_an_account_is_asked_for_confirmed_opened_in_one_click_and_used(
    tab: Visit, elsewhere: Visit, here: Place
) -> None:
    name = NAMES[tab.way.name]
    mail = f"nina.{name.lower()}@clinique.test"
    tab.open("/services")
    tab.press("main a[href='/request']")
    tab.send(
        given_name="Nina",
        family_name=name,
        mail=mail,
        profession="Infirmière",
        structure="Clinique du Parc",
        number="",
    )
    tab.page.get_by_text(tab.says("request.sent"), exact=True).first.wait_for()
    confirm = _CONFIRM.search(here.post.mail(mail, "/request/confirm"))
    assert confirm
    # A scanner that opens the link confirms nothing: a button does.
    tab.open(confirm[0])
    tab.open(confirm[0])
    tab.press("main form button")
    assert tab.says("request.confirmed.referents") in tab.read()
    referent = tab.person("answers")
    assert "/console/requests" in here.post.mail(referent.mail, name)
    elsewhere.sign_in_strong(referent, "/console/requests")
    elsewhere.press(f"main section:has-text('Nina {name}') form[action$='/accept'] button")
    assert elsewhere.says("console.requests.accepted") in elsewhere.read()
    invited = _INVITED.search(here.post.mail(mail, "/apps/password/set"))
    assert invited
    tab.open(invited[0])
    tab.send(new_password=CHOSEN, new_password_again=CHOSEN)
    tab.open("/services")
    tab.send(identifier=mail, password=CHOSEN)
    tab.accept_terms()
    tab.page.wait_for_url("**/services")
    assert f"Nina {name}" in tab.page.locator("details.menu summary").inner_text()


@in_every_way
def test_what_is_wrong_is_said_at_its_field_and_the_rest_stays(tab: Visit) -> None:
    tab.open("/request")
    typed = {
        "given_name": "Nina",
        "family_name": "Leroy",
        "mail": "nina.leroy@clinique.test",
        "number": "123",
    }
    tab.send(**typed, profession="Infirmière", structure="Clinique du Parc")
    tab.page.get_by_text(tab.says("request.wrong.number")).first.wait_for()
    assert tab.status == 422
    assert tab.page.locator("[name=family_name]").input_value() == "Leroy"


@in_every_way
def test_the_form_speaks_ones_own_language(tab: Visit) -> None:
    tab.open("/services")
    tab.press("main a[href='/request']")
    tab.page.locator("main [name=family_name]").wait_for()
    assert tab.page.locator("html").get_attribute("lang") == tab.way.language
    assert tab.read("h1") == tab.says("request.title")


def _asked(tab: Visit, name: str, mail: str, structure: str) -> None:
    tab.open("/request")
    tab.send(
        given_name="Nina",
        family_name=name,
        mail=mail,
        profession="Infirmière",
        structure=structure,
        number="",
    )


@in_every_way
def test_a_request_for_a_place_without_a_referent_goes_to_the_support(
    tab: Visit, elsewhere: Visit, here: Place
) -> None:
    name = f"{NAMES[tab.way.name]}-Sans"
    mail = f"{name.lower()}@cabinet.test"
    _asked(tab, name, mail, "Cabinet des Tilleuls")
    confirm = _CONFIRM.search(here.post.mail(mail, "/request/confirm"))
    assert confirm
    tab.open(confirm[0])
    tab.press("main form button")
    tab.page.get_by_text(tab.says("request.confirmed.support")).wait_for()
    elsewhere.sign_in_strong(tab.person("sorts-requests"), "/console/requests")
    assert f"Nina {name}" in elsewhere.read()


@in_every_way
def test_a_structure_written_in_part_is_proposed_whole(tab: Visit, here: Place) -> None:
    name = f"{NAMES[tab.way.name]}-Part"
    mail = f"{name.lower()}@clinique.test"
    _asked(tab, name, mail, "clinique PARC")
    tab.page.get_by_text(tab.says("request.near.why")).wait_for()
    tab.page.get_by_role("radio", name="Clinique du Parc").check()
    tab.press("form:has([name=meant]) button:not([name])")
    tab.page.get_by_text(tab.says("request.sent"), exact=True).first.wait_for()
    assert here.post.mail(mail, "/request/confirm")
