"""One-time codes: chosen, masked, never sent by a reload, cancelled, and told truthfully."""

import pytest

from tests.peers.browser.tab import Tab
from tests.peers.stories.cast import CAST
from tests.peers.stories.later import Later
from tests.peers.stories.place import Place

WAYS = "main .methods"


def _asked(tab: Tab, login: str) -> None:
    """Before the choice of where the code goes."""
    tab.open("/open/medimail")
    tab.password(CAST[login])
    tab.begin_code()


def test_the_page_says_where_the_code_went_without_saying_it_whole(tab: Tab, here: Place) -> None:
    person = CAST["masked"]
    _asked(tab, "masked")
    offered = tab.page.locator("main").inner_text()
    assert "Par SMS au" in offered and "Par mail à" in offered
    tab.ask_code("sms")
    shown = tab.page.locator("main").inner_text()
    assert "d’ici une minute" in shown and "SMS remis à l’opérateur." in shown
    assert person.mobile[-2:] in shown
    assert person.mobile not in shown.replace(" ", "") and person.mail not in shown
    tab.send(code=here.post.code_by_sms(person.mobile))
    tab.page.wait_for_url(f"{here.town.medimail.site.origin}/**")


def test_the_same_in_english(english: Tab) -> None:
    _asked(english, "in-english")
    english.ask_code("mail")
    shown = english.page.locator("main").inner_text()
    assert "within a minute" in shown
    assert english.page.locator("html").get_attribute("lang") == "en"


def test_clicking_the_other_means_at_once_sends_there(tab: Tab, here: Place) -> None:
    person = CAST["by-mail-instead"]
    _asked(tab, "by-mail-instead")
    tab.ask_code("sms")
    first = here.post.code_by_sms(person.mobile)
    tab.press("details.after summary")
    tab.press("details.after button[name=means]")
    second = here.post.code_by_mail(person.mail)
    # One code lives at a time: the former opens nothing any more.
    if first != second:
        tab.send(code=first)
        assert "n’est pas le bon" in tab.page.locator("#refusal").inner_text()
    tab.send(code=second)
    tab.page.wait_for_url(f"{here.town.medimail.site.origin}/**")


def test_a_reload_sends_no_code(tab: Tab, here: Place) -> None:
    person = CAST["reloads"]
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


def test_a_second_code_waits_half_a_minute(moved: Tab, later: Later) -> None:
    person = CAST["resends"]
    moved.open("/account/means")
    moved.password(person)
    moved.begin_code()
    moved.press("button[name=means] >> nth=1")
    first = moved.sent_code(person.mail)
    moved.press("details.after summary")
    moved.press("button[name=resend]")
    alert = moved.page.locator("#refusal").inner_text()
    assert "Un code vient de partir" in alert and "secondes" in alert
    later.pass_time(seconds=31)
    moved.press("details.after summary")
    moved.press("button[name=resend]")
    moved.page.get_by_text("d’ici une minute").wait_for()
    assert moved.page.locator("#refusal").count() == 0
    second = _another(moved, person.mail, first)
    moved.send(code=second)
    moved.page.wait_for_url("**/account")


def _another(tab: Tab, address: str, former: str) -> str:
    for _ in range(100):
        if (code := tab.sent_code(address)) != former:
            return code
    pytest.fail("no second code came")


def test_a_code_opens_nothing_after_ten_minutes(moved: Tab, later: Later) -> None:
    person = CAST["ten-minutes"]
    moved.open("/account/means")
    moved.password(person)
    moved.begin_code()
    moved.press("button[name=means] >> nth=1")
    code = moved.sent_code(person.mail)
    later.pass_time(minutes=10, seconds=1)
    moved.send(code=code)
    assert "Ce code a expiré" in moved.page.locator("#refusal").inner_text()
    assert moved.page.locator("button[name=means]").count() == 2


def test_not_my_number_cancels_the_code_offers_the_other_means_and_tells_the_referent(
    tab: Tab, here: Place
) -> None:
    person = CAST["not-mine"]
    _asked(tab, "not-mine")
    tab.ask_code("sms")
    here.post.code_by_sms(person.mobile)
    tab.press("details.after summary")
    tab.page.get_by_role("button", name="Ce n’est pas mon numéro").click()
    said = tab.page.locator("main").inner_text()
    assert "celui qui venait de partir ne sert plus" in said
    assert "Par mail à" in said and "Par SMS au" not in said
    told = here.post.mail(CAST["opens-accounts"].mail, "à vérifier pour")
    assert "n’est plus, un contact de" in told and person.mobile not in told
    tab.ask_code("sms")
    tab.send(code=here.post.code_by_mail(person.mail))
    tab.page.wait_for_url(f"{here.town.medimail.site.origin}/**")


def test_a_carrier_that_fails_is_said_and_the_mail_still_comes(moved: Tab) -> None:
    person = CAST["no-carrier"]
    moved.open("/account/means")
    moved.password(person)
    moved.begin_code()
    moved.ask_code("sms")
    moved.page.get_by_text("Échec de l’envoi du SMS. Essayez le mail").wait_for()
    moved.press("details.after button[name=means]")
    moved.send(code=moved.sent_code(person.mail))
    moved.page.wait_for_url("**/account")


def test_who_cannot_be_reached_still_has_the_weaker_services(tab: Tab, here: Place) -> None:
    person = CAST["unreachable"]
    tab.open(f"{here.town.medimail.site.origin}/")
    tab.password(person)
    ways = tab.page.locator("main .methods").inner_text()
    assert "carte CPS" in ways and "Pro Santé Connect" in ways
    tab.open(f"{here.town.emage.site.origin}/")
    tab.page.wait_for_url(f"{here.town.emage.site.origin}/**")
    assert tab.page.locator("#claims").count() == 1


def test_a_code_works_in_the_browser_that_asked_for_it_alone(
    tab: Tab, elsewhere: Tab, here: Place
) -> None:
    person = CAST["two-browsers"]
    _asked(tab, "two-browsers")
    tab.ask_code("sms")
    code = here.post.code_by_sms(person.mobile)
    elsewhere.open(tab.path)
    assert elsewhere.status == 403
    _asked(elsewhere, "two-browsers")
    assert elsewhere.page.locator("[name=code]").count() == 0
    tab.send(code=code)
    tab.page.wait_for_url(f"{here.town.medimail.site.origin}/**")
