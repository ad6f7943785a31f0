"""« Gérer mon compte »: means, sessions, devices, history, and what is told to whom."""

import json
from typing import Any

from tests.peers.browser.tab import Tab
from tests.peers.stories.cast import CAST
from tests.peers.stories.later import Later
from tests.peers.stories.place import Place


MINE = "/apps/oidc/devices/"
_ASKED = """([path, form]) => fetch(path, { method: "POST", body: new URLSearchParams(form) })
  .then((answer) => answer.json())"""


def test_signed_in_by_a_password_alone_strong_means_are_masked(tab: Tab) -> None:
    person = CAST["hides"]
    tab.sign_in(person)
    tab.open("/account")
    shown = tab.page.locator("main").inner_text()
    assert "Vos moyens forts sont masqués." in shown
    assert person.mail not in shown and person.mobile not in shown
    assert tab.page.get_by_role("link", name="Prouver que c’est bien moi").count() == 1


def test_a_new_number_is_confirmed_by_a_code_and_the_old_means_is_told(
    tab: Tab, here: Place
) -> None:
    person, number = CAST["new-number"], "+33612345678"
    tab.sign_in_strong(person)
    tab.press("form[action$='/means/sent_code'] button")
    tab.send(address=number)
    tab.page.locator("meta[http-equiv=refresh]").wait_for(state="detached")
    tab.send(code=here.post.code_by_sms(number))
    assert tab.path == "/account"
    assert "78 depuis le" in tab.page.locator("main").inner_text()
    told = here.post.mail(person.mail, "ajout")
    assert number not in told


def test_ten_minutes_later_changing_a_means_asks_for_a_proof_again(
    moved: Tab, later: Later
) -> None:
    person = CAST["ten-minutes"]
    moved.sign_in(person)
    moved.open("/account/means")
    moved.begin_code()
    moved.press("button[name=means] >> nth=1")
    moved.send(code=moved.sent_code(person.mail))
    assert moved.page.locator("form[action$='/means/totp'] button").count() == 1
    later.pass_time(minutes=10, seconds=1)
    moved.open("/account")
    assert "Vos moyens forts sont masqués." in moved.page.locator("main").inner_text()


def test_sessions_are_listed_and_closed_one_by_one_or_all(
    tab: Tab, elsewhere: Tab, plain: Tab
) -> None:
    person = CAST["closes-sessions"]
    tab.sign_in(person)
    elsewhere.sign_in(person)
    elsewhere.open("/open/emage")
    plain.sign_in(person)
    tab.open("/account/sessions")
    rows = tab.page.locator("section:has(#sessions) > ul > li")
    assert rows.count() == 3
    assert "Mot de passe" in rows.first.inner_text()
    emage = rows.filter(has_text="e-mage")
    assert "Services ouverts" in emage.inner_text()
    emage.locator("form[action='/account/sessions/end'] button").click()
    elsewhere.open("/services")
    assert elsewhere.path.startswith("/login/")
    tab.page.get_by_role("button", name="Fermer toutes les autres").click()
    tab.page.get_by_text("Vous n’êtes connecté nulle part ailleurs.").wait_for()
    plain.open("/services")
    assert plain.path.startswith("/login/")


def test_the_history_tells_sign_ins_and_changes(tab: Tab) -> None:
    tab.sign_in_strong(CAST["reads-history"])
    tab.open("/account/history")
    said = tab.page.locator("main").inner_text().replace("\N{NO-BREAK SPACE}", " ")
    for words in (
        "Preuve acceptée : mot de passe",
        "Preuve acceptée : application d’authentification",
        "Connexion réussie à : Mes services",
        "Le compte a été importé",
    ):
        assert words in said


def test_a_new_device_is_told_by_mail(tab: Tab, english: Tab, here: Place) -> None:
    person = CAST["another-device"]
    tab.sign_in(person)
    english.page.set_extra_http_headers({"User-Agent": "Mozilla/5.0 (X11) Firefox/140.0"})
    english.sign_in(person)
    assert "new device" in here.post.mail(person.mail, "new device")


def test_a_device_is_paired_by_the_code_it_shows_then_listed_and_removed(tab: Tab) -> None:
    tab.sign_in_strong(CAST["pairs-phone"], MINE)
    device = _asked(tab, "/oidc/device_authorization", client_id="pocket")
    tab.open("/apps/oidc/device/")
    tab.send(user_code=device["user_code"])
    tab.press("main button[value=yes]")
    grant = "urn:ietf:params:oauth:grant-type:device_code"
    tokens = _asked(tab, "/oidc/token", grant_type=grant, device_code=device["device_code"])
    tab.open(MINE)
    assert "Medimail sur téléphone" in tab.page.locator("main").inner_text()
    tab.page.get_by_role("button", name="Retirer").first.click()
    tab.page.get_by_role("button", name="Retirer").wait_for(state="detached")
    # At once: its tokens are worth nothing.
    bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
    with tab.town.hub.ask("GET", "/oidc/userinfo", headers=bearer) as answer:
        assert answer.status == 401


def test_a_telephone_scans_a_code_that_lasts_two_minutes(tab: Tab) -> None:
    tab.sign_in_strong(CAST["notified"], MINE)
    tab.press("form[action$='/devices/add'] button")
    assert tab.page.locator("main svg:not(.icon), main img").first.is_visible()
    assert "deux minutes" in tab.page.locator("main").inner_text()


def _asked(tab: Tab, path: str, **form: str) -> Any:
    """As the application on the telephone does."""
    form = {"client_id": "pocket", **form}
    given: Any = tab.page.evaluate(_ASKED, [path, form])
    return given


def test_visibility_is_a_choice_of_three(tab: Tab) -> None:
    tab.sign_in(CAST["hides"])
    tab.open("/account/privacy")
    assert tab.page.locator("[name=visibility]").count() == 3
    tab.page.locator("[name=visibility][value=hidden]").check()
    tab.press("form[action='/account/privacy'] button")
    tab.open("/account/privacy")
    assert tab.page.locator("[name=visibility]:checked").get_attribute("value") == "hidden"


def test_my_referent_and_my_terms_are_shown(tab: Tab) -> None:
    tab.sign_in_strong(CAST["asks-links"])
    tab.open("/account/referents")
    assert "Cabinet des Tilleuls" in tab.page.locator("main").inner_text()
    tab.open("/apps/terms/mine")
    assert "Conditions générales d’utilisation du portail" in tab.page.inner_text("main")


def test_my_data_come_as_one_file(tab: Tab) -> None:
    tab.sign_in_strong(CAST["exports"])
    tab.open("/account")
    with tab.page.expect_download() as began:
        tab.press("form[action='/account/export'] button")
    kept: Any = json.loads(began.value.path().read_text(encoding="utf-8"))
    assert "Durand" in json.dumps(kept, ensure_ascii=False)
