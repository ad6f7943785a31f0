"""Somebody a provider vouches for: known by a number, unknown, or linked after both were proved."""

from copy import copy
from dataclasses import replace
from pathlib import Path

import pyotp
import pytest

from hub.contract.accounts import Account, Contact, Identifier, KeepsAccounts, Link, Linkable
from hub.contract.identifiers import AccountId, ChannelKind
from hub.testing.running import RunningHub, running_hub
from tests.federation.visits import (
    ANN,
    HUB,
    browser_of,
    callback,
    left_by,
    sent,
    timeline,
    word,
)
from tests.federation.word_provider import ISSUER
from tests.flows.browser import Browser, Form, Page

SECRET = "staple battery horse correct"
SEED = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
BOB = Account(
    id=AccountId("bob"),
    display_name="Bob Durand",
    identifiers=(
        Identifier(system="login", number="bob"),
        Identifier(system="rpps", number="99700000002"),
    ),
    contacts=(Contact(kind=ChannelKind("mail"), address="bob@hub.test", validated=True),),
)
STRANGER = {"who": "7"}
KNOWN = {"who": "1", "rpps": "99700000001"}


@pytest.fixture
def running(tmp_path: Path) -> RunningHub:
    plugins = ["own", "regional", "password", "totp", "console"]
    running = running_hub(
        tmp_path,
        plugins=plugins,
        messages={"chains": {"mail": ["console"]}},
        # What the provider proves alone is not strong: the account's own side is another proof.
        provider={"word": word(possible={"factors": ["knowledge"]})},
    )
    for person in (ANN, BOB):
        running.settle(person, password=SECRET, totp=SEED)
    return running


@pytest.fixture
def browser(running: RunningHub) -> Browser:
    return browser_of(running)


def came(browser: Browser, **told: str) -> Page:
    return browser.open(callback(sent(left_by(browser))["state"], **told))


def proving(running: RunningHub, browser: Browser, page: Page, name: str = "bob") -> Page:
    """By password and application, on the way to where *page* leads."""
    page = browser.submit(page.form(asking="password"), {"identifier": name, "password": SECRET})
    assert page.has("code"), page.words
    code = pyotp.TOTP(SEED).at(running.clock())
    return browser.submit(page.form(asking="code"), {"code": code})


def strong(running: RunningHub, browser: Browser, name: str = "bob") -> Page:
    """Signed in, at the account page, with all it takes to change one's means."""
    return proving(running, browser, browser.open(f"{HUB}/account/means"), name)


def mails(running: RunningHub, browser: Browser) -> str:
    running.turn()
    return browser.open(f"{HUB}/apps/console/").words


def store_of(running: RunningHub) -> Linkable:
    return next(each for each in running.app.stores.values() if isinstance(each, Linkable))


def test_a_stranger_is_told_what_to_do(running: RunningHub, browser: Browser) -> None:
    page = came(browser, **STRANGER)
    assert page.status == 200
    assert "aucun compte régional ne lui est associé" in page.alert()
    assert page.link("avec cette identité").startswith(f"{HUB}/request?proof=")
    assert page.link("J’ai déjà un compte").startswith(f"{HUB}/account/link?proof=")
    assert "provider.unknown" in [each.details.get("why") for each in timeline(running, page)]
    assert "__Host-hub" not in browser.cookies()


def test_whoever_is_found_by_a_number_is_found_by_name_from_then_on(
    running: RunningHub, browser: Browser
) -> None:
    assert came(browser, **KNOWN).path == "/services"
    (link,) = store_of(running).links(ANN.id)
    assert (link.issuer, link.subject, link.via) == (ISSUER, "1", "word")
    assert came(browser_of(running), who="1").path == "/services"


def test_a_number_corrected_since_opens_the_account_no_longer(
    running: RunningHub, browser: Browser
) -> None:
    came(browser, **KNOWN)
    store = store_of(running)
    assert isinstance(store, KeepsAccounts)
    corrected = Identifier(system="rpps", number="99700000077")
    store.change(replace(ANN, identifiers=(ANN.identifiers[0], corrected)))
    page = came(browser_of(running), **KNOWN)
    assert "n’est pas certain" in page.alert()
    assert page.path.startswith("/login/")


def test_a_suspended_account_is_not_linked(running: RunningHub, browser: Browser) -> None:
    store = store_of(running)
    assert isinstance(store, KeepsAccounts)
    store.suspend(ANN.id)
    page = came(browser, **KNOWN)
    assert "suspendu" in page.alert()
    assert not store.links(ANN.id)


def test_a_stranger_who_has_an_account_links_the_identity_and_goes_on(
    running: RunningHub, browser: Browser
) -> None:
    page = browser.follow(came(browser, **STRANGER), "J’ai déjà un compte")
    page = proving(running, browser, page)
    assert "Word" in page.words and "Bob Durand" in page.words
    page = browser.submit(page.form(to="/account/link"))
    assert page.path == "/services"
    again = came(browser_of(running), **STRANGER)
    assert again.path == "/services" and "Bob Durand" in again.words
    assert "Une identité est reliée au compte de Bob Durand" in mails(running, browser)
    noted = running.app.trail.of_account(BOB.id, 20)
    assert "link.added" in [each.action for each in noted]


def test_a_password_alone_links_nothing(running: RunningHub, browser: Browser) -> None:
    page = browser.follow(came(browser, **STRANGER), "J’ai déjà un compte")
    proof = came(browser, **STRANGER).link("J’ai déjà un compte").partition("proof=")[2]
    page = browser.submit(page.form(asking="password"), {"identifier": "bob", "password": SECRET})
    assert page.path.startswith("/login/")
    page = browser.submit(_to(page.form(to="/totp"), "/account/link"), {"proof": proof})
    assert page.path.startswith("/login/")
    assert not store_of(running).links(BOB.id)


def test_a_proof_made_in_another_browser_links_nothing(
    running: RunningHub, browser: Browser
) -> None:
    lured = came(browser, **STRANGER).link("J’ai déjà un compte")
    victim = browser_of(running)
    strong(running, victim)
    page = victim.open(lured)
    assert page.status == 410 and "autre navigateur" in page.alert()
    form = victim.open(f"{HUB}/account").form(to="/language/en")
    proof = lured.partition("proof=")[2]
    assert victim.submit(_to(form, "/account/link"), {"proof": proof}).status == 410
    assert not store_of(running).links(BOB.id)


def test_a_proof_links_once(running: RunningHub, browser: Browser) -> None:
    page = browser.follow(came(browser, **STRANGER), "J’ai déjà un compte")
    question = proving(running, browser, page)
    browser.submit(question.form(to="/account/link"))
    store_of(running).unlink(BOB.id, Link(issuer=ISSUER, subject="7"))
    again = browser.submit(question.form(to="/account/link"))
    assert again.status == 410
    assert not store_of(running).links(BOB.id)


def test_a_proof_is_worth_nothing_after_an_hour(running: RunningHub, browser: Browser) -> None:
    way = came(browser, **STRANGER).link("J’ai déjà un compte")
    running.clock.later(minutes=61)
    page = proving(running, browser, browser.open(way))
    assert page.status == 410


def test_an_identity_of_somebody_else_is_refused_without_saying_whose(
    running: RunningHub, browser: Browser
) -> None:
    page = browser.follow(came(browser, **STRANGER), "J’ai déjà un compte")
    question = proving(running, browser, page)
    store_of(running).link(ANN.id, Link(issuer=ISSUER, subject="7"))
    page = browser.submit(question.form(to="/account/link"))
    assert page.status == 409 and "ne peut pas être reliée" in page.alert()
    assert "Ann" not in page.words
    assert not store_of(running).links(BOB.id)


def test_an_identity_with_another_number_is_not_linked(
    running: RunningHub, browser: Browser
) -> None:
    page = browser.follow(came(browser, who="9", rpps="99700000099"), "J’ai déjà un compte")
    question = proving(running, browser, page)
    page = browser.submit(question.form(to="/account/link"))
    assert page.status == 409 and "n’est pas celui de votre compte" in page.alert()


def test_an_identity_is_linked_on_the_account_page(running: RunningHub, browser: Browser) -> None:
    strong(running, browser)
    page = browser.open(f"{HUB}/account")
    away = browser.submit(page.form(to="/means/word"), button="Relier")
    assert away.path == "/account/means/word"
    assert sent(away)["forced"] == "True"
    page = browser.open(
        callback(sent(away)["state"], who="5", at=f"{running.clock():%Y-%m-%dT%H:%M:%SZ}")
    )
    assert page.path == "/account" and "enregistré" in page.words
    assert [each.subject for each in store_of(running).links(BOB.id)] == ["5"]
    assert came(browser_of(running), who="5").path == "/services"


def test_somebody_elses_identity_is_refused_on_the_account_page(
    running: RunningHub, browser: Browser
) -> None:
    came(browser_of(running), **KNOWN)
    strong(running, browser)
    page = browser.open(f"{HUB}/account")
    away = browser.submit(page.form(to="/means/word"), button="Relier")
    now = f"{running.clock():%Y-%m-%dT%H:%M:%SZ}"
    page = browser.open(callback(sent(away)["state"], at=now, **KNOWN))
    assert "ne peut pas être reliée" in page.alert() and "Ann" not in page.words


def test_unlinking_ends_every_other_session_and_is_told(
    running: RunningHub, browser: Browser
) -> None:
    store_of(running).link(BOB.id, Link(issuer=ISSUER, subject="5", via="word", name="DURAND"))
    other = browser_of(running)
    assert came(other, who="5").path == "/services"
    strong(running, browser)
    page = browser.follow(browser.open(f"{HUB}/account"), "Supprimer DURAND")
    page = browser.submit(page.form(to="/word/remove"))
    assert page.path == "/account" and "Aucune identité reliée" in page.words
    assert other.open(f"{HUB}/services").path.startswith("/login/")
    assert "n’est plus reliée" in mails(running, browser)
    assert "aucun compte" in came(browser_of(running), who="5").alert()


def test_unlinking_takes_a_strong_proof(running: RunningHub, browser: Browser) -> None:
    store_of(running).link(BOB.id, Link(issuer=ISSUER, subject="5", via="word"))
    page = browser.open(f"{HUB}/account")
    page = browser.submit(page.form(asking="password"), {"identifier": "bob", "password": SECRET})
    assert page.path == "/account"
    assert browser.open(f"{HUB}/account/means/word/remove").path.startswith("/login/")


def _to(form: Form, action: str) -> Form:
    """The same form, sent elsewhere, as a tinkerer does."""
    tag = copy(form.tag)
    tag["action"] = action
    return replace(form, tag=tag)


def test_only_the_systems_the_operator_trusts_find_an_account(tmp_path: Path) -> None:
    running = running_hub(tmp_path, national_identifiers=["adeli"], provider={"word": word()})
    running.settle(ANN, password=SECRET)
    assert "aucun compte" in came(browser_of(running), **KNOWN).alert()
