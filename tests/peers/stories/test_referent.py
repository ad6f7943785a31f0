"""The référent's console: colleagues of one's own structures, and nobody else."""

import re
from datetime import UTC, datetime, timedelta

from hub_plugins.demo.notice import PASSWORD as DEMO
from tests.peers.browser.people import Person
from tests.peers.stories.place import Place
from tests.peers.stories.visit import Visit
from tests.peers.stories.ways import in_every_way

_INVITED = re.compile(r"https://\S+/apps/password/set\S+")
CHOSEN = "huit cerises sur la table"
HENRI = Person(login="henri.vasseur", number=0)
LOST = {
    "": ("Henri Vasseur", "henri.vasseur"),
    "phone": ("Bruno Caron", "bruno.caron"),
    "plain": ("Claire Fontaine", "claire.fontaine"),
}
"""Each way somebody else lost a telephone."""


def _colleague(tab: Visit, login: str, name: str) -> None:
    """Her page, as the référent *login* finds it."""
    tab.sign_in_strong(tab.person(login), "/console")
    tab.send(q=name)
    tab.page.get_by_role("link", name=name).click()
    tab.page.locator("h1", has_text=name).wait_for()


def _confirmed(tab: Visit, summary: str, within: str = "main") -> None:
    """Opens what asks first, and presses its one button."""
    asks = tab.page.locator("summary", has_text=summary)
    box = tab.page.locator(f"{within} details", has=asks).first
    box.locator("summary").click()
    with tab.page.expect_navigation():
        box.locator("form button").click()


@in_every_way
def test_an_account_is_opened_with_a_password_for_one_day(tab: Visit, elsewhere: Visit) -> None:
    tab.sign_in_strong(tab.person("opens-accounts"), "/console")
    tab.link("console.create").click()
    way = tab.page.locator("[name=way][value=temporary]")
    way.check()
    name = f"Petit{tab.way.name}"
    tab.send(family_name=name, given_name="Nora", role="Infirmière")
    tab.page.get_by_text(tab.says("console.lent.hand")).wait_for()
    login, secret = tab.page.locator(".code.long").all_inner_texts()
    tab.link("console.lent.noted").click()
    assert secret not in tab.page.content()
    elsewhere.open("/services")
    elsewhere.send(identifier=login, password=secret)
    elsewhere.send(new_password=CHOSEN, new_password_again=CHOSEN)
    elsewhere.accept_terms()
    elsewhere.page.wait_for_url("**/services")
    assert f"Nora {name}" in elsewhere.page.locator("details.menu summary").inner_text()


@in_every_way
def test_a_suspended_colleague_is_out_at_once_and_in_again_once_reopened(
    tab: Visit, elsewhere: Visit
) -> None:
    elsewhere.open("/services")
    elsewhere.password(HENRI, DEMO)
    elsewhere.arrive()
    _colleague(tab, "suspends", "Henri Vasseur")
    _confirmed(tab, tab.says("console.suspend"))
    elsewhere.open("/services")
    assert elsewhere.path.startswith("/login/")
    elsewhere.password(HENRI, DEMO)
    assert elsewhere.path.startswith("/login/")
    tab.page.get_by_role("button", name=tab.says("console.reopen")).click()
    tab.page.get_by_text(tab.says("console.done.reopened")).wait_for()
    elsewhere.open("/services")
    elsewhere.password(HENRI, DEMO)
    elsewhere.page.wait_for_url("**/services")


@in_every_way
def test_a_lost_telephone_is_reset_and_both_are_told(
    tab: Visit, elsewhere: Visit, here: Place
) -> None:
    name, login = LOST[tab.way.name]
    _colleague(tab, "resets-means", name)
    _confirmed(tab, tab.says("console.reset"))
    tab.page.get_by_text(tab.says("console.done.reset")).wait_for()
    # In French, whatever the référent reads.
    theirs = elsewhere.before("method", "console.told.means.reset")
    assert here.post.mail(f"{login}@clinique-du-parc.example", theirs)
    told = tab.before("method", "console.told.means.reset")
    assert here.post.mail(tab.person("resets-means").mail, told)


@in_every_way
def test_a_right_is_given_for_one_place_until_a_day_and_ended(tab: Visit) -> None:
    _colleague(tab, "gives-rights", "Henri Vasseur")
    day = (datetime.now(UTC) + timedelta(days=30)).date()
    tab.page.locator("[name=right]").select_option(label="e-mage")
    tab.page.locator("[name=until]").fill(day.isoformat())
    tab.page.get_by_role("button", name=tab.says("console.rights.give")).last.click()
    held = tab.page.locator("section:has(#rights) .rows li", has_text="e-mage")
    held.wait_for()
    assert str(day.year) in held.inner_text()
    _confirmed(tab, tab.says("console.rights.end"), "section:has(#rights)")
    held.wait_for(state="detached")


@in_every_way
def test_a_colleague_asks_for_a_tile_and_the_referent_opens_it(
    tab: Visit, elsewhere: Visit
) -> None:
    tab.sign_in(tab.person("asks-access"))
    tab.press("a.offer[href='/services/emage/request']")
    tab.fill("message", "Pour suivre les radiographies des urgences")
    tab.press("form[action$='/request'] button")
    elsewhere.sign_in_strong(tab.person("decides"), "/console/access")
    asked = elsewhere.page.locator("main section", has_text="radiographies des urgences")
    asked.get_by_role("button", name=elsewhere.says("console.access.give")).click()
    elsewhere.page.get_by_text(elsewhere.says("console.access.given")).wait_for()
    tab.open("/services")
    assert tab.says("bell.count", n=1) in tab.read("a.bell")
    assert tab.page.locator(".tile.locked", has_text="e-mage").count() == 0


@in_every_way
def test_a_file_is_shown_line_by_line_before_anything_is_done(tab: Visit, here: Place) -> None:
    tab.sign_in_strong(tab.person("imports"), "/console")
    tab.link("console.import").click()
    head = "nom;prénom;mail;mobile;numéro;fonction;profession;structure"
    lise = f"lise.roy{tab.way.name}@clinique.test"
    good = f"Roy{tab.way.name};Lise;{lise};;;Aide-soignante;;Clinique du Parc"
    wrong = "Roy;Luc;no-address;;;Brancardier;;Clinique du Parc"
    content = "\n".join([head, good, wrong, ""]).encode()
    file = {"name": "equipe.csv", "mimeType": "text/csv", "buffer": content}
    tab.page.locator("[name=file]").set_input_files(file)
    tab.button("console.import.check").click()
    lines = tab.page.locator("table tbody tr")
    lines.nth(1).wait_for()
    assert "Lise" in lines.nth(0).inner_text() and "Luc" in lines.nth(1).inner_text()
    fates = [each.locator("strong").inner_text() for each in lines.all()]
    assert fates[0] != fates[1]
    tab.page.locator("form[action$='/apply'] button").click()
    assert "/apps/password/set" in here.post.mail(lise)


@in_every_way
def test_people_of_other_structures_are_neither_found_nor_opened(tab: Visit) -> None:
    tab.sign_in_strong(tab.person("looks-elsewhere"), "/console")
    tab.send(q="Garnier")
    assert "Sophie" not in tab.page.locator("main").inner_text()
    tab.open("/console/people/somebody-elsewhere")
    assert tab.status == 404


@in_every_way
def test_the_console_asks_for_a_strong_proof_first(tab: Visit) -> None:
    tab.sign_in(tab.person("decides"))
    tab.open("/console/people")
    assert tab.path.startswith("/login/")
    assert tab.says("signin.level", level=tab.says("level.strong")) in tab.read(".going")


@in_every_way
def test_an_account_is_opened_by_an_invitation_sent_by_mail(
    tab: Visit, elsewhere: Visit, here: Place
) -> None:
    name = f"Invitée{tab.way.name}"
    mail = f"nora.{tab.way.name or 'desk'}@clinique.test"
    tab.sign_in_strong(tab.person("invites"), "/console/people/new")
    tab.page.locator("[name=way][value=invitation]").check()
    tab.send(family_name=name, given_name="Nora", role="Infirmière", mail=mail)
    tab.page.locator("h1", has_text=name).wait_for()
    link = _INVITED.search(here.post.mail(mail, "/apps/password/set"))
    assert link
    elsewhere.open(link[0])
    elsewhere.send(new_password=CHOSEN, new_password_again=CHOSEN)
    elsewhere.open("/services")
    elsewhere.send(identifier=mail, password=CHOSEN)
    elsewhere.accept_terms()
    elsewhere.page.wait_for_url("**/services")


@in_every_way
def test_colleagues_are_listed_in_order_and_found_by_name(tab: Visit) -> None:
    tab.sign_in_strong(tab.person("lists"), "/console/people")
    tab.page.locator(".rows a").first.wait_for()
    names = tab.page.locator(".rows a strong").all_inner_texts()
    assert names == sorted(names) and {"Bruno Caron", "Henri Vasseur"} <= {*names}
    tab.send(q="vasseur")
    tab.link("console.people.all").wait_for()
    assert tab.page.locator(".rows a strong").all_inner_texts() == ["Henri Vasseur"]
