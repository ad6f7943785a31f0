"""States of the consoles, each by the role that may enter it."""

from dataclasses import replace

from hub.app import utc_now
from hub.contract.audit import AuditEntry
from hub.contract.identifiers import ServiceId
from hub.store.database import open_database
from hub.store.sealing import KeyRing
from hub.store.trail import SqlTrail
from tests.peers.browser.people import Kind, Person
from tests.peers.browser.state import SEED, STATES
from tests.peers.browser.tab import Tab

BROKEN = "BR0K-EN"
"""The support code of a sign-in in which a means broke."""
PERSON = "/console/people/<account>"


@STATES("console-barred", "/console", seed=SEED, status=403)
def barred(tab: Tab, person: Person) -> None:
    tab.sign_in_strong(person, "/console")


@STATES("console-people", "/console/people", kind=Kind.REFERENT, seed=SEED)
def people(tab: Tab, person: Person) -> None:
    tab.sign_in_strong(person, "/console")


@STATES("console-people-unfound", "/console/people", kind=Kind.REFERENT, seed=SEED)
def people_unfound(tab: Tab, person: Person) -> None:
    people(tab, person)
    tab.open("/console/people?q=zzz")


@STATES("console-person", PERSON, kind=Kind.REFERENT, seed=SEED)
def one(tab: Tab, person: Person) -> None:
    people(tab, person)
    tab.press("a[href^='/console/people/']:has-text('Moreau')")


@STATES("console-person-warned", PERSON, kind=Kind.REFERENT, seed=SEED)
def warned(tab: Tab, person: Person) -> None:
    one(tab, person)
    for summary in tab.page.locator("main details summary").all():
        summary.click()


@STATES("console-person-suspended", PERSON, kind=Kind.REFERENT, seed=SEED)
def suspended(tab: Tab, person: Person) -> None:
    people(tab, person)
    tab.press("a[href^='/console/people/']:has-text('Caron')")
    tab.press("main details summary")
    tab.press("form[action$='/suspend'] button")


@STATES("console-support", "/console/support", kind=Kind.SUPPORT, seed=SEED)
def support(tab: Tab, person: Person) -> None:
    tab.sign_in_strong(person, "/console")


@STATES("console-support-found", "/console/support", kind=Kind.SUPPORT, seed=SEED)
def support_found(tab: Tab, person: Person) -> None:
    with tab.another() as elsewhere:
        elsewhere.open("/services")
        elsewhere.password(person, "not the password")
        code = elsewhere.page.locator(".foot .code").inner_text()
    support(tab, person)
    tab.open(f"/console/support?code={code}")
    tab.page.locator("main table").wait_for()


@STATES("console-support-unfound", "/console/support", kind=Kind.SUPPORT, seed=SEED)
def support_unfound(tab: Tab, person: Person) -> None:
    support(tab, person)
    tab.open("/console/support?code=ZZZZ-ZZ")


@STATES("console-support-incident", "/console/support", kind=Kind.SUPPORT, seed=SEED)
def support_incident(tab: Tab, person: Person) -> None:
    """A means broke in the middle of a sign-in; no means of the town ever does."""
    folder = tab.town.hub.folder
    database = open_database(f"sqlite:///{folder}/hub.db")
    book = SqlTrail(database, KeyRing.from_folder(folder / "secrets"), utc_now)
    begun = AuditEntry(
        at=utc_now(), action="login.begun", support=BROKEN, service=ServiceId("medimail")
    )
    broken = {"place": "totp", "kind": "RuntimeError"}
    for each in (begun, replace(begun, action="method.failed", details=broken)):
        book.note(each)
    database.engine.dispose()
    support(tab, person)
    tab.open(f"/console/support?code={BROKEN}")
    tab.page.locator("main .note.warn").wait_for()


@STATES("console-plugins", "/console/plugins", kind=Kind.OPERATOR, seed=SEED)
def plugins(tab: Tab, person: Person) -> None:
    tab.sign_in_strong(person, "/console")


@STATES("console-services", "/console/services", kind=Kind.OPERATOR, seed=SEED)
def services(tab: Tab, person: Person) -> None:
    plugins(tab, person)
    tab.open("/console/services")
