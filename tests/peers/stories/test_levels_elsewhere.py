"""Levels in a region that is strict and calls them otherwise; and what services of SAML ask."""

import json
from typing import Any
from urllib.parse import urlencode

from tests.peers.browser.people import Person
from tests.peers.stories.neighbour import FORTE, SMS_DAYS, TWO_PROOFS, Neighbour
from tests.peers.stories.visit import Visit
from tests.peers.stories.ways import away_in_every_way

SIMPLE = "urn:hub:acr:simple"
_CLASSES = "urn:oasis:names:tc:SAML:2.0:ac:classes:"
PASSWORD, TWO_FACTORS = (
    f"{_CLASSES}PasswordProtectedTransport",
    f"{_CLASSES}MobileTwoFactorContract",
)


def _asked(tab: Visit, service: str, **wanted: str) -> None:
    tab.open(f"{service}/?{urlencode(wanted)}")


def _told(tab: Visit, service: str, element: str = "claims") -> dict[str, Any]:
    """What the service's own page shows of what it was told; SAML goes there by a form."""
    if not tab.way.scripts and element != "claims":
        tab.press("main form button")
    tab.page.wait_for_url(f"{service}/**")
    shown = tab.page.locator("pre")
    assert shown.get_attribute("id") == element, shown.inner_text()
    said: dict[str, Any] = json.loads(shown.inner_text())
    return said


def _acr(tab: Visit, service: str) -> str:
    return str(_told(tab, service)["id_token"]["acr"])


def _by_code(tab: Visit, person: Person, kind: str) -> None:
    tab.ask_code(kind)
    tab.send(code=tab.sent_code(person.mail if kind == "mail" else person.mobile))


def _by_application(tab: Visit, person: Person) -> None:
    tab.prove_by_application(person.code())


@away_in_every_way
def test_where_the_policy_is_strict_a_code_by_mail_is_no_second_proof(
    away: Visit, neighbour: Neighbour
) -> None:
    person, town = away.person("strict-codes"), neighbour.town
    away.open(f"{town.medimail.site.origin}/")
    away.password(person)
    _by_code(away, person, "mail")
    # Elsewhere both together were strong.
    away.page.wait_for_url(f"{away.hub}/login/**")
    _asked(away, town.emage.site.origin, prompt="none")
    assert _acr(away, town.emage.site.origin) == SIMPLE
    away.open(f"{town.medimail.site.origin}/")
    _by_application(away, person)
    assert _acr(away, town.medimail.site.origin) == FORTE


@away_in_every_way
def test_a_level_has_the_names_the_operator_gave_it(away: Visit, neighbour: Neighbour) -> None:
    person, town = away.person("renamed"), neighbour.town
    away.open(f"{town.medimail.site.origin}/")
    assert "forte" in away.read()
    away.password(person)
    _by_application(away, person)
    assert _acr(away, town.medimail.site.origin) == FORTE
    away.open("/services")
    assert "forte" in away.read("a.padlock")
    # A service that asks by another name hears that name.
    _asked(away, town.emage.site.origin, acr_values=TWO_PROOFS)
    assert _acr(away, town.emage.site.origin) == TWO_PROOFS


@away_in_every_way
def test_from_its_day_on_a_code_by_sms_is_no_second_proof(
    away: Visit, neighbour: Neighbour
) -> None:
    person, service = away.person("dated"), neighbour.town.medimail.site.origin
    away.open(f"{service}/")
    away.password(person)
    _by_code(away, person, "sms")
    assert _acr(away, service) == FORTE
    away.page.context.clear_cookies()
    neighbour.at.pass_time(days=SMS_DAYS)
    away.speak(away.way.language)
    away.open("/open/medimail")
    away.password(person)
    # It is not even offered: the application is asked for at once.
    away.page.locator("main [name=code]").wait_for()
    assert "Medimail" in away.read("#going")
    assert away.page.locator("form[action$='/totp'] [name=code]").count() == 1
    assert away.page.locator("form[action$='/sent_code']").count() == 0


@away_in_every_way
def test_a_comparison_of_saml_is_honoured_or_fails(away: Visit, neighbour: Neighbour) -> None:
    person, service = away.person("compares"), neighbour.images.origin
    _asked(away, service, **{"class": PASSWORD})
    away.password(person)
    assert _told(away, service, "profile")["class"] == PASSWORD
    # At least as much: one proof more, and the name it asked by.
    _asked(away, service, **{"class": TWO_FACTORS, "comparison": "minimum"})
    _by_application(away, person)
    assert _told(away, service, "profile")["class"] == TWO_FACTORS
    _asked(away, service, **{"class": PASSWORD, "comparison": "better"})
    assert _told(away, service, "profile")["class"] == FORTE
    _asked(away, service, **{"class": PASSWORD, "comparison": "maximum"})
    assert _told(away, service, "profile")["class"] == SIMPLE
    _asked(away, service, **{"class": "urn:nobody:knows", "comparison": "exact"})
    away.link("barred.back", service="Images").click()
    assert "NoAuthnContext" in _told(away, service, "error")["message"]


@away_in_every_way
def test_a_service_of_saml_may_ask_for_a_new_proof_or_an_answer_without_a_page(
    away: Visit, neighbour: Neighbour
) -> None:
    person, service = away.person("proves-anew"), neighbour.images.origin
    away.open(f"{service}/?passive")
    assert _told(away, service, "nobody")["relay"]
    away.open(f"{service}/")
    away.password(person)
    first = _told(away, service, "profile")
    away.open(f"{service}/?passive")
    assert _told(away, service, "profile")["at"] == first["at"]
    away.open(f"{service}/?force")
    away.page.wait_for_url(f"{away.hub}/login/**")
    away.password(person)
    anew = _told(away, service, "profile")
    assert anew["nameID"] == first["nameID"] and anew["at"] >= first["at"]
