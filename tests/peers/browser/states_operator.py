"""States of « Pourquoi ? » and of the operator's pages."""

from datetime import UTC, datetime, timedelta

from tests.peers.browser.people import Kind, Person
from tests.peers.browser.state import SEED, STATES
from tests.peers.browser.tab import Tab

WHY, AUDIT, CLOSING = "/console/why", "/console/audit", "/console/closing"


@STATES("operator-why", WHY, kind=Kind.SUPPORT, seed=SEED)
def why(tab: Tab, person: Person) -> None:
    _at(tab, person, WHY)


@STATES("operator-why-answered", WHY, kind=Kind.SUPPORT, seed=SEED)
def why_answered(tab: Tab, person: Person) -> None:
    why(tab, person)
    tab.fill("who", person.login)
    tab.page.locator("select[name=service]").select_option("emage")
    tab.press("form[action='/console/why'] button")
    tab.page.locator("#verdict-nothing").wait_for()


@STATES("operator-why-nobody", WHY, kind=Kind.SUPPORT, seed=SEED, status=404)
def why_nobody(tab: Tab, person: Person) -> None:
    why(tab, person)
    _ask(tab, WHY, "nobody.at.all", "#refusal")


@STATES("operator-methods", "/console/methods", kind=Kind.OPERATOR, seed=SEED)
def methods(tab: Tab, person: Person) -> None:
    _at(tab, person, "/console/methods")
    tab.press("main details summary")


@STATES("operator-announcements", "/console/announcements", kind=Kind.OPERATOR, seed=SEED)
def announcements(tab: Tab, person: Person) -> None:
    _at(tab, person, "/console/announcements")


@STATES("operator-announcements-made", "/console/announcements", kind=Kind.OPERATOR, seed=SEED)
def announced(tab: Tab, person: Person) -> None:
    """To come: nobody else's pages change."""
    announcements(tab, person)
    _announce(tab, timedelta(days=9))
    tab.page.locator(".note.ok").wait_for()


@STATES(
    "operator-announcements-refused",
    "/console/announcements",
    kind=Kind.OPERATOR,
    seed=SEED,
    status=422,
)
def refused(tab: Tab, person: Person) -> None:
    announcements(tab, person)
    _announce(tab, timedelta(days=-9))
    tab.page.locator("#refusal").wait_for()


@STATES("operator-closing", CLOSING, kind=Kind.OPERATOR, seed=SEED)
def closing(tab: Tab, person: Person) -> None:
    _at(tab, person, CLOSING)


@STATES("operator-closing-found", CLOSING, kind=Kind.OPERATOR, seed=SEED)
def closing_found(tab: Tab, person: Person) -> None:
    """Nobody confirms it: the town keeps its people."""
    closing(tab, person)
    _ask(tab, CLOSING, "henri.vasseur", "form[action^='/console/closing/']")


@STATES("operator-closing-refused", CLOSING, kind=Kind.OPERATOR, seed=SEED, status=403)
def closing_refused(tab: Tab, person: Person) -> None:
    closing(tab, person)
    _ask(tab, CLOSING, person.login, "#refusal")


@STATES("operator-closing-done", CLOSING, kind=Kind.OPERATOR, seed=SEED)
def closing_done(tab: Tab, person: Person) -> None:
    closing(tab, person)
    tab.open(f"{CLOSING}?done=closed")


@STATES("operator-audit", AUDIT, kind=Kind.OPERATOR, seed=SEED)
def audit(tab: Tab, person: Person) -> None:
    _at(tab, person, AUDIT)


@STATES("operator-audit-found", AUDIT, kind=Kind.OPERATOR, seed=SEED)
def audit_found(tab: Tab, person: Person) -> None:
    audit(tab, person)
    tab.send(action="method", who=person.login)
    tab.page.locator("main table").wait_for()


@STATES("operator-audit-none", AUDIT, kind=Kind.OPERATOR, seed=SEED)
def audit_none(tab: Tab, person: Person) -> None:
    audit(tab, person)
    tab.open(f"{AUDIT}?action=nothing.of.the.kind")


@STATES("operator-audit-unreadable", AUDIT, kind=Kind.OPERATOR, seed=SEED, status=422)
def audit_unreadable(tab: Tab, person: Person) -> None:
    audit(tab, person)
    tab.open(f"{AUDIT}?code=K7")


@STATES("operator-audit-verified", "", kind=Kind.OPERATOR, seed=SEED)
def audit_verified(tab: Tab, person: Person) -> None:
    audit(tab, person)
    tab.press("form[action='/console/audit/verify'] button")
    tab.page.locator(".note.ok").wait_for()


@STATES("operator-providers", "/console/providers", kind=Kind.OPERATOR, seed=SEED)
def providers(tab: Tab, person: Person) -> None:
    _at(tab, person, "/console/providers")


@STATES("operator-keys", "/console/keys", kind=Kind.OPERATOR, seed=SEED)
def keys(tab: Tab, person: Person) -> None:
    _at(tab, person, "/console/keys")
    if (more := tab.page.locator("main details summary")).count():
        more.first.click()


@STATES("operator-keys-prepared", "/console/keys", kind=Kind.OPERATOR, seed=SEED)
def keys_prepared(tab: Tab, person: Person) -> None:
    keys(tab, person)
    tab.open("/console/keys?done=1")


@STATES("operator-terms", "/console/terms", kind=Kind.OPERATOR, seed=SEED)
def terms(tab: Tab, person: Person) -> None:
    _at(tab, person, "/console/terms")


def _at(tab: Tab, person: Person, page: str) -> None:
    tab.sign_in_strong(person, "/console")
    tab.open(page)


def _ask(tab: Tab, page: str, who: str, shown: str) -> None:
    """In the form of that page, until it shows that."""
    tab.fill("who", who)
    tab.press(f"form[action='{page}'] button")
    tab.page.locator(shown).wait_for()


def _announce(tab: Tab, starts: timedelta) -> None:
    """A browser without script fills `datetime-local` as it is written."""
    begins = datetime.now(UTC) + starts
    for name, moment in (("starts", begins), ("ends", begins + timedelta(days=1))):
        tab.fill(name, moment.strftime("%Y-%m-%dT%H:%M"))
    tab.fill("title_fr", "Interruption du portail dans la nuit de samedi à dimanche")
    tab.fill("text_fr", "Enregistrez votre travail avant minuit. La carte CPS reste utilisable.")
    tab.fill("title_en", "The portal is closed on Saturday night")
    tab.fill("text_en", "Save your work before midnight. The CPS card goes on working.")
    tab.press("form[action='/console/announcements'] button")
