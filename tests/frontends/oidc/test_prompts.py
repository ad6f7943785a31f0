"""The prompts that show a page of their own: consent, a choice of account; and turning back."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from werkzeug.test import Client
from werkzeug.wrappers import Response

from hub.contract.accounts import Account, Contact, Identifier
from hub.contract.identifiers import AccountId, ChannelKind
from hub.testing.running import BASE, RunningHub, running_hub
from tests.flows.browser import Browser, Page
from tests.flows.steps import with_password
from tests.frontends.oidc.party import BACK, SECRET, VERIFIER, basic, declared, query

pytestmark = pytest.mark.slow

HUB = "https://hub.test"
PHRASE = "violet harbour ladder nineteen"
CONSENT = "Ce que ce service saura de vous"
CHOICE = "Avec quel compte continuer"


def person(name: str) -> Account:
    return Account(
        id=AccountId(name),
        display_name=name.capitalize(),
        identifiers=(Identifier(system="login", number=name),),
        contacts=(Contact(kind=ChannelKind("mail"), address=f"{name}@hub.test", validated=True),),
        attributes={"given_name": (name,), "badge": ("7",)},
    )


class Town:
    """Two people, one browser, and a service; `asks` is one that asks for consent."""

    def __init__(self, running: RunningHub) -> None:
        self.running = running
        self.browser = self.another_browser()
        self.machine = Client(running.app.wsgi, use_cookies=False)

    def another_browser(self) -> Browser:
        return Browser({HUB: self.running.app.wsgi, "https://mail.test": Response("inside")})

    def userinfo(self, token: str) -> int:
        headers = {"Authorization": f"Bearer {token}"}
        return self.machine.get("/oidc/userinfo", headers=headers).status_code

    def go(self, client: str = "mail", **asked: str | None) -> Page:
        self.running.clock.later(seconds=5)
        page = self.browser.open(f"{HUB}/oidc/authorize?{query(client_id=client, **asked)}")
        waits = [form for form in page.forms() if "/do/" in form.action and form.asks("begin")]
        return self.browser.submit(waits[0], button="Continuer") if waits else page

    def sign_in(self, name: str, client: str = "mail", **asked: str | None) -> Page:
        return with_password(self.browser, self.go(client, **asked), name, PHRASE)

    def press(self, page: Page, button: str) -> Page:
        return self.browser.submit(page.form(button=button), button=button)

    def agree(self, page: Page) -> Page:
        return self.press(page, "Accepter et continuer")


@pytest.fixture
def town(tmp_path: Path, keys: Path) -> Iterator[Town]:
    claims = ["given_name", "email", "badge"]
    common = {"title": "Mail", "minimum": "simple", "claims": claims, "frontend": "oidc"}
    running = running_hub(
        tmp_path,
        plugins=[*BASE["plugins"], "oidc"],
        service={
            "mail": {**common, "oidc": declared("mail", consent=False)},
            "asks": {
                **common,
                "title": "Asks",
                "oidc": declared("asks", consent=True, refresh_tokens=True),
            },
        },
        plugin={"oidc": {"keys": str(keys / "secrets" / "oidc")}},
    )
    running.settle(person("ann"), password=PHRASE)
    running.settle(person("bob"), password=PHRASE)
    yield Town(running)
    running.app.database.engine.dispose()


def told(page: Page) -> dict[str, str]:
    assert page.address.startswith(f"{BACK}?"), (page.address, page.status, page.words)
    return {name: text for name, [text] in parse_qs(urlsplit(page.address).query).items()}


def test_a_service_that_asks_for_consent_gets_it_once(town: Town) -> None:
    page = town.sign_in("ann", "asks", scope="openid profile email")
    assert CONSENT in page.words and "Asks demande" in page.words
    for shown in ("votre prénom", "votre adresse de messagerie", "badge"):
        assert shown in page.words
    assert told(town.agree(page))["code"]
    assert told(town.go("asks", scope="openid profile email"))["code"]
    assert told(town.go("asks", scope="openid email", prompt="none"))["code"]


def test_a_service_that_asks_for_more_than_was_agreed_to_asks_again(town: Town) -> None:
    town.agree(town.sign_in("ann", "asks", scope="openid email"))
    silent = told(town.go("asks", scope="openid email profile", prompt="none"))
    assert silent["error"] == "consent_required"
    assert CONSENT in town.go("asks", scope="openid email profile").words
    named = '{"userinfo": {"given_name": null}}'
    assert CONSENT in town.go("asks", scope="openid email", claims=named).words


def test_who_agreed_to_one_service_or_was_another_person_agreed_to_nothing(town: Town) -> None:
    town.agree(town.sign_in("ann", "asks"))
    consent = told(town.go("mail", prompt="none"))
    assert consent["code"]
    page = town.press(town.go("asks", prompt="login"), "Changer de personne")
    page = with_password(town.browser, page, "bob", PHRASE)
    assert CONSENT in page.words


def test_the_prompt_shows_the_consent_that_is_remembered(town: Town) -> None:
    town.agree(town.sign_in("ann", "asks"))
    page = town.go("asks", prompt="consent")
    assert CONSENT in page.words and told(town.agree(page))["code"]


def test_the_prompt_shows_consent_for_a_service_that_never_asks(town: Town) -> None:
    town.sign_in("ann")
    assert CONSENT in town.go("mail", prompt="consent").words


def test_refusing_is_told_to_the_service_which_may_ask_again(town: Town) -> None:
    page = town.sign_in("ann", "asks")
    answer = told(town.press(page, "Renoncer et revenir à Asks"))
    assert answer["error"] == "access_denied" and answer["state"] == "st&te é"
    assert "code" not in answer
    assert told(town.go("asks", prompt="none"))["error"] == "consent_required"
    assert CONSENT in town.go("asks").words


def test_a_form_without_agreement_agrees_to_nothing(town: Town) -> None:
    page = town.sign_in("ann", "asks")
    again = town.browser.submit(page.form(to="/do/oidc.consent"))
    assert CONSENT in again.words
    assert told(town.go("asks", prompt="none"))["error"] == "consent_required"


def test_consent_is_written_into_the_trail(town: Town) -> None:
    town.agree(town.sign_in("ann", "asks"))
    trail = town.running.app.trail.of_account(AccountId("ann"), 20)
    [entry] = [each for each in trail if each.action == "oidc.consented"]
    assert entry.details["service"] == "asks"


def test_who_is_signed_in_chooses_to_stay(town: Town) -> None:
    town.sign_in("ann")
    page = town.go(prompt="select_account")
    assert CHOICE in page.words
    assert told(town.press(page, "Continuer en tant que Ann"))["code"]
    assert told(town.go(prompt="none"))["code"]


def test_who_chooses_another_account_signs_in_with_it_and_is_not_asked_again(town: Town) -> None:
    town.sign_in("ann")
    page = town.press(town.go(prompt="select_account"), "Changer de personne")
    assert told(with_password(town.browser, page, "bob", PHRASE))["code"]
    [line] = town.running.app.sessions.of(AccountId("bob"))
    assert line.services == ("mail",)
    assert not town.running.app.sessions.of(AccountId("ann"))


def test_a_newcomer_chooses_by_signing_in(town: Town) -> None:
    assert told(town.sign_in("ann", prompt="select_account"))["code"]


def test_consent_follows_the_choice_of_an_account(town: Town) -> None:
    town.sign_in("ann")
    page = town.go(prompt="consent select_account")
    assert CHOICE in page.words
    page = town.press(page, "Continuer en tant que Ann")
    assert CONSENT in page.words and told(town.agree(page))["code"]


def test_turning_back_from_the_sign_in_is_told_to_the_service(town: Town) -> None:
    page = town.go()
    answer = told(town.press(page, "Renoncer et revenir à Mail"))
    assert answer["error"] == "access_denied" and answer["iss"] == HUB


def test_our_own_pages_have_nobody_to_turn_back_to(town: Town) -> None:
    page = town.browser.open(f"{HUB}/services")
    assert "/login/" in page.address and "Renoncer" not in page.words


def test_turning_back_is_asked_by_our_own_page_only(town: Town) -> None:
    page = town.go()
    forged = page.form(to="/cancel")
    forged.tag.select("[name=csrf]")[0]["value"] = "forged"
    after = town.browser.submit(forged)
    assert not after.address.startswith(BACK) and "error=" not in after.address


def test_who_takes_a_consent_back_is_asked_again(town: Town) -> None:
    town.agree(town.sign_in("ann", "asks"))
    page = town.browser.open(f"{HUB}/apps/oidc/consents/")
    assert "Asks" in page.words and "Accord donné le" in page.words
    page = town.browser.submit(page.form(to="/withdraw"))
    assert "Aucun service ne vous a demandé votre accord." in page.words
    assert told(town.go("asks", prompt="none"))["error"] == "consent_required"
    trail = town.running.app.trail.of_account(AccountId("ann"), 20)
    assert "oidc.consent_withdrawn" in {each.action for each in trail}


def test_a_service_that_learns_no_claim_is_agreed_to_as_well(town: Town) -> None:
    page = town.sign_in("ann", "asks", scope="openid")
    assert CONSENT in page.words and "badge" not in page.words
    town.agree(page)
    assert told(town.go("asks", scope="openid", prompt="none"))["code"]


def test_a_button_that_agrees_ripens_first(town: Town) -> None:
    page = town.sign_in("ann", "asks")
    # A click lured onto this page by a window that was just in front of it agrees to nothing.
    assert '<div class="ripening"><button' in page.text.replace("\n", "")
    style = str(re.search(r"/static/oidc/consent[^\"]+\.css", page.text)[0])  # type: ignore[index]
    rules = town.browser.open(f"{HUB}{style}").text
    assert "pointer-events: none" in rules
    lasts = re.search(r"animation: ripening ([0-9.]+)s", rules)
    assert lasts and float(lasts[1]) >= 0.5


def redeemed(town: Town, page: Page, client: str) -> dict[str, str]:
    form = {"grant_type": "authorization_code", "code": told(page)["code"]}
    more = {"redirect_uri": BACK, "code_verifier": VERIFIER}
    answer = town.machine.post("/oidc/token", data={**form, **more}, headers=basic(client, SECRET))
    assert answer.status_code == 200, answer.text
    given: dict[str, str] = answer.get_json()
    return given


def test_tokens_die_with_the_consent(town: Town) -> None:
    given = redeemed(town, town.agree(town.sign_in("ann", "asks")), "asks")
    kept = redeemed(town, town.go("mail"), "mail")
    waiting = told(town.go("asks"))["code"]
    assert town.userinfo(given["access_token"]) == 200
    page = town.browser.open(f"{HUB}/apps/oidc/consents/")
    town.browser.submit(page.form(to="/withdraw"))
    # GDPR 7(3): taking it back is as easy as giving it, and what it gave ends with it.
    assert town.userinfo(given["access_token"]) == 401
    for form in (
        {"grant_type": "refresh_token", "refresh_token": given["refresh_token"]},
        {"grant_type": "authorization_code", "code": waiting, "code_verifier": VERIFIER},
    ):
        data = {"redirect_uri": BACK, **form}
        answer = town.machine.post("/oidc/token", data=data, headers=basic("asks", SECRET))
        assert answer.get_json()["error"] == "invalid_grant"
    assert town.userinfo(kept["access_token"]) == 200


def test_one_person_s_withdrawal_leaves_the_tokens_of_another(town: Town) -> None:
    given = redeemed(town, town.agree(town.sign_in("ann", "asks")), "asks")
    town.browser = town.another_browser()
    town.agree(town.sign_in("bob", "asks"))
    page = town.browser.open(f"{HUB}/apps/oidc/consents/")
    town.browser.submit(page.form(to="/withdraw"))
    assert town.userinfo(given["access_token"]) == 200
