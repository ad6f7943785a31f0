"""A new password judged while it is typed, in words, before anything is sent."""

from playwright.sync_api import Locator, Request

from tests.peers.browser.people import PASSWORD, Person
from tests.peers.browser.tab import Tab
from tests.peers.stories.cast import CAST
from tests.peers.stories.visit import Visit
from tests.peers.stories.ways import also_on_a_phone

OWNER = "password"
NEW = "neuf barques sous la neige"
JUDGE = "/apps/password/judge"
KEPT = "[data-rule={}][data-state=kept]"
BROKEN = "[data-rule={}][data-state=broken]"


def _at_the_form(tab: Tab, person: Person) -> Locator:
    tab.sign_in(person)
    tab.open("/account")
    tab.press("form[action$='/means/password'] button")
    return tab.page.locator("[name=new_password]")


def _said(tab: Tab, rule: str) -> str:
    return str(tab.page.locator(f"[data-rule={rule}]").inner_text())


def _told(tab: Tab, words: str) -> None:
    """What a screen reader hears without leaving the field."""
    tab.page.locator("#password-told").filter(has_text=words).wait_for(state="attached")


def _judged(tab: Tab) -> list[str]:
    """The new passwords that leave the page from now on; nothing else may carry one."""
    left: list[str] = []

    def note(request: Request) -> None:
        sent = request.post_data_json if request.post_data else {}
        if sent and "new_password" in sent:
            assert request.url == f"{tab.hub}{JUDGE}"
            left.append(sent["new_password"])

    tab.page.on("request", note)
    return left


def test_the_password_is_checked_while_it_is_typed(tab: Tab) -> None:
    person = CAST["types-slowly"]
    field = _at_the_form(tab, person)
    left = _judged(tab)
    field.press_sequentially("court")
    assert "encore 7" in _said(tab, "too_short")
    field.press_sequentially(" mais plus")
    tab.page.locator(KEPT.format("too_short")).wait_for()
    tab.page.locator(KEPT.format("common")).wait_for()
    field.fill("motdepasse123")
    tab.page.locator(BROKEN.format("common")).wait_for()
    assert "à corriger" in _said(tab, "common")
    _told(tab, "À corriger : Pas un mot de passe courant")
    field.fill("marie durand")
    tab.page.locator(BROKEN.format("personal")).wait_for()
    field.fill(NEW)
    tab.page.locator(KEPT.format("personal")).wait_for()
    _told(tab, "Rien à corriger")
    again = tab.page.locator("[name=new_password_again]")
    again.press_sequentially(NEW[:-1])
    assert "à corriger" not in _said(tab, "not_the_same")
    again.press_sequentially(NEW[-1])
    tab.page.locator(KEPT.format("not_the_same")).wait_for()
    # What is too short is refused whatever it is: it stays on the page.
    assert left and all(len(each) >= 12 for each in left)
    assert tab.complaints == []


def test_the_page_of_a_mailed_link_says_nothing_good_of_names_it_does_not_know(tab: Tab) -> None:
    tab.open("/apps/password/set?ticket=none")
    field = tab.page.locator("[name=new_password]")
    field.fill("hopital-hopital-54")
    tab.page.locator(BROKEN.format("personal")).wait_for()
    _told(tab, "À corriger")
    field.fill("marie durand")
    tab.page.locator(KEPT.format("common")).wait_for()
    assert "respecté" not in _said(tab, "personal")
    assert "vérifié à l’enregistrement" in _said(tab, "personal")
    tab.page.locator("#password-told:empty").wait_for(state="attached")


@also_on_a_phone
def test_it_is_checked_in_ones_own_language_and_saved(tab: Visit) -> None:
    person = tab.person("types-in-english")
    field = _at_the_form(tab, person)
    field.press_sequentially("short")
    missing = tab.says("password.rule.missing", OWNER).replace("§", "7")
    assert missing in _said(tab, "too_short")
    field.blur()
    tab.page.locator(BROKEN.format("too_short")).wait_for()
    assert tab.says("password.rule.broken", OWNER) in _said(tab, "too_short")
    _told(tab, tab.says("password.rule.too_short", OWNER, shortest=12))
    with tab.page.expect_navigation():
        tab.send(password=PASSWORD, new_password=NEW, new_password_again=NEW)
    assert tab.path == "/account"


def test_a_hub_that_does_not_answer_meanwhile_hinders_nobody(tab: Tab) -> None:
    person = CAST["types-slowly"]
    field = _at_the_form(tab, person)
    with tab.page.expect_request(f"**{JUDGE}"):
        tab.page.route(f"**{JUDGE}", lambda route: route.abort("failed"))
        field.fill("motdepasse123")
    tab.page.locator(KEPT.format("too_short")).wait_for()
    tab.send(password=PASSWORD, new_password="motdepasse123", new_password_again="motdepasse123")
    assert "parmi les plus courants" in tab.page.locator("#refusal").inner_text()
    assert "à corriger" in _said(tab, "common")
