"""States of the sign-in page: proofs, refusals, terms, somebody else."""

from hub_plugins.demo.notice import PASSWORD as DEMO
from tests.peers.browser.people import Person
from tests.peers.browser.state import SEED, STATES
from tests.peers.browser.tab import Tab

LOGIN = "/login/<login>"
WRONG = "not the password"


@STATES("signin", LOGIN)
def signin(tab: Tab, person: Person) -> None:
    tab.open("/services")


@STATES("signin-wrong", LOGIN)
def wrong(tab: Tab, person: Person) -> None:
    tab.open("/services")
    tab.password(person, WRONG)


@STATES("signin-blocked", LOGIN)
def blocked(tab: Tab, person: Person) -> None:
    tab.open("/services")
    for _ in range(4):
        tab.password(person, WRONG)


@STATES("signin-stale", LOGIN)
def stale(tab: Tab, person: Person) -> None:
    tab.open("/services")
    tab.page.locator("form[action$='/password'] [name=csrf]").evaluate(
        "(field) => { field.value = 'of yesterday'; }"
    )
    tab.password(person)


@STATES("signin-unkept", LOGIN)
def unkept(tab: Tab, person: Person) -> None:
    """What was typed at a shared workstation, in a session that is over, is not kept."""
    tab.open("/services")
    tab.press("form[action='/workstation'] button")
    tab.open(f"{tab.path}?unkept=1")
    tab.page.get_by_role("status").first.wait_for()


@STATES("signin-for-a-service", LOGIN)
def for_a_service(tab: Tab, person: Person) -> None:
    tab.open(f"{tab.town.medimail.site.origin}/")


@STATES("terms", LOGIN)
def terms(tab: Tab, person: Person) -> None:
    tab.open("/services")
    tab.password(person)


@STATES("terms-not-accepted", LOGIN)
def terms_not_accepted(tab: Tab, person: Person) -> None:
    terms(tab, person)
    tab.page.locator("[name=accept]").evaluate("(field) => { field.required = false; }")
    tab.press("form:has([name=accept]) button")


@STATES("password-expired", LOGIN)
def expired(tab: Tab, person: Person) -> None:
    tab.open("/services")
    tab.password(person)


STATES.born(expired=True)


@STATES("password-expired-refused", LOGIN)
def expired_refused(tab: Tab, person: Person) -> None:
    expired(tab, person)
    tab.send(new_password="motdepasse123", new_password_again="motdepasse123")


STATES.born(expired=True)


@STATES("step-up", LOGIN)
def step_up(tab: Tab, person: Person) -> None:
    tab.sign_in(person)
    tab.open("/open/medimail")


@STATES("code-choice", LOGIN, seed=SEED)
def code_choice(tab: Tab, person: Person) -> None:
    """Somebody with an application, too, to whom the code is one way of two."""
    step_up(tab, person)
    tab.begin_code()


@STATES("code-sent", LOGIN)
def code_sent(tab: Tab, person: Person) -> None:
    step_up(tab, person)
    tab.ask_code("sms")


@STATES("code-watched", "/login/<login>/<method>/watched")
def code_watched(tab: Tab, person: Person) -> None:
    """What stands in the frame while the code is on its way."""
    code_sent(tab, person)
    tab.open(f"{tab.path}/sent_code/watched")


@STATES("code-nothing-came", LOGIN)
def code_nothing_came(tab: Tab, person: Person) -> None:
    code_sent(tab, person)
    tab.press("details.after summary")


@STATES("code-wrong", LOGIN)
def code_wrong(tab: Tab, person: Person) -> None:
    code_sent(tab, person)
    right = tab.sent_code(person.mobile)
    tab.send(code=f"{(int(right) + 1) % 1_000_000:06}")


@STATES("code-too-soon", LOGIN)
def code_too_soon(tab: Tab, person: Person) -> None:
    code_nothing_came(tab, person)
    tab.press("button[name=resend]")


@STATES("code-not-mine", LOGIN)
def code_not_mine(tab: Tab, person: Person) -> None:
    code_nothing_came(tab, person)
    tab.press("button[name=not_mine]")


@STATES("code-nowhere-left", LOGIN)
def code_nowhere_left(tab: Tab, person: Person) -> None:
    code_not_mine(tab, person)
    tab.press("button[name=means]")
    tab.page.locator("meta[http-equiv=refresh]").wait_for(state="detached")
    tab.press("details.after summary")
    tab.press("button[name=not_mine]")


@STATES("application", LOGIN, seed=SEED)
def application(tab: Tab, person: Person) -> None:
    step_up(tab, person)


@STATES("application-wrong", LOGIN, seed=SEED)
def application_wrong(tab: Tab, person: Person) -> None:
    step_up(tab, person)
    tab.send(code=f"{(int(person.code()) + 1) % 1_000_000:06}")


@STATES("barred-no-means", LOGIN, status=403)
def barred_no_means(tab: Tab, person: Person) -> None:
    step_up(tab, person)


STATES.born(reachable=False)


@STATES("other-person", LOGIN)
def other_person(tab: Tab, person: Person) -> None:
    tab.sign_in(person)
    tab.open(f"{tab.town.emage.site.origin}/?prompt=login")
    tab.send(identifier="lucas.moreau", password=DEMO)


@STATES("stay-as-oneself", LOGIN)
def stay(tab: Tab, person: Person) -> None:
    tab.sign_in(person)
    tab.open(f"{tab.town.emage.site.origin}/?login_hint=paul.lambert")


@STATES("consent", LOGIN)
def consent(tab: Tab, person: Person) -> None:
    tab.open(f"{tab.town.emage.site.origin}/?prompt=consent")
    tab.password(person)


@STATES("account-choice", LOGIN)
def account_choice(tab: Tab, person: Person) -> None:
    tab.sign_in(person)
    tab.open(f"{tab.town.emage.site.origin}/?prompt=select_account")


@STATES("answer-by-form", "", once=True)
def answer_by_form(tab: Tab, person: Person) -> None:
    """Seen for a moment, or for longer where the service does not answer."""
    tab.sign_in(person)
    tab.page.route(tab.town.emage.redirect_uri, lambda route: route.abort("aborted"))
    # Never loaded to its end: the form has gone before.
    address = f"{tab.town.emage.site.origin}/?response_mode=form_post"
    tab.page.goto(address, wait_until="commit")
    tab.page.locator("form[method=post] button").wait_for()


@STATES("consents", "/apps/oidc/consents/")
def consents(tab: Tab, person: Person) -> None:
    consent(tab, person)
    tab.press("button[name=agree]")
    tab.page.wait_for_url(f"{tab.town.emage.site.origin}/**")
    tab.open("/apps/oidc/consents/")


@STATES("consents-none", "/apps/oidc/consents/")
def consents_none(tab: Tab, person: Person) -> None:
    tab.sign_in(person)
    tab.open("/apps/oidc/consents/")


@STATES("passkey", LOGIN)
def passkey(tab: Tab, person: Person) -> None:
    """As a browser without scripts shows it; with them the button opens the browser's window."""
    tab.open("/services")
    tab.post("form[action$='/passkey']:not([hidden])", begin="1")


@STATES("passkey-refused", LOGIN)
def passkey_refused(tab: Tab, person: Person) -> None:
    passkey(tab, person)
    tab.answer_passkey("{}")
