"""States of the référent's console: an account opened, a right given, a file brought in."""

from playwright.sync_api import FilePayload

from tests.peers.browser.people import Kind, Person
from tests.peers.browser.state import SEED, STATES
from tests.peers.browser.tab import Tab

NEW = "/console/people/new"
IMPORT = "/console/people/import"
RUN = f"{IMPORT}/<run>"
ONE = "/console/people/<account>"
CLINIC = "Clinique du Parc"
HEAD = "nom;prénom;mail;mobile;numéro;fonction;profession;structure;couleur"


def at(tab: Tab, person: Person, path: str) -> None:
    tab.sign_in_strong(person, "/console")
    tab.open(path)


def described(tab: Tab, person: Person, **changes: str) -> None:
    written = {
        "family_name": f"Nouvelle {person.number}",
        "given_name": "Zoé",
        "role": "Infirmière",
        **changes,
    }
    for name, text in written.items():
        tab.fill(name, text)


def create(tab: Tab) -> None:
    with tab.page.expect_navigation():
        tab.press("form[action='/console/people/new'] .button.wide")


def brought(tab: Tab, person: Person, *lines: str) -> None:
    at(tab, person, IMPORT)
    text = "\n".join([HEAD, *lines, ""])
    choose(tab, "equipe.csv", text.encode())
    with tab.page.expect_navigation():
        tab.press("form[action$='/import'] button")


def choose(tab: Tab, name: str, content: bytes) -> None:
    file = FilePayload(name=name, mimeType="text/csv", buffer=content)
    tab.page.locator("[name=file]").set_input_files(file)


def colleague(person: Person, number: int, **changes: str) -> str:
    cells = {
        "family_name": f"Importée {person.number}",
        "given_name": "Léa",
        "mail": f"lea.{person.number}.{number}@clinique.test",
        "mobile": "",
        "number": "",
        "role": "Aide-soignante",
        "profession": "",
        "structure": CLINIC,
        "colour": "",
        **changes,
    }
    return ";".join(cells.values())


@STATES("console-create", NEW, kind=Kind.REFERENT, seed=SEED)
def creating(tab: Tab, person: Person) -> None:
    at(tab, person, NEW)


@STATES("console-create-wrong", NEW, kind=Kind.REFERENT, seed=SEED, status=422)
def wrong(tab: Tab, person: Person) -> None:
    at(tab, person, NEW)
    described(tab, person, mobile="01 02 03 04 05", number="123", family_name="=1+1")
    create(tab)


@STATES("console-create-elsewhere", NEW, kind=Kind.REFERENT, seed=SEED, status=409)
def elsewhere(tab: Tab, person: Person) -> None:
    at(tab, person, NEW)
    # The first state's own person, who works elsewhere.
    described(tab, person, number="99700000000", mail=f"z{person.number}@clinique.test")
    create(tab)


@STATES("console-create-forwarded", "/console/people", kind=Kind.REFERENT, seed=SEED)
def forwarded(tab: Tab, person: Person) -> None:
    elsewhere(tab, person)
    with tab.page.expect_navigation():
        tab.press("button[name=forward]")


@STATES("console-create-opened", ONE, kind=Kind.REFERENT, seed=SEED)
def opened(tab: Tab, person: Person) -> None:
    at(tab, person, NEW)
    described(tab, person, mail=f"z{person.number}@clinique.test", mobile="06 12 34 56 78")
    create(tab)


@STATES("console-create-lent", NEW, kind=Kind.REFERENT, seed=SEED)
def lent(tab: Tab, person: Person) -> None:
    at(tab, person, NEW)
    described(tab, person)
    tab.page.locator("[name=way][value=temporary]").check()
    create(tab)


@STATES("console-person-lent", "", kind=Kind.REFERENT, seed=SEED)
def lent_again(tab: Tab, person: Person) -> None:
    opened(tab, person)
    tab.press("#lost ~ details summary")
    with tab.page.expect_navigation():
        tab.press("form[action$='/temporary'] button")


@STATES("console-person-contact", ONE, kind=Kind.REFERENT, seed=SEED)
def contact(tab: Tab, person: Person) -> None:
    opened(tab, person)
    tab.fill("address", "06 12 34 56 79")
    with tab.page.expect_navigation():
        tab.press("form[action$='/contact']:has([name=address]) button")


@STATES("console-person-contact-wrong", "", kind=Kind.REFERENT, seed=SEED, status=422)
def contact_wrong(tab: Tab, person: Person) -> None:
    opened(tab, person)
    tab.fill("address", "01 02")
    with tab.page.expect_navigation():
        tab.press("form[action$='/contact']:has([name=address]) button")


@STATES("console-person-right", ONE, kind=Kind.REFERENT, seed=SEED)
def right(tab: Tab, person: Person) -> None:
    opened(tab, person)
    with tab.page.expect_navigation():
        tab.press("form[action$='/rights'] button")
    tab.press("#rights ~ ul details summary")


@STATES("console-person-right-wrong", "", kind=Kind.REFERENT, seed=SEED, status=422)
def right_wrong(tab: Tab, person: Person) -> None:
    opened(tab, person)
    tab.page.locator("[name=lasts]").select_option("date")
    with tab.page.expect_navigation():
        tab.press("form[action$='/rights'] button")


@STATES("console-import", IMPORT, kind=Kind.REFERENT, seed=SEED)
def importing(tab: Tab, person: Person) -> None:
    at(tab, person, IMPORT)


@STATES("console-import-unread", IMPORT, kind=Kind.REFERENT, seed=SEED, status=422)
def unread(tab: Tab, person: Person) -> None:
    at(tab, person, IMPORT)
    choose(tab, "equipe.xls", b"PK\x03\x04")
    with tab.page.expect_navigation():
        tab.press("form[action$='/import'] button")


@STATES("console-import-shown", RUN, kind=Kind.REFERENT, seed=SEED)
def shown(tab: Tab, person: Person) -> None:
    lines = [colleague(person, number) for number in range(60)]
    brought(
        tab,
        person,
        colleague(person, 90, structure="CHU de Grandval"),
        colleague(person, 91, family_name="=1+1"),
        '"pas fermé',
        *lines,
    )


@STATES("console-import-refused", RUN, kind=Kind.REFERENT, seed=SEED)
def refused(tab: Tab, person: Person) -> None:
    shown(tab, person)
    with tab.page.expect_navigation():
        tab.press("a[href$='fate=refused']")


@STATES("console-import-done", RUN, kind=Kind.REFERENT, seed=SEED)
def done(tab: Tab, person: Person) -> None:
    brought(tab, person, colleague(person, 1))
    with tab.page.expect_navigation():
        tab.press("form[action$='/apply'] button")
    tab.open(IMPORT)
    tab.press("main .rows a")


@STATES("contact-confirm", "/contact")
def confirm(tab: Tab, person: Person) -> None:
    tab.sign_in(person)
    tab.open("/contact?c=unknown")


@STATES("contact-dead", "/contact", status=404)
def dead(tab: Tab, person: Person) -> None:
    confirm(tab, person)
    with tab.page.expect_navigation():
        tab.press("form[action='/contact'] button")
