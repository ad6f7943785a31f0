"""States of the first opening of a service, and of the page of the mailboxes."""

from tests.peers.browser.people import Kind, Person
from tests.peers.browser.state import STATES
from tests.peers.browser.tab import Tab

LOGIN, MINE = "/login/<login>", "/apps/medimail/"
LETTERS = (
    "/oidc/authorize?client_id=letters&redirect_uri=https://workshop.test/letters"
    f"&response_type=code&scope=openid&code_challenge={'x' * 43}&code_challenge_method=S256"
)
GO_ON = "form:has([name=attest]) button"


@STATES("association", LOGIN)
def association(tab: Tab, person: Person) -> None:
    tab.sign_in(person, tab.hub + LETTERS)


@STATES("association-unknown", LOGIN, kind=Kind.SECRETARY)
def association_unknown(tab: Tab, person: Person) -> None:
    """The directory knows no more of her than her name."""
    tab.sign_in(person, tab.hub + LETTERS)


STATES.born(reachable=False)


@STATES("association-wrong", LOGIN, kind=Kind.SECRETARY)
def association_wrong(tab: Tab, person: Person) -> None:
    association_unknown(tab, person)
    tab.fill("mail", "marie@cabinet.test")
    tab.fill("mobile", "0612")
    tab.page.locator("[name=identifier_type]").select_option("siret")
    tab.fill("identifier_number", "73282932000075")
    tab.page.locator("[name=attest]").check()
    with tab.page.expect_navigation():
        tab.press(GO_ON)


STATES.born(reachable=False)


@STATES("association-not-attested", LOGIN)
def association_not_attested(tab: Tab, person: Person) -> None:
    association(tab, person)
    tab.page.locator("[name=attest]").evaluate("(box) => { box.required = false; }")
    with tab.page.expect_navigation():
        tab.press(GO_ON)


@STATES("mailboxes-none", MINE)
def mailboxes_none(tab: Tab, person: Person) -> None:
    tab.sign_in(person, MINE)


@STATES("mailboxes-one", MINE)
def mailboxes_one(tab: Tab, person: Person) -> None:
    tab.sign_in(person, MINE)


@STATES("mailboxes-several", MINE)
def mailboxes_several(tab: Tab, person: Person) -> None:
    tab.sign_in(person, MINE)


@STATES("mailboxes-chosen", MINE)
def mailboxes_chosen(tab: Tab, person: Person) -> None:
    tab.sign_in(person, MINE)
    tab.page.locator("[name=address]").last.check()
    with tab.page.expect_navigation():
        tab.press("form:has([name=address]) button")


@STATES("mailboxes-gone", MINE)
def mailboxes_gone(tab: Tab, person: Person) -> None:
    tab.sign_in(person, MINE)
    box = tab.page.locator("[name=address]").last
    box.check()
    box.evaluate("(box) => { box.value = 'somebody@else.test'; }")
    with tab.page.expect_navigation():
        tab.press("form:has([name=address]) button")


def mailboxes() -> str:
    """As the operator brings them in."""
    lines = ["address;kind;person;structure;first"]
    for login in ("mailboxes-one", "mailboxes-several", "mailboxes-chosen", "mailboxes-gone"):
        lines.append(f"{login}@mss.test;PER;login:{login};;yes")
    for login in ("mailboxes-several", "mailboxes-chosen", "mailboxes-gone"):
        lines.append(f"accueil@mss.test;ORG;login:{login};Cabinet des Tilleuls;no")
        lines.append(f"gardes@mss.test;ORG;login:{login};Clinique du Parc;no")
        lines.append(f"resultats@mss.test;APP;login:{login};;no")
    return "\n".join(lines) + "\n"
