"""Levels: what a service asks, what the person is asked, and what the service is told."""

import json
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from tests.peers.browser.people import Person
from tests.peers.stories.later import Later
from tests.peers.stories.place import Place
from tests.peers.stories.visit import Visit
from tests.peers.stories.ways import in_every_way, moved_in_every_way

MFA = "https://refeds.org/profile/mfa"
SIMPLE, STRONG = "urn:hub:acr:simple", "urn:hub:acr:strong"


def _asked(tab: Visit, service: str, **wanted: str) -> None:
    tab.open(f"{service}/?{urlencode(wanted)}")


def _told(tab: Visit, service: str) -> dict[str, Any]:
    tab.page.wait_for_url(f"{service}/**")
    told: dict[str, Any] = json.loads(tab.page.locator("#claims").inner_text())["id_token"]
    return told


def _proved(tab: Visit, here: Place, person: Person) -> None:
    tab.ask_code("mail")
    tab.send(code=here.post.code_by_mail(person.mail))


@in_every_way
def test_a_wish_is_reached_and_never_lowers_what_the_service_needs(tab: Visit, here: Place) -> None:
    person, town = tab.person("wishes"), here.town
    _asked(tab, town.emage.site.origin, acr_values=SIMPLE)
    tab.password(person)
    assert _told(tab, town.emage.site.origin)["acr"] == SIMPLE
    # One that needs more asks for it, whatever it wished for.
    _asked(tab, town.medimail.site.origin, acr_values=SIMPLE)
    _proved(tab, here, person)
    _told(tab, town.medimail.site.origin)
    # An alias that is met comes back.
    _asked(tab, town.emage.site.origin, acr_values=MFA)
    assert _told(tab, town.emage.site.origin)["acr"] == MFA


@in_every_way
def test_services_are_told_the_level_the_means_and_the_hour(tab: Visit, here: Place) -> None:
    person, service = tab.person("is-told"), here.town.medimail.site.origin
    tab.open(f"{service}/")
    tab.password(person)
    _proved(tab, here, person)
    told = _told(tab, service)
    assert told["acr"] == STRONG and {"pwd", "otp"} <= {*told["amr"]}
    assert told["iat"] - told["auth_time"] < 60


@in_every_way
def test_a_service_may_ask_for_a_new_proof_or_an_answer_without_a_page(
    tab: Visit, here: Place
) -> None:
    person, service = tab.person("asked-again"), here.town.emage.site.origin
    _asked(tab, service, prompt="none")
    assert "login_required" in tab.page.content()
    tab.open(f"{service}/")
    tab.password(person)
    first = _told(tab, service)["auth_time"]
    _asked(tab, service, prompt="none", max_age="600")
    assert _told(tab, service)["auth_time"] == first
    _asked(tab, service, prompt="login")
    tab.page.wait_for_url(f"{tab.hub}/login/**")
    tab.password(person)
    assert _told(tab, service)["auth_time"] >= first


@in_every_way
def test_an_essential_level_out_of_reach_fails(tab: Visit, here: Place) -> None:
    person, service = tab.person("unreachable"), here.town.emage.site.origin
    essential = {"id_token": {"acr": {"essential": True, "values": ["urn:nobody:has:it"]}}}
    _asked(tab, service, claims=json.dumps(essential))
    if tab.page.locator("main [name=password]").count():
        tab.password(person)
    tab.page.wait_for_url(f"{service}/**")
    assert "unmet_authentication_requirements" in tab.page.content()


@moved_in_every_way
def test_giving_a_right_takes_a_strong_proof_of_less_than_ten_minutes(
    moved: Visit, later: Later
) -> None:
    person = moved.person("old-proof")
    moved.enter_by_application(person, "/console")
    moved.page.locator(".rows a").first.click()
    moved.page.locator("[name=right]").select_option(label="Intranet réservé")
    day = (later.now() + timedelta(days=30)).date()
    moved.page.locator("[name=until]").fill(day.isoformat())
    later.pass_time(minutes=11)
    moved.page.get_by_role("button", name=moved.says("console.rights.give")).last.click()
    moved.page.wait_for_url("**/login/**")
    moved.prove_by_application(person.code(22))
    # Both halves of the proof are too old.
    moved.password(person)
    # What was chosen is still there, and nothing was given meanwhile.
    moved.page.locator("[name=right]").wait_for()
    held = moved.page.locator("section:has(#rights) .rows li", has_text="Intranet réservé")
    assert held.count() == 0
    assert moved.page.locator("[name=until]").input_value() == day.isoformat()
