"""« Gérer mon compte »: means, sessions, devices, history, and what is told to whom."""

import json
import re
from typing import Any
from urllib.parse import urlencode

import pyotp

from tests.peers.stories.later import Later
from tests.peers.stories.place import Place
from tests.peers.stories.reading import flat
from tests.peers.stories.visit import Visit
from tests.peers.stories.ways import in_every_way, moved_in_every_way


ADDED = {"fr": "ajout", "en": "added"}
NEW_DEVICE = {"fr": "nouvel appareil", "en": "new device"}
MINE = "/apps/oidc/devices/"


@in_every_way
def test_signed_in_by_a_password_alone_strong_means_are_masked(tab: Visit) -> None:
    person = tab.person("hides")
    tab.sign_in(person)
    tab.open("/account")
    shown = tab.read()
    assert tab.says("account.means.masked") in shown
    assert person.mail not in shown and person.mobile not in shown
    assert tab.link("account.means.prove").count() == 1


@in_every_way
def test_a_new_number_is_confirmed_by_a_code_and_the_old_means_is_told(
    tab: Visit, here: Place
) -> None:
    person, number = tab.person("new-number"), "+33612345678"
    tab.sign_in_strong(person)
    tab.press("form[action$='/means/sent_code'] button")
    tab.send(address=number)
    tab.page.locator("meta[http-equiv=refresh]").wait_for(state="detached")
    tab.send(code=here.post.code_by_sms(number))
    assert tab.path == "/account"
    assert re.search(r"78 \w+ ", tab.read())
    told = here.post.mail(person.mail, ADDED[tab.way.language])
    assert number not in told


@moved_in_every_way
def test_ten_minutes_later_changing_a_means_asks_for_a_proof_again(
    moved: Visit, later: Later
) -> None:
    person = moved.person("ten-minutes")
    moved.sign_in(person)
    moved.open("/account/means")
    moved.begin_code()
    moved.press("button[name=means] >> nth=1")
    moved.send(code=moved.sent_code(person.mail))
    assert moved.page.locator("form[action$='/means/totp'] button").count() == 1
    later.pass_time(minutes=10, seconds=1)
    moved.open("/account")
    assert moved.says("account.means.masked") in moved.read()


@in_every_way
def test_sessions_are_listed_and_closed_one_by_one_or_all(
    tab: Visit, elsewhere: Visit, plain: Visit
) -> None:
    person = tab.person("closes-sessions")
    tab.sign_in(person)
    elsewhere.sign_in(person)
    elsewhere.open("/open/emage")
    plain.sign_in(person)
    tab.open("/account/sessions")
    rows = tab.page.locator("section:has(#sessions) > ul > li")
    assert rows.count() == 3
    assert tab.says("password.name", "password") in rows.first.inner_text()
    emage = rows.filter(has_text="e-mage")
    assert tab.says("account.sessions.services") in flat(emage.inner_text())
    emage.locator("form[action='/account/sessions/end'] button").click()
    elsewhere.open("/services")
    assert elsewhere.path.startswith("/login/")
    tab.button("account.sessions.end_others").click()
    tab.page.get_by_text(tab.says("account.sessions.only")).wait_for()
    plain.open("/services")
    assert plain.path.startswith("/login/")


@in_every_way
def test_the_history_tells_sign_ins_and_changes(tab: Visit) -> None:
    tab.sign_in_strong(tab.person("reads-history"))
    tab.open("/account/history")
    said = tab.read()
    for words in (
        tab.says("trail.method.proved", how=tab.says("authenticator.password")),
        tab.says("trail.method.proved", how=tab.says("authenticator.totp")),
        tab.says("trail.login.vouched", service=tab.says("service.portal")),
        tab.says("trail.account.imported"),
    ):
        assert words in said


@in_every_way
def test_a_new_device_is_told_by_mail(tab: Visit, elsewhere: Visit, here: Place) -> None:
    person = tab.person("another-device")
    elsewhere.sign_in(person)
    tab.page.set_extra_http_headers({"User-Agent": "Mozilla/5.0 (X11) Firefox/140.0"})
    tab.sign_in(person)
    assert here.post.mail(person.mail, NEW_DEVICE[tab.way.language])


@in_every_way
def test_a_device_is_paired_by_the_code_it_shows_then_listed_and_removed(tab: Visit) -> None:
    tab.sign_in_strong(tab.person("pairs-phone"), MINE)
    device = _asked(tab, "/oidc/device_authorization", client_id="pocket")
    tab.open("/apps/oidc/device/")
    tab.send(user_code=device["user_code"])
    tab.press("main button[value=yes]")
    grant = "urn:ietf:params:oauth:grant-type:device_code"
    tokens = _asked(tab, "/oidc/token", grant_type=grant, device_code=device["device_code"])
    tokens = _again(tab, tokens)
    assert _userinfo(tab, tokens) == 200
    tab.open(MINE)
    assert "Medimail sur téléphone" in tab.page.locator("main").inner_text()
    remove = tab.page.get_by_role("button", name=tab.says("devices.remove", "oidc"))
    remove.first.click()
    remove.wait_for(state="detached")
    # At once: its tokens are worth nothing.
    assert _userinfo(tab, tokens) == 401
    assert _again(tab, tokens)["error"] == "invalid_grant"
    tab.open("/account/history")
    said, what = tab.read(), "Medimail sur téléphone"
    for done in ("associated", "removed"):
        assert tab.says(f"trail.device.{done}", "oidc", device=what) in said


def _again(tab: Visit, tokens: Any) -> Any:
    token = tokens["refresh_token"]
    return _asked(tab, "/oidc/token", grant_type="refresh_token", refresh_token=token)


def _userinfo(tab: Visit, tokens: Any) -> int:
    bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
    with tab.town.hub.ask("GET", "/oidc/userinfo", headers=bearer) as answer:
        return int(answer.status)


@in_every_way
def test_a_telephone_scans_a_code_that_lasts_two_minutes(tab: Visit) -> None:
    tab.sign_in_strong(tab.person("notified"), MINE)
    tab.press("form[action$='/devices/add'] button")
    tab.page.locator("main svg:not(.icon), main img").first.wait_for()
    told = tab.says("scan.waiting.next", "oidc", service="Medimail sur téléphone")
    assert told in tab.read()


def _asked(tab: Visit, path: str, **form: str) -> Any:
    """As the application on the telephone does."""
    typed = {"Content-Type": "application/x-www-form-urlencoded"}
    body = urlencode({"client_id": "pocket", **form})
    with tab.town.hub.ask("POST", path, body, typed) as answer:
        given: Any = json.loads(answer.read())
    return given


@in_every_way
def test_visibility_is_a_choice_of_three(tab: Visit) -> None:
    tab.sign_in(tab.person("hides"))
    tab.open("/account/privacy")
    assert tab.page.locator("[name=visibility]").count() == 3
    tab.page.locator("[name=visibility][value=hidden]").check()
    tab.press("form[action='/account/privacy'] button")
    tab.open("/account/privacy")
    assert tab.page.locator("[name=visibility]:checked").get_attribute("value") == "hidden"


@in_every_way
def test_my_referent_and_my_terms_are_shown(tab: Visit) -> None:
    tab.sign_in_strong(tab.person("asks-links"))
    tab.open("/account/referents")
    assert "Cabinet des Tilleuls" in tab.page.locator("main").inner_text()
    tab.open("/apps/terms/mine")
    assert "Conditions générales d’utilisation du portail" in tab.page.inner_text("main")


@in_every_way
def test_my_data_come_as_one_file(tab: Visit) -> None:
    tab.sign_in_strong(tab.person("exports"))
    tab.open("/account")
    with tab.page.expect_download() as began:
        tab.press("form[action='/account/export'] button")
    kept: Any = json.loads(began.value.path().read_text(encoding="utf-8"))
    assert "Durand" in json.dumps(kept, ensure_ascii=False)


@in_every_way
def test_the_account_shows_who_one_is_and_changes_none_of_it(tab: Visit) -> None:
    person = tab.person("shows-who")
    tab.sign_in(person)
    tab.open("/account")
    shown = tab.read("section:has(#who)")
    for words in ("Marie Durand", str(99700000000 + person.number), "Cabinet des Tilleuls"):
        assert words in shown
    assert "Médecin généraliste" in shown and tab.says("account.who.change") in shown
    assert tab.page.locator("section:has(#who) :is(input, button, select)").count() == 0


@in_every_way
def test_an_application_is_added_listed_and_removed(tab: Visit, here: Place) -> None:
    person = tab.person("adds-app")
    tab.sign_in(person)
    tab.open("/account/means")
    tab.ask_code("mail")
    tab.send(code=here.post.code_by_mail(person.mail))
    tab.press("form[action$='/means/totp'] button")
    seed = tab.page.locator("main .code.long").inner_text().replace(" ", "")
    tab.send(label="Ma tablette", code=pyotp.TOTP(seed).now())
    tab.page.get_by_text("Ma tablette").first.wait_for()
    assert tab.path == "/account"
    tab.press("a[href^='/account/means/totp/remove']")
    with tab.page.expect_navigation():
        tab.press("main form[action$='/remove'] button")
    assert "Ma tablette" not in tab.read("section:has(#means)")


@in_every_way
def test_my_mailboxes_are_listed_with_their_kind_and_one_is_chosen_first(tab: Visit) -> None:
    tab.sign_in(tab.person("mailboxes"), "/apps/medimail/")
    shown = tab.read("section:has(#mailboxes)")
    for kind in ("PER", "ORG", "APP"):
        assert tab.says(f"medimail.kind.{kind}", "medimail") in shown
    results = tab.page.locator("[name=address][value='resultats@mss.test']")
    assert not results.is_checked()
    results.check()
    with tab.page.expect_navigation():
        tab.press("form:has([name=address]) button")
    tab.open("/apps/medimail/")
    assert results.is_checked()
