"""Passwords: their first day, their year, their rules, three tries, and what was forgotten."""

import re
from datetime import timedelta

from hub.contract.identifiers import MethodName
from hub.contract.tasks import LendsSecret
from tests.peers.browser.people import PASSWORD, Person
from tests.peers.stories.later import Later
from tests.peers.stories.place import Place
from tests.peers.stories.visit import Visit
from tests.peers.stories.ways import in_every_way, moved_in_every_way

NEW = "sept lampes dans la cour"
UNFIT = "not the password"
OWNER = "password"
BLOCKED = "refusal.hub.too_many_tries"
_ELSEWHERE = {"X-Forwarded-For": "192.0.2.7"}
_LINK = re.compile(r"https://\S+/apps/password/set\S+")


def _given(later: Later, person: Person) -> str:
    """As a référent reads it out."""
    method = later.app.rules.methods[MethodName("password")]
    assert isinstance(method, LendsSecret)
    return method.temporary(later.account(person))


def _blocked(tab: Visit, person: Person) -> str:
    """What the page says after three wrong tries and one more."""
    for _ in range(4):
        with tab.page.expect_navigation():
            tab.password(person, UNFIT)
    said = tab.read("#refusal")
    assert tab.before("wait", BLOCKED) in said
    return said


@moved_in_every_way
def test_a_first_password_is_changed_at_the_first_sign_in(moved: Visit, later: Later) -> None:
    person = moved.person("first-day")
    first = _given(later, person)
    moved.open("/services")
    moved.password(person, first)
    moved.page.locator("[name=new_password]").wait_for()
    assert moved.says("password.why.first", OWNER) in moved.read()
    going = moved.says("signin.going", service=moved.says("service.portal"))
    assert moved.read("#going") == going
    moved.send(new_password=NEW, new_password_again=NEW)
    moved.accept_terms()
    moved.page.wait_for_url("**/services")


@moved_in_every_way
def test_a_first_password_opens_nothing_after_a_day(moved: Visit, later: Later) -> None:
    person = moved.person("first-week")
    first = _given(later, person)
    later.pass_time(hours=25)
    moved.open("/services")
    moved.password(person, first)
    assert moved.says("refusal.password.first_expired", OWNER) in moved.read("#refusal")
    assert moved.path.startswith("/login/")


@moved_in_every_way
def test_after_a_year_it_is_changed_within_the_same_sign_in(moved: Visit, later: Later) -> None:
    person = moved.person("a-year")
    later.pass_time(days=366)
    moved.open("/account/means")
    moved.password(person)
    moved.begin_code()
    moved.press("button[name=means] >> nth=1")
    moved.send(code=moved.sent_code(person.mail))
    moved.page.locator("[name=new_password]").wait_for()
    assert moved.says("password.why.expired", OWNER) in moved.read()
    assert moved.says("service.account-strong") in moved.read("#going")
    moved.send(new_password=NEW, new_password_again=NEW)
    moved.page.wait_for_url("**/account")


@in_every_way
def test_the_policy_stands_beside_the_field_and_is_kept(tab: Visit) -> None:
    person = tab.person("reads-policy")
    tab.sign_in(person)
    tab.open("/account")
    tab.press("form[action$='/means/password'] button")
    hint = tab.page.locator("[name=new_password]").get_attribute("aria-describedby")
    rules = " ".join(tab.read(f"#{each}") for each in str(hint).split())
    assert tab.says("password.rule.too_short", OWNER, shortest=12) in rules
    assert tab.says("password.rule.personal", OWNER) in rules
    for unfit, cause in (
        ("trop court", "too_short"),
        ("motdepasse123", "common"),
        ("marie durand", "personal"),
        (PASSWORD, "used_before"),
    ):
        with tab.page.expect_navigation():
            tab.send(password=PASSWORD, new_password=unfit, new_password_again=unfit)
        assert tab.says(f"refusal.password.{cause}", OWNER) in tab.read("#refusal")
    with tab.page.expect_navigation():
        tab.send(password=PASSWORD, new_password=NEW, new_password_again=NEW)
    assert tab.path == "/account"


@in_every_way
def test_three_wrong_tries_block_for_five_minutes_here_and_nowhere_else(
    tab: Visit, elsewhere: Visit
) -> None:
    person = tab.person("three-tries")
    tab.open("/services")
    assert re.search(r"[45] minutes", _blocked(tab, person))
    with tab.page.expect_navigation():
        tab.password(person)
    assert tab.before("wait", BLOCKED) in tab.read("#refusal")
    # Nobody locks a doctor out on purpose: another network is another count.
    elsewhere.page.set_extra_http_headers(_ELSEWHERE)
    elsewhere.sign_in(person)
    assert elsewhere.path == "/services"


@in_every_way
def test_a_card_works_while_the_password_is_blocked(tab: Visit, here: Place) -> None:
    person = Person(login="lucas.moreau", number=0)
    tab.open(f"{here.town.medimail.site.origin}/")
    _blocked(tab, person)
    tab.press("form[action$='/psc'] button")
    tab.page.locator("button[name=card][value='lucas.moreau']").click()
    tab.page.wait_for_url(f"{here.town.medimail.site.origin}/**")


@moved_in_every_way
def test_the_block_ends_after_five_minutes(moved: Visit, later: Later) -> None:
    person = moved.person("blocked")
    moved.open("/services")
    _blocked(moved, person)
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


@in_every_way
def test_a_mail_address_and_a_national_number_are_identifiers_too(
    tab: Visit, elsewhere: Visit
) -> None:
    by_mail, by_number = tab.person("opens-by-mail"), tab.person("opens-by-number")
    tab.open("/services")
    tab.send(identifier=by_mail.mail, password=PASSWORD)
    tab.page.locator("[name=accept]").wait_for()
    elsewhere.open("/services")
    elsewhere.send(identifier=str(99700000000 + by_number.number), password=PASSWORD)
    elsewhere.page.locator("[name=accept]").wait_for()


@in_every_way
def test_guesses_from_everywhere_slow_down_and_never_where_one_signed_in_before(
    tab: Visit, elsewhere: Visit
) -> None:
    person = tab.person("guessed")
    elsewhere.sign_in(person)
    tab.open("/services")
    for number in range(11):
        tab.page.set_extra_http_headers({"X-Forwarded-For": f"192.0.2.{number // 2 + 20}"})
        with tab.page.expect_navigation():
            tab.password(person, UNFIT)
    with tab.page.expect_navigation():
        tab.password(person)
    assert tab.before("wait", BLOCKED) in tab.read("#refusal")
    elsewhere.press("details.menu summary")
    with elsewhere.page.expect_navigation():
        elsewhere.press("details.menu form[action='/logout'] button")
    elsewhere.open("/services")
    elsewhere.password(person)
    elsewhere.page.wait_for_url("**/services")
