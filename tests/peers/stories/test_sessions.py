"""Staying, being warned, shared workstations, giving way, and leaving service by service."""

from urllib.parse import urlencode

from tests.peers.browser.tab import Tab
from tests.peers.stories.cast import CAST
from tests.peers.stories.later import Later
from tests.peers.stories.place import Place


def _look(tab: Tab) -> None:
    """As when the window comes to the front again."""
    tab.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def test_two_minutes_before_the_end_one_is_warned_and_stays_by_a_click(
    moved: Tab, later: Later
) -> None:
    moved.sign_in(CAST["idles"])
    later.pass_time(minutes=28, seconds=30)
    _look(moved)
    dialog = moved.page.locator("dialog[open]")
    dialog.wait_for()
    assert "Votre session va se terminer" in dialog.inner_text()
    dialog.get_by_role("button", name="Rester connecté").click()
    dialog.wait_for(state="detached")
    later.pass_time(minutes=28)
    moved.open("/account")
    assert moved.path == "/account"


def test_after_half_an_hour_the_session_is_over_and_one_comes_back_to_the_same_page(
    moved: Tab, later: Later
) -> None:
    person = CAST["waits-too-long"]
    moved.sign_in(person)
    moved.open("/account/history")
    later.pass_time(minutes=31)
    moved.page.reload()
    assert moved.path.startswith("/login/")
    moved.password(person)
    moved.page.wait_for_url("**/account/history")


def test_after_four_hours_it_is_over_however_busy(moved: Tab, later: Later) -> None:
    moved.sign_in(CAST["waits-too-long"])
    for _ in range(9):
        later.pass_time(minutes=25)
        moved.open("/account")
        assert moved.path == "/account"
    later.pass_time(minutes=25)
    moved.open("/account")
    assert moved.path.startswith("/login/")


def test_a_shared_workstation_remembers_nothing_and_changes_person_in_one_click(
    tab: Tab, here: Place
) -> None:
    person = CAST["shared"]
    tab.open("/services")
    tab.page.get_by_role("button", name="Ce poste est partagé").click()
    tab.page.get_by_role("button", name="Ce poste n’est plus partagé").wait_for()
    tab.password(person)
    tab.accept_terms()
    tab.page.wait_for_url("**/services")
    assert "Poste partagé" in tab.page.locator(".foot").inner_text()
    tab.page.get_by_role("button", name="Changer d’utilisateur").click()
    tab.page.locator("main [name=identifier]").wait_for()
    assert tab.page.locator("main [name=identifier]").input_value() == ""
    tab.open("/account")
    assert tab.path.startswith("/login/")


def test_the_screen_of_a_session_that_gave_way_says_why(tab: Tab) -> None:
    person = CAST["evicted"]
    tab.sign_in(person)
    for _ in range(3):
        with tab.another() as newer:
            newer.sign_in(person)
    tab.open("/services")
    said = tab.page.locator("main [role=status]").first.inner_text()
    assert "un compte en garde 3 au plus" in said and "a pris sa place" in said


def test_leaving_says_service_by_service_how_it_went(tab: Tab) -> None:
    tab.sign_in(CAST["leaves"])
    tab.open("/open/emage")
    tab.open("/services")
    tab.press("details.menu summary")
    tab.press("details.menu form[action='/logout'] button")
    tab.page.locator("meta[http-equiv=refresh]").wait_for(state="detached")
    assert tab.page.locator("h1").inner_text() == "Vous êtes déconnecté"
    assert "e-mage\N{NO-BREAK SPACE}:" in tab.page.locator("main ul").inner_text()
    tab.open("/services")
    assert tab.path.startswith("/login/")


def test_a_service_that_signs_out_may_close_itself_alone(tab: Tab, here: Place) -> None:
    person = CAST["leaves-one"]
    tab.sign_in(person)
    tab.open("/open/emage")
    tab.open("/open/medimail")
    tab.ask_code("mail")
    tab.send(code=here.post.code_by_mail(person.mail))
    tab.page.wait_for_url(f"{here.town.medimail.site.origin}/**")
    back = f"{here.town.emage.site.origin}/bye"
    asked = {"client_id": "emage", "post_logout_redirect_uri": back}
    tab.open(f"/oidc/end_session?{urlencode(asked)}")
    assert "Medimail" in tab.page.locator("main ul").inner_text()
    tab.page.get_by_role("button", name="Fermer e-mage seulement").click()
    tab.page.wait_for_url(f"{back}**")
    tab.open(f"{here.town.medimail.site.origin}/?prompt=none")
    assert tab.page.locator("#claims").count() == 1
