"""States of « Gérer mon compte », of setting up means, of accepted terms."""

import re

from tests.peers.browser.people import PASSWORD, Person
from tests.peers.browser.state import SEED, STATES
from tests.peers.browser.tab import Tab

MEANS = "/account/means/<name>"


@STATES("account", "/account")
def account(tab: Tab, person: Person) -> None:
    tab.sign_in(person)
    tab.open("/account")


@STATES("account-strong", "/account", seed=SEED)
def account_strong(tab: Tab, person: Person) -> None:
    tab.sign_in_strong(person)


@STATES("account-without-means", "/account")
def account_without_means(tab: Tab, person: Person) -> None:
    account(tab, person)


STATES.born(reachable=False)


@STATES("sessions", "/account/sessions")
def sessions(tab: Tab, person: Person) -> None:
    account(tab, person)
    tab.open("/account/sessions")


@STATES("sessions-two", "/account/sessions")
def sessions_two(tab: Tab, person: Person) -> None:
    sessions(tab, person)
    with tab.another() as elsewhere:
        elsewhere.sign_in(person)
        elsewhere.open(f"{tab.town.emage.site.origin}/")
    tab.page.reload()


@STATES("history", "/account/history", seed=SEED)
def history(tab: Tab, person: Person) -> None:
    tab.sign_in_strong(person)
    tab.open("/account/history")


@STATES("terms-accepted", "/apps/terms/mine")
def terms_accepted(tab: Tab, person: Person) -> None:
    tab.sign_in(person)
    tab.open("/apps/terms/mine")


@STATES("password-change", MEANS)
def password_change(tab: Tab, person: Person) -> None:
    account(tab, person)
    tab.press("form[action$='/means/password'] button")


@STATES("password-typed", MEANS)
def password_typed(tab: Tab, person: Person) -> None:
    """While one types: long enough, and common."""
    password_change(tab, person)
    tab.fill("new_password", "motdepasse123")
    tab.page.locator("[data-rule=common][data-state=broken]").wait_for()


@STATES("password-change-refused", MEANS)
def password_change_refused(tab: Tab, person: Person) -> None:
    password_change(tab, person)
    new = "une toute autre phrase"
    tab.send(password=PASSWORD, new_password=new, new_password_again=f"{new} encore")


@STATES("password-changed", "/account")
def password_changed(tab: Tab, person: Person) -> None:
    password_change(tab, person)
    new = f"une toute autre phrase {tab.page.evaluate('performance.now()')}"
    tab.send(password=PASSWORD, new_password=new, new_password_again=new)


@STATES("enrol-application", MEANS, seed=SEED)
def enrol_application(tab: Tab, person: Person) -> None:
    tab.sign_in_strong(person)
    tab.press("form[action$='/means/totp'] button")


@STATES("enrol-application-wrong", MEANS, seed=SEED)
def enrol_application_wrong(tab: Tab, person: Person) -> None:
    enrol_application(tab, person)
    tab.send(code="000000")


@STATES("enrol-address", MEANS, seed=SEED)
def enrol_address(tab: Tab, person: Person) -> None:
    tab.sign_in_strong(person)
    tab.press("form[action$='/means/sent_code'] button")


@STATES("enrol-address-wrong", MEANS, seed=SEED)
def enrol_address_wrong(tab: Tab, person: Person) -> None:
    enrol_address(tab, person)
    tab.send(address="not an address")


@STATES("enrol-confirm", MEANS, seed=SEED)
def enrol_confirm(tab: Tab, person: Person) -> None:
    enrol_address(tab, person)
    tab.send(address=f"new-{person.mail}")
    tab.page.locator("meta[http-equiv=refresh]").wait_for(state="detached")


@STATES("enrol-confirm-wrong", MEANS, seed=SEED)
def enrol_confirm_wrong(tab: Tab, person: Person) -> None:
    enrol_confirm(tab, person)
    right = tab.sent_code(f"new-{person.mail}")
    tab.send(code=f"{(int(right) + 1) % 1_000_000:06}")


@STATES("enrol-over", MEANS, seed=SEED)
def enrol_over(tab: Tab, person: Person) -> None:
    tab.sign_in_strong(person)
    tab.open("/account/means/totp")


@STATES("remove", "/account/means/<name>/remove", seed=SEED)
def remove(tab: Tab, person: Person) -> None:
    tab.sign_in_strong(person)
    tab.page.locator("a[href*='/remove']").first.click()


@STATES("forgotten", "/apps/password/forgotten")
def forgotten(tab: Tab, person: Person) -> None:
    tab.open("/services")
    tab.press("a[href^='/apps/password/forgotten']")


@STATES("forgotten-sent", "/apps/password/forgotten")
def forgotten_sent(tab: Tab, person: Person) -> None:
    forgotten(tab, person)
    tab.send(identifier=person.login)


@STATES("identifier", "/apps/password/identifier")
def identifier(tab: Tab, person: Person) -> None:
    tab.open("/services")
    tab.press("a[href^='/apps/password/identifier']")


@STATES("identifier-sent", "/apps/password/identifier")
def identifier_sent(tab: Tab, person: Person) -> None:
    identifier(tab, person)
    tab.send(identifier=person.mail)


@STATES("choose-password", "/apps/password/set")
def choose_password(tab: Tab, person: Person) -> None:
    forgotten_sent(tab, person)
    tab.open(tab.sent(person.mail, re.compile(r"/apps/password/set\S+")))


@STATES("choose-password-refused", "/apps/password/set", status=422)
def choose_password_refused(tab: Tab, person: Person) -> None:
    choose_password(tab, person)
    tab.send(new_password="trop court", new_password_again="trop court")


@STATES("password-chosen", "/apps/password/set", once=True)
def password_chosen(tab: Tab, person: Person) -> None:
    choose_password(tab, person)
    new = f"encore une autre phrase {tab.page.evaluate('performance.now()')}"
    tab.send(new_password=new, new_password_again=new)


@STATES("choose-password-too-late", "/apps/password/set", status=410)
def choose_password_too_late(tab: Tab, person: Person) -> None:
    tab.open("/apps/password/set?ticket=of-last-week")
    new = "encore une autre phrase"
    tab.send(new_password=new, new_password_again=new)


@STATES("inbox", "/apps/console/")
def inbox(tab: Tab, person: Person) -> None:
    identifier_sent(tab, person)
    tab.sent(person.mail, re.compile(person.login))
    tab.open("/apps/console/")


@STATES("privacy", "/account/privacy")
def privacy(tab: Tab, person: Person) -> None:
    account(tab, person)
    tab.open("/account/privacy")


@STATES("privacy-changed", "/account/privacy")
def privacy_changed(tab: Tab, person: Person) -> None:
    privacy(tab, person)
    tab.page.locator("[name=visibility][value=structures]").check()
    tab.press("form[action='/account/privacy'] button")


@STATES("privacy-kept", "/account/privacy")
def privacy_kept(tab: Tab, person: Person) -> None:
    """What was chosen before the session was over, back in the form."""
    privacy(tab, person)
    tab.page.locator("[name=visibility][value=structures]").check()
    tab.page.context.clear_cookies(name="hub_session")
    tab.page.context.clear_cookies(name="__Host-hub")
    tab.press("form[action='/account/privacy'] button")
    with tab.page.expect_navigation():
        tab.password(person)


@STATES("close", "/account/close")
def close(tab: Tab, person: Person) -> None:
    account(tab, person)
    tab.open("/account/close")


@STATES("close-asked", "/account/close")
def close_asked(tab: Tab, person: Person) -> None:
    close(tab, person)
    tab.press("form[action='/account/close'] button")


@STATES("referents", "/account/referents")
def referents(tab: Tab, person: Person) -> None:
    account(tab, person)
    tab.open("/account/referents")


@STATES("enrol-passkey", MEANS, seed=SEED)
def enrol_passkey(tab: Tab, person: Person) -> None:
    tab.sign_in_strong(person)
    tab.press("form[action$='/means/passkey'] button")


@STATES("enrol-passkey-refused", MEANS, seed=SEED)
def enrol_passkey_refused(tab: Tab, person: Person) -> None:
    enrol_passkey(tab, person)
    tab.answer_passkey("{}")


@STATES("notifications", "/account/notifications")
def notifications(tab: Tab, person: Person) -> None:
    account(tab, person)
    tab.open("/account/notifications")
