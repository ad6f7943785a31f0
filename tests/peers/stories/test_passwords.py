"""Passwords: their first day, their year, their rules, three tries, and what was forgotten."""

import re
from datetime import timedelta

from hub.contract.identifiers import MethodName
from hub.contract.tasks import LendsSecret
from tests.peers.browser.people import PASSWORD, Person
from tests.peers.stories.cast import CAST
from tests.peers.stories.later import Later
from tests.peers.stories.place import Place
from tests.peers.stories.visit import Visit
from tests.peers.stories.ways import in_every_way

NEW = "sept lampes dans la cour"
UNFIT = "not the password"
BLOCKED = "Trop d’essais"
_ELSEWHERE = {"X-Forwarded-For": "192.0.2.7"}
_LINK = re.compile(r"https://\S+/apps/password/set\S+")


def _given(later: Later, person: Person) -> str:
    """As a référent reads it out."""
    method = later.app.rules.methods[MethodName("password")]
    assert isinstance(method, LendsSecret)
    return method.temporary(later.account(person))


def test_a_first_password_is_changed_at_the_first_sign_in(moved: Visit, later: Later) -> None:
    person = CAST["first-day"]
    first = _given(later, person)
    moved.open("/services")
    moved.password(person, first)
    assert "vous a été remis par quelqu’un d’autre" in moved.page.locator("main").inner_text()
    assert "Vous allez vers Mes services" in moved.page.locator("#going").inner_text()
    moved.send(new_password=NEW, new_password_again=NEW)
    moved.accept_terms()
    moved.page.wait_for_url("**/services")


def test_a_first_password_opens_nothing_after_a_day(moved: Visit, later: Later) -> None:
    person = CAST["first-week"]
    first = _given(later, person)
    later.pass_time(hours=25)
    moved.open("/services")
    moved.password(person, first)
    assert "ne valait qu’une journée" in moved.page.locator("#refusal").inner_text()
    assert moved.path.startswith("/login/")


def test_after_a_year_it_is_changed_within_the_same_sign_in(moved: Visit, later: Later) -> None:
    person = CAST["a-year"]
    later.pass_time(days=366)
    moved.open("/account/means")
    moved.password(person)
    moved.begin_code()
    moved.press("button[name=means] >> nth=1")
    moved.send(code=moved.sent_code(person.mail))
    assert "Votre mot de passe a expiré" in moved.page.locator("main").inner_text()
    assert "vos moyens de connexion" in moved.page.locator("#going").inner_text()
    moved.send(new_password=NEW, new_password_again=NEW)
    moved.page.wait_for_url("**/account")


def test_the_policy_stands_beside_the_field_and_is_kept(tab: Visit) -> None:
    person = tab.person("reads-policy")
    tab.sign_in(person)
    tab.open("/account")
    tab.press("form[action$='/means/password'] button")
    hint = tab.page.locator("[name=new_password]").get_attribute("aria-describedby")
    rules = " ".join(tab.page.locator(f"#{each}").inner_text() for each in str(hint).split())
    assert "Au moins 12 caractères" in rules and "Pas votre nom" in rules
    for unfit, cause in (
        ("trop court", "trop court"),
        ("motdepasse123", "parmi les plus courants"),
        ("marie durand", "fait de votre nom"),
        (PASSWORD, "déjà utilisé"),
    ):
        tab.send(password=PASSWORD, new_password=unfit, new_password_again=unfit)
        assert cause in tab.page.locator("#refusal").inner_text()
    tab.send(password=PASSWORD, new_password=NEW, new_password_again=NEW)
    assert tab.path == "/account"


def test_three_wrong_tries_block_for_five_minutes_here_and_nowhere_else(
    tab: Visit, elsewhere: Visit
) -> None:
    person = tab.person("three-tries")
    tab.open("/services")
    for _ in range(4):
        tab.password(person, UNFIT)
    alert = tab.page.locator("#refusal").inner_text()
    assert BLOCKED in alert and re.search(r"[45] minutes", alert)
    tab.password(person)
    assert BLOCKED in tab.page.locator("#refusal").inner_text()
    # Nobody locks a doctor out on purpose: another network is another count.
    elsewhere.page.set_extra_http_headers(_ELSEWHERE)
    elsewhere.sign_in(person)
    assert elsewhere.path == "/services"


def test_a_card_works_while_the_password_is_blocked(tab: Visit, here: Place) -> None:
    person = Person(login="lucas.moreau", number=0)
    tab.open(f"{here.town.medimail.site.origin}/")
    for _ in range(4):
        tab.password(person, UNFIT)
    assert BLOCKED in tab.page.locator("#refusal").inner_text()
    tab.press("form[action$='/psc'] button")
    tab.page.locator("button[name=card][value='lucas.moreau']").click()
    tab.page.wait_for_url(f"{here.town.medimail.site.origin}/**")


def test_the_block_ends_after_five_minutes(moved: Visit, later: Later) -> None:
    person = CAST["blocked"]
    moved.open("/services")
    for _ in range(4):
        moved.password(person, UNFIT)
    assert BLOCKED in moved.page.locator("#refusal").inner_text()
    later.pass_time(seconds=timedelta(minutes=5, seconds=5).total_seconds())
    moved.open("/services")
    moved.password(person)
    moved.page.locator("[name=accept]").wait_for()


@in_every_way
def test_a_forgotten_password_is_replaced_and_one_still_goes_where_one_was_going(
    tab: Visit, here: Place
) -> None:
    person = tab.person("forgets-password")
    tab.open(f"{here.town.emage.site.origin}/")
    tab.press("a[href^='/apps/password/forgotten']")
    tab.send(identifier=person.mail)
    found = _LINK.search(here.post.mail(person.mail, "/apps/password/set"))
    assert found
    # What looks at links in mails opens them first, several times.
    for _ in range(3):
        tab.open(found[0])
    tab.send(new_password=NEW, new_password_again=NEW)
    tab.press("main a.button")
    tab.password(person, NEW)
    tab.page.wait_for_url(f"{here.town.emage.site.origin}/**")
    tab.open(found[0])
    tab.send(new_password=f"{NEW} encore", new_password_again=f"{NEW} encore")
    assert (tab.status, tab.read("h1")) == (410, tab.says("password.dead", "password"))


@in_every_way
def test_a_forgotten_identifier_comes_by_mail(tab: Visit, here: Place) -> None:
    person = tab.person("forgets-identifier")
    tab.open("/services")
    tab.press("a[href^='/apps/password/identifier']")
    tab.send(identifier=person.mail)
    assert person.login in here.post.mail(person.mail, person.login)
    tab.press("main a.button")
    assert tab.path.startswith("/login/")


def test_a_mail_address_and_a_national_number_are_identifiers_too(
    tab: Visit, elsewhere: Visit
) -> None:
    by_mail, by_number = CAST["opens-by-mail"], CAST["opens-by-number"]
    tab.open("/services")
    tab.send(identifier=by_mail.mail, password=PASSWORD)
    tab.page.locator("[name=accept]").wait_for()
    elsewhere.open("/services")
    elsewhere.send(identifier=str(99700000000 + by_number.number), password=PASSWORD)
    elsewhere.page.locator("[name=accept]").wait_for()
