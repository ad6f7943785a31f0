"""States of « Demander un compte », on both sides, and of an identity that is not linked."""

import re
from urllib.parse import urlsplit

from tests.peers.browser.people import Kind, Person
from tests.peers.browser.state import SEED, STATES
from tests.peers.browser.tab import Tab

CONSOLE = "/console/requests"


def typed(person: Person, **other: str) -> dict[str, str]:
    said = {
        "given_name": "Marie",
        "family_name": f"D’Asque-{person.login}",
        "mail": f"asks-{person.mail}",
        "profession": "Infirmière",
        "structure": "Clinique du Parc",
        "number": "",
    }
    return {**said, **other}


@STATES("request", "/request")
def request(tab: Tab, person: Person) -> None:
    tab.open("/")
    tab.press("main a[href='/request']")


@STATES("request-wrong", "/request", status=422)
def request_wrong(tab: Tab, person: Person) -> None:
    request(tab, person)
    tab.send(**typed(person, number="123"))


@STATES("request-near", "/request", once=True)
def request_near(tab: Tab, person: Person) -> None:
    request(tab, person)
    tab.send(**typed(person, structure="parc"))


@STATES("request-sent", "/request", once=True)
def request_sent(tab: Tab, person: Person) -> None:
    request(tab, person)
    tab.send(**typed(person))


@STATES("request-confirm", "/request/confirm")
def request_confirm(tab: Tab, person: Person) -> None:
    request_sent(tab, person)
    tab.open(tab.sent(f"asks-{person.mail}", re.compile(r"/request/confirm\S+")))


@STATES("request-confirmed", "/request/confirm", once=True)
def request_confirmed(tab: Tab, person: Person) -> None:
    request_confirm(tab, person)
    tab.press("main form button")


@STATES("request-too-late", "/request/confirm", status=410)
def request_too_late(tab: Tab, person: Person) -> None:
    tab.open("/request/confirm?ticket=of-last-week")
    tab.press("main form button")


@STATES("stranger", "/login/<login>")
def stranger(tab: Tab, person: Person) -> None:
    """The provider of the town says in clear who came back, and sends to the help first."""
    tab.open("/services")
    with tab.page.expect_navigation(url="**/help?**"):
        tab.press("form[action$='/word'] button")
    state = urlsplit(tab.page.url).query.partition("state=")[2].partition("&")[0]
    # Somebody else at each visit: whoever was linked once is a stranger no more.
    who = f"{person.login}-{tab.page.evaluate('performance.now()')}"
    tab.open(f"/word/callback?state={state}&who={who}")


@STATES("request-proved", "/request")
def request_proved(tab: Tab, person: Person) -> None:
    stranger(tab, person)
    tab.press("main a[href^='/request?proof=']")


@STATES("link", "/account/link", seed=SEED)
def link(tab: Tab, person: Person) -> None:
    stranger(tab, person)
    tab.press("main a[href^='/account/link?proof=']")
    tab.password(person)
    tab.send(code=person.code())


@STATES("account-linked", "/account", seed=SEED)
def account_linked(tab: Tab, person: Person) -> None:
    link(tab, person)
    tab.press("form[action='/account/link'] button")
    tab.press("form[action*='/do/'] button")
    tab.accept_terms()
    tab.open("/account")


@STATES("link-over", "/account/link", seed=SEED, status=410)
def link_over(tab: Tab, person: Person) -> None:
    tab.sign_in_strong(person, "/account/means")
    tab.open("/account/link?proof=of-this-morning")


@STATES("console-requests", CONSOLE, kind=Kind.REFERENT, seed=SEED)
def requests(tab: Tab, person: Person) -> None:
    with tab.another() as elsewhere:
        request_confirmed(elsewhere, person)
    tab.sign_in_strong(person, "/console")
    tab.open("/console/requests")


@STATES("console-requests-refusing", CONSOLE, kind=Kind.REFERENT, seed=SEED)
def refusing(tab: Tab, person: Person) -> None:
    requests(tab, person)
    for summary in tab.page.locator("main details summary").all():
        summary.click()


@STATES("console-requests-accepted", CONSOLE, kind=Kind.REFERENT, seed=SEED)
def accepted(tab: Tab, person: Person) -> None:
    requests(tab, person)
    tab.press(f"main section:has-text('{person.login}') form[action$='/accept'] button")


@STATES("console-requests-none", CONSOLE, kind=Kind.SUPPORT, seed=SEED)
def none(tab: Tab, person: Person) -> None:
    tab.sign_in_strong(person, "/console")
    tab.open("/console/requests")
