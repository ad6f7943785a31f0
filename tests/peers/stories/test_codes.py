"""One-time codes: chosen, masked, never sent by a reload, cancelled, and told truthfully."""

import pytest

from tests.peers.stories.cast import CAST
from tests.peers.stories.later import Later
from tests.peers.stories.place import Place
from tests.peers.stories.visit import Visit
from tests.peers.stories.ways import in_every_way, moved_in_every_way

MINUTE = {"fr": "d’ici une minute", "en": "within a minute"}
OWNER = "sent_code"
KINDS = ("sms", "mail")


def _asked(tab: Visit, login: str) -> None:
    """Before the choice of where the code goes."""
    tab.open("/open/medimail")
    tab.password(tab.person(login))
    tab.begin_code()


def _others(tab: Visit) -> None:
    """Which means remain."""
    said = tab.read("main .methods")
    assert tab.says("cps.button", "cps") in said and tab.says("psc.button", "psc") in said


@in_every_way
def test_the_page_says_where_the_code_went_without_saying_it_whole(tab: Visit, here: Place) -> None:
    person = tab.person("masked")
    _asked(tab, "masked")
    offered = tab.read()
    for kind in KINDS:
        assert tab.says(f"sent_code.send.{kind}", OWNER, masked="").strip() in offered
    tab.ask_code("sms")
    shown = tab.read()
    assert MINUTE[tab.way.language] in shown
    assert tab.says("sent_code.state.handed_over.sms", OWNER) in shown
    assert person.mobile[-2:] in shown
    assert person.mobile not in shown.replace(" ", "") and person.mail not in shown
    tab.send(code=here.post.code_by_sms(person.mobile))
    tab.page.wait_for_url(f"{here.town.medimail.site.origin}/**")


@in_every_way
def test_clicking_the_other_means_at_once_sends_there(tab: Visit, here: Place) -> None:
    person = tab.person("by-mail-instead")
    _asked(tab, "by-mail-instead")
    tab.ask_code("sms")
    first = here.post.code_by_sms(person.mobile)
    tab.press("details.after summary")
    # « Rien reçu ? »: the mail, and beside it every other means.
    by_mail = tab.before("masked", "sent_code.send.mail", OWNER)
    assert tab.read("details.after button[name=means]").startswith(by_mail)
    _others(tab)
    tab.press("details.after button[name=means]")
    second = here.post.code_by_mail(person.mail)
    # One code lives at a time: the former opens nothing any more.
    if first != second:
        tab.send(code=first)
        wrong = tab.says("refusal.sent_code.wrong", OWNER, n=4, tries_left=4)
        assert wrong in tab.read("#refusal")
    tab.send(code=second)
    tab.page.wait_for_url(f"{here.town.medimail.site.origin}/**")


@in_every_way
def test_a_reload_sends_no_code(tab: Visit, here: Place) -> None:
    person = tab.person("reloads")
    _asked(tab, "reloads")
    tab.ask_code("sms")
    code = here.post.code_by_sms(person.mobile)
    for _ in range(3):
        tab.page.reload()
    tab.page.go_back()
    tab.page.go_forward()
    # Had another been sent, this one would be dead.
    tab.send(code=code)
    tab.page.wait_for_url(f"{here.town.medimail.site.origin}/**")


@moved_in_every_way
def test_a_second_code_waits_half_a_minute(moved: Visit, later: Later) -> None:
    person = moved.person("resends")
    moved.open("/account/means")
    moved.password(person)
    moved.begin_code()
    moved.press("button[name=means] >> nth=1")
    first = moved.sent_code(person.mail)
    moved.press("details.after summary")
    moved.press("button[name=resend]")
    alert = moved.read("#refusal")
    assert moved.says("refusal.sent_code.too_soon", OWNER) in alert and "second" in alert
    later.pass_time(seconds=31)
    moved.press("details.after summary")
    moved.press("button[name=resend]")
    moved.page.get_by_text(MINUTE[moved.way.language]).wait_for()
    assert moved.page.locator("#refusal").count() == 0
    second = _another(moved, person.mail, first)
    moved.send(code=second)
    moved.page.wait_for_url("**/account")


def _another(tab: Visit, address: str, former: str) -> str:
    for _ in range(100):
        if (code := tab.sent_code(address)) != former:
            return code
    pytest.fail("no second code came")


@moved_in_every_way
def test_a_code_opens_nothing_after_ten_minutes(moved: Visit, later: Later) -> None:
    person = moved.person("code-too-old")
    moved.open("/account/means")
    moved.password(person)
    moved.begin_code()
    moved.press("button[name=means] >> nth=1")
    code = moved.sent_code(person.mail)
    later.pass_time(minutes=10, seconds=1)
    moved.send(code=code)
    assert moved.says("refusal.sent_code.expired", OWNER) in moved.read("#refusal")
    assert moved.page.locator("button[name=means]").count() == 2


@in_every_way
def test_not_my_number_cancels_the_code_offers_the_other_means_and_tells_the_referent(
    tab: Visit, here: Place
) -> None:
    person = tab.person("not-mine")
    _asked(tab, "not-mine")
    tab.ask_code("sms")
    here.post.code_by_sms(person.mobile)
    tab.press("details.after summary")
    tab.page.get_by_role("button", name=tab.says("sent_code.not_mine.sms", OWNER)).click()
    said = tab.read()
    assert tab.says("sent_code.disputed", OWNER) in said
    by_sms, by_mail = (tab.says(f"sent_code.send.{each}", OWNER, masked="") for each in KINDS)
    assert by_mail in said and by_sms not in said
    told = here.post.mail(CAST["opens-accounts"].mail, "à vérifier pour")
    assert "n’est plus, un contact de" in told and person.mobile not in told
    tab.ask_code("sms")
    tab.send(code=here.post.code_by_mail(person.mail))
    tab.page.wait_for_url(f"{here.town.medimail.site.origin}/**")


@moved_in_every_way
def test_a_carrier_that_fails_is_said_and_the_mail_still_comes(moved: Visit) -> None:
    person = moved.person("no-carrier")
    moved.open("/account/means")
    moved.password(person)
    moved.begin_code()
    moved.ask_code("sms")
    failed = moved.says("sent_code.state.failed.sms", OWNER)
    moved.page.get_by_text(failed).first.wait_for()
    moved.press("details.after button[name=means]")
    moved.send(code=moved.sent_code(person.mail))
    moved.page.wait_for_url("**/account")


@in_every_way
def test_who_cannot_be_reached_still_has_the_weaker_services(tab: Visit, here: Place) -> None:
    person = tab.person("unreachable")
    tab.open(f"{here.town.medimail.site.origin}/")
    tab.password(person)
    assert tab.says("psc.button", "psc") in tab.read("main .methods")
    tab.open(f"{here.town.emage.site.origin}/")
    tab.page.wait_for_url(f"{here.town.emage.site.origin}/**")
    assert tab.page.locator("#claims").count() == 1


@in_every_way
def test_a_code_works_in_the_browser_that_asked_for_it_alone(
    tab: Visit, elsewhere: Visit, here: Place
) -> None:
    person = tab.person("two-browsers")
    _asked(tab, "two-browsers")
    tab.ask_code("sms")
    code = here.post.code_by_sms(person.mobile)
    elsewhere.open(tab.path)
    assert elsewhere.status == 403
    elsewhere.open("/open/medimail")
    elsewhere.password(person)
    elsewhere.begin_code()
    assert elsewhere.page.locator("[name=code]").count() == 0
    tab.send(code=code)
    tab.page.wait_for_url(f"{here.town.medimail.site.origin}/**")


@in_every_way
def test_wrong_codes_have_a_count_of_their_own(tab: Visit, here: Place) -> None:
    person = tab.person("counts-wrong")
    _asked(tab, "counts-wrong")
    tab.ask_code("mail")
    right = here.post.code_by_mail(person.mail)
    wrong = "000000" if right != "000000" else "111111"
    for _ in range(5):
        with tab.page.expect_navigation():
            tab.send(code=wrong)
    # The fifth kills the code; the card is another count, and the password too.
    assert tab.page.locator("#refusal").count() == 1
    tab.press("form[action$='/cps'] button[name=begin]")
    assert tab.says("cps.expect.insert", "cps") in tab.read()
    tab.open("/open/emage")
    tab.page.wait_for_url(f"{here.town.emage.site.origin}/**")
    tab.page.context.clear_cookies()
    tab.open("/open/emage")
    tab.password(person)
    tab.page.wait_for_url(f"{here.town.emage.site.origin}/**")


@moved_in_every_way
def test_codes_are_capped_per_day(moved: Visit, later: Later) -> None:
    moved.open("/account/means")
    moved.password(moved.person("capped"))
    moved.begin_code()
    moved.ask_code("mail")
    for _ in range(10):
        later.pass_time(seconds=31)
        moved.press("details.after summary")
        with moved.page.expect_navigation():
            moved.press("button[name=resend]")
    assert moved.says("refusal.sent_code.too_many", OWNER) in moved.read("#refusal")
