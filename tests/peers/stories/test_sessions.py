"""Staying, being warned, shared workstations, giving way, and leaving service by service."""

import re
from urllib.parse import urlencode

from tests.peers.stories.later import Later
from tests.peers.stories.place import Place
from tests.peers.stories.reading import flat
from tests.peers.stories.visit import Visit
from tests.peers.stories.ways import in_every_way, moved_also_on_a_phone, moved_in_every_way


def _look(tab: Visit) -> None:
    """As when the window comes to the front again, its scripts there."""
    tab.page.wait_for_load_state()
    tab.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


@moved_also_on_a_phone
def test_two_minutes_before_the_end_one_is_warned_and_stays_by_a_click(
    moved: Visit, later: Later
) -> None:
    moved.sign_in(moved.person("idles"))
    later.pass_time(minutes=28, seconds=30)
    _look(moved)
    dialog = moved.page.locator("dialog[open]")
    dialog.wait_for()
    assert moved.says("idle.title") in flat(dialog.inner_text())
    dialog.get_by_role("button", name=moved.says("idle.stay")).click()
    dialog.wait_for(state="detached")
    later.pass_time(minutes=28)
    moved.open("/account")
    assert moved.path == "/account"


@moved_in_every_way
def test_after_half_an_hour_the_session_is_over_and_one_comes_back_to_the_same_page(
    moved: Visit, later: Later
) -> None:
    person = moved.person("waits-too-long")
    moved.sign_in(person)
    moved.open("/account/history")
    later.pass_time(minutes=31)
    moved.page.reload()
    assert moved.path.startswith("/login/")
    moved.password(person)
    moved.page.wait_for_url("**/account/history")


@moved_in_every_way
def test_after_four_hours_it_is_over_however_busy(moved: Visit, later: Later) -> None:
    moved.sign_in(moved.person("waits-too-long"))
    for _ in range(9):
        later.pass_time(minutes=25)
        moved.open("/account")
        assert moved.path == "/account"
    later.pass_time(minutes=25)
    moved.open("/account")
    assert moved.path.startswith("/login/")


@in_every_way
def test_a_shared_workstation_remembers_nothing_and_changes_person_in_one_click(
    tab: Visit, here: Place
) -> None:
    person = tab.person("shared")
    tab.open("/services")
    tab.button("shared.on").click()
    tab.button("shared.off").wait_for()
    tab.password(person)
    tab.accept_terms()
    tab.page.wait_for_url("**/services")
    assert tab.says("shared.here") in tab.read(".foot")
    tab.button("shared.change").click()
    tab.page.locator("main [name=identifier]").wait_for()
    assert tab.page.locator("main [name=identifier]").input_value() == ""
    tab.open("/account")
    assert tab.path.startswith("/login/")


@in_every_way
def test_the_screen_of_a_session_that_gave_way_says_why(tab: Visit) -> None:
    person = tab.person("evicted")
    tab.sign_in(person)
    for _ in range(3):
        with tab.another() as newer:
            newer.sign_in(person)
    tab.open("/services")
    said = tab.read("main [role=status]")
    assert tab.says("evicted.why", most=3) in said
    assert tab.before("at", "evicted.where", device="") in said


@in_every_way
def test_leaving_says_service_by_service_how_it_went(tab: Visit) -> None:
    tab.sign_in(tab.person("leaves"))
    tab.open("/open/emage")
    tab.open("/services")
    tab.press("details.menu summary")
    tab.press("details.menu form[action='/logout'] button")
    tab.page.locator("meta[http-equiv=refresh]").wait_for(state="detached")
    assert tab.read("h1") == tab.says("left.title")
    assert re.search("e-mage ?:", tab.read("main ul"))
    tab.open("/services")
    assert tab.path.startswith("/login/")


@in_every_way
def test_a_service_that_signs_out_may_close_itself_alone(tab: Visit, here: Place) -> None:
    person = tab.person("leaves-one")
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
    tab.button("leave.only", service="e-mage").click()
    tab.page.wait_for_url(f"{back}**")
    tab.open(f"{here.town.medimail.site.origin}/?prompt=none")
    assert tab.page.locator("#claims").count() == 1


@moved_in_every_way
def test_what_was_typed_when_the_session_ran_out_is_kept(moved: Visit, later: Later) -> None:
    person = moved.person("types-on")
    moved.sign_in(person)
    moved.open("/services/links/new")
    later.pass_time(minutes=31)
    moved.send(name="Laboratoire", address="https://labo.test/", description="Au sous-sol")
    moved.page.locator("main [name=identifier]").wait_for()
    moved.password(person)
    moved.page.locator("main [name=description]").wait_for()
    typed = [moved.page.locator(f"main [name={each}]") for each in ("name", "description")]
    assert [each.input_value() for each in typed] == ["Laboratoire", "Au sous-sol"]


@moved_in_every_way
def test_a_shared_workstation_is_left_after_five_minutes(moved: Visit, later: Later) -> None:
    moved.open("/services")
    moved.button("shared.on").click()
    moved.button("shared.off").wait_for()
    moved.password(moved.person("leaves-late"))
    moved.arrive()
    later.pass_time(minutes=4)
    moved.open("/account")
    assert moved.path == "/account"
    later.pass_time(minutes=5, seconds=5)
    moved.open("/account")
    assert moved.path.startswith("/login/")


@in_every_way
def test_somebody_else_than_expected_is_told_who_was(tab: Visit, here: Place) -> None:
    expected, person = "99700366240", tab.person("leaves")
    tab.open(f"{here.town.emage.site.origin}/?login_hint={expected}")
    tab.password(person)
    tab.page.wait_for_url(f"{tab.hub}/login/**")
    assert expected in tab.read() and "Marie Durand" in tab.read()


@in_every_way
def test_whom_psc_vouches_for_as_expected_is_in_without_another_page(
    tab: Visit, here: Place
) -> None:
    tab.open(f"{here.town.emage.site.origin}/?login_hint=99700075122")
    tab.press("form[action$='/psc'] button")
    tab.page.locator("button[name=card][value='lucas.moreau']").click()
    tab.page.wait_for_url(f"{here.town.emage.site.origin}/**")
    assert "Lucas" in tab.page.locator("#claims").inner_text()


WARD = {"X-Forwarded-For": "198.51.100.7"}
"""A network whose workstations many people use, as the proxy of the town tells it."""


@moved_in_every_way
def test_a_workstation_of_a_shared_network_is_left_after_five_minutes_and_says_why(
    moved: Visit, later: Later
) -> None:
    moved.page.set_extra_http_headers(WARD)
    moved.open("/services")
    assert moved.says("shared.by.network") in moved.read()
    # Nobody in front of it takes that back.
    assert moved.page.locator("form[action='/workstation']").count() == 0
    moved.password(moved.person("ward-network"))
    moved.arrive()
    assert moved.says("shared.by.network") in moved.read(".foot")
    later.pass_time(minutes=4)
    moved.open("/account")
    assert moved.path == "/account"
    later.pass_time(minutes=5, seconds=5)
    moved.open("/account")
    assert moved.path.startswith("/login/")


@moved_in_every_way
def test_at_a_shared_workstation_nothing_typed_is_kept_once_the_session_is_over(
    moved: Visit, later: Later
) -> None:
    person = moved.person("ward-types")
    moved.page.set_extra_http_headers(WARD)
    moved.sign_in(person)
    moved.open("/services/links/new")
    later.pass_time(minutes=6)
    # Neither network, session nor cookie says so any more: the form itself does.
    moved.page.set_extra_http_headers({})
    moved.send(name="Laboratoire", address="https://labo.test/", description="Au sous-sol")
    moved.page.locator("main [name=identifier]").wait_for()
    assert moved.says("signin.unkept") in moved.read("main [role=status]")
    moved.password(person)
    moved.page.locator("main [name=description]").wait_for()
    assert moved.page.locator("main [name=description]").input_value() == ""
