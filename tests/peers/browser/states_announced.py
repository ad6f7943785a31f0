"""States of what the operator tells and decides for everybody; each is put back at its end."""

from datetime import UTC, datetime, timedelta

from tests.peers.browser.people import Kind, Person
from tests.peers.browser.state import SEED, STATES
from tests.peers.browser.tab import Tab

NEWS, MEANS = "/console/announcements", "/console/methods"
LOGIN = "/login/<login>"
TOLD = {
    "info": (
        "Nouvelle version du portail jeudi 12 mars",
        "Vos favoris et vos liens sont repris tels quels.",
        "A new version of the portal on Thursday 12 March",
        "Your favourites and your links are kept as they are.",
    ),
    "warning": (
        "Incident en cours : Medimail s’ouvre lentement",
        "L’équipe y travaille. Vos messages ne sont pas perdus.\n\nProchain point à 11 h.",
        "Incident: Medimail opens slowly",
        "The team is at work. Your messages are safe.\n\nNext news at 11:00.",
    ),
}


@STATES("announced-front", "/", kind=Kind.OPERATOR, seed=SEED)
def on_the_front(tab: Tab, person: Person) -> None:
    announced(tab, person)
    tab.open("/")
    assert tab.page.locator(".note[role=status]").count() == 2


@STATES("announced-signin", LOGIN, kind=Kind.OPERATOR, seed=SEED)
def on_the_sign_in(tab: Tab, person: Person) -> None:
    announced(tab, person)
    tab.open("/services")
    assert tab.page.locator(".note[role=status]").count() == 2


@STATES("announced-services", "/services", kind=Kind.OPERATOR, seed=SEED)
def on_the_portal(tab: Tab, person: Person) -> None:
    operator = announced(tab, person)
    tab.enter_as(operator)
    tab.open("/services")
    assert tab.page.locator(".note[role=status]").count() == 2


@STATES("announced-console", NEWS, kind=Kind.OPERATOR, seed=SEED)
def in_the_console(tab: Tab, person: Person) -> None:
    operator = announced(tab, person)
    tab.enter_as(operator)
    tab.open(NEWS)
    tab.page.locator("form[action$='/withdraw']").first.wait_for()


@STATES("method-off-signin", LOGIN, kind=Kind.OPERATOR, seed=SEED)
def not_on_the_sign_in(tab: Tab, person: Person) -> None:
    """Neither a method nor a provider that is switched off is offered."""
    switched_off(tab, person, "passkey", "word")
    tab.open("/services")
    for name in ("passkey", "word"):
        assert tab.page.locator(f"form[action$='/{name}']").count() == 0, name


@STATES("method-off-meanwhile", LOGIN, kind=Kind.OPERATOR, seed=SEED)
def pressed_too_late(tab: Tab, person: Person) -> None:
    """Its button was on the page before it was switched off."""
    tab.open("/services")
    switched_off(tab, person, "word")
    with tab.page.expect_navigation():
        tab.press("form[action$='/word'] button")


@STATES("method-off-account", "/account", kind=Kind.OPERATOR, seed=SEED)
def on_the_account(tab: Tab, person: Person) -> None:
    operator = switched_off(tab, person, "passkey")
    tab.enter_as(operator)
    tab.open("/account")


@STATES("method-off-console", MEANS, kind=Kind.OPERATOR, seed=SEED)
def among_the_methods(tab: Tab, person: Person) -> None:
    operator = switched_off(tab, person, "passkey")
    tab.enter_as(operator)
    tab.open(MEANS)
    tab.page.locator(f"form[action='{MEANS}/passkey/on']").wait_for()


@STATES("provider-off-console", "/console/providers", kind=Kind.OPERATOR, seed=SEED)
def among_the_providers(tab: Tab, person: Person) -> None:
    operator = switched_off(tab, person, "word")
    tab.enter_as(operator)
    tab.open("/console/providers")


def announced(tab: Tab, person: Person) -> Tab:
    """By the operator, in another browser."""
    operator = beside(tab, person)
    for tone, (title, *_) in TOLD.items():
        _announce(operator, tone)
        tab.afterwards.callback(_withdraw, operator, title)
    return operator


def switched_off(tab: Tab, person: Person, *names: str) -> Tab:
    operator = beside(tab, person)
    for name in names:
        operator.open(MEANS)
        tab.afterwards.callback(_switch_on, operator, name)
        form = operator.page.locator(f"form[action='{MEANS}/{name}/off']")
        operator.page.locator("details", has=form).locator("summary").click()
        with operator.page.expect_navigation():
            form.locator("button").click()
    return operator


def beside(tab: Tab, person: Person) -> Tab:
    operator = tab.afterwards.enter_context(tab.another())
    operator.sign_in_strong(person, "/console")
    return operator


def _announce(operator: Tab, tone: str) -> None:
    operator.open(NEWS)
    title, text, english, more = TOLD[tone]
    ends = datetime.now(UTC) + timedelta(days=1)
    operator.page.locator(f"[name=tone][value={tone}]").check()
    operator.fill("ends", ends.strftime("%Y-%m-%dT%H:%M"))
    for name, words in (
        ("title_fr", title),
        ("text_fr", text),
        ("title_en", english),
        ("text_en", more),
    ):
        operator.fill(name, words)
    with operator.page.expect_navigation():
        operator.press(f"form[action='{NEWS}'] button")


def _withdraw(operator: Tab, title: str) -> None:
    operator.open(NEWS)
    with operator.page.expect_navigation():
        operator.press(f"section:has-text('{title}') form[action$='/withdraw'] button")


def _switch_on(operator: Tab, name: str) -> None:
    operator.open(MEANS)
    with operator.page.expect_navigation():
        operator.press(f"form[action='{MEANS}/{name}/on'] button")
