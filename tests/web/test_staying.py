"""The warning before a session runs out, the evicted screen, and shared workstations."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from hub.contract.identifiers import ServiceId
from hub.contract.logout import Participation
from hub.contract.services import Access
from hub.people.activity import Evicted
from tests.web.desk import Furnished, furnish, tiled
from tests.web.site import ADDRESS, said


@pytest.fixture
def portal(tmp_path: Path) -> Furnished:
    return furnish(tmp_path, tiled("mail", Access(minimum="low")))


def remains(portal: Furnished, **left: float) -> None:
    cast(Any, portal.desk.sessions).remaining = timedelta(**left)


def test_every_page_of_a_session_knows_when_to_warn(portal: Furnished) -> None:
    assert 'id="idle"' not in portal.get("/help").text
    portal.enter()
    for path in ("/services", "/services/links/new", "/account"):
        assert 'data-after="1620"' in portal.get(path).text
    # 30 minutes, two before the end, and one for what is not known more precisely.
    found = re.search(r'refresh" content="(\d+); url=([^"]+)"', portal.get("/services?q=a").text)
    assert found and found[1] == "1620"
    assert found[2] == "/session/idle?back=%2Fservices%3Fq%3Da"


def test_no_page_with_a_form_to_fill_in_goes_away_by_itself(portal: Furnished) -> None:
    portal.enter()
    assert "http-equiv" not in portal.get("/services/links/new").text


def test_asking_how_long_is_left_tells_a_number_and_nothing_else(portal: Furnished) -> None:
    assert portal.get("/session/left").get_json() == {"left": 0}
    portal.enter()
    remains(portal, seconds=90.5)
    assert portal.get("/session/left").get_json() == {"left": 90}


def test_to_stay_takes_a_click_and_leads_back(portal: Furnished) -> None:
    portal.enter()
    remains(portal, seconds=100)
    page = portal.get("/session/idle?back=/notices")
    assert "moins de 2 minutes" in said(page) and 'content="101"' in page.text
    assert portal.get("/session/left").get_json() == {"left": 100}
    assert portal.post("/session/stay", back="/notices").location == "/notices"
    assert portal.get("/session/left").get_json() == {"left": 1800}
    remains(portal, seconds=1)
    assert portal.post("/session/stay").get_json() == {"left": 1800}


@pytest.mark.parametrize("back", ["https://evil.test", "//evil.test", "/\\evil.test", ""])
def test_the_warning_leads_nowhere_else(portal: Furnished, back: str) -> None:
    portal.enter()
    assert portal.post("/session/stay", back=back).location == "/services"
    page = portal.get(f"/session/idle?back={back}")
    assert re.findall(r'action="/session/stay">.*?name="back" value="([^"]*)"', page.text) == [
        "/services"
    ]


def test_a_session_that_is_over_says_so_and_leads_to_the_same_page(portal: Furnished) -> None:
    page = portal.get("/session/idle?back=/notices")
    assert "Votre session est terminée" in said(page) and 'href="/notices"' in page.text
    assert "http-equiv" not in page.text
    assert portal.post("/session/stay").get_json() == {"left": 0}


def test_nobody_is_kept_signed_in_by_another_site(portal: Furnished) -> None:
    portal.enter()
    remains(portal, seconds=10)
    assert portal.site.client.post("/session/stay", base_url=ADDRESS).status_code == 403
    assert portal.get("/session/left").get_json() == {"left": 10}


def test_the_screen_of_a_session_that_gave_way_is_told_why(portal: Furnished) -> None:
    portal.enter()
    key = portal.site.session()
    assert key
    told = Evicted(at=portal.hub.now, device="Firefox, Windows", most=3)
    cast(Any, portal.desk.evictions).told[key] = told
    portal.hub.records.sessions.clear()
    page = said(portal.get(portal.get("/services").location))
    assert "un compte en garde 3 au plus" in page and "Firefox, Windows" in page
    other = portal.site.another()
    arrived = other.get("/services", base_url=ADDRESS).location
    assert "au plus" not in said(other.get(arrived, base_url=ADDRESS))


def test_a_shared_workstation_is_said_once_and_changed_in_one_click(portal: Furnished) -> None:
    portal.enter()
    assert "Changer d’utilisateur" not in said(portal.get("/services"))
    answer = portal.post("/workstation", shared="yes", back="/services")
    assert answer.location == "/services"
    page = portal.get("/services")
    assert "Poste partagé" in said(page) and 'data-after="120"' in page.text
    assert list(cast(Any, portal.desk.sessions).shared.values()) == [True]
    changed = portal.post("/session/change")
    assert changed.location == "/services" and portal.site.session() is None
    page = portal.get(portal.get("/services").location)
    assert "Ce poste n’est plus partagé" in said(page) and "Ann Martin" not in said(page)


def test_the_next_person_goes_to_where_services_are_told_first(portal: Furnished) -> None:
    portal.enter()
    (session,) = portal.hub.records.sessions.values()
    portal.hub.records.join(
        Participation(session=session.id, service=ServiceId("mail"), frontend="oidc")
    )
    changed = portal.post("/session/change")
    assert changed.location.startswith("/logout/")


def test_what_was_typed_on_a_shared_workstation_is_not_kept(portal: Furnished) -> None:
    portal.enter()
    portal.post("/workstation", shared="yes")
    portal.hub.records.sessions.clear()
    sent = portal.post("/services/links/new", name="Secret", address="labo.test")
    login = sent.location.partition("?")[0]
    portal.site.sign_in(login)
    back = portal.get(f"{login}/complete").location
    assert "Secret" not in portal.get(back).text


def test_a_workstation_becomes_personal_again(portal: Furnished) -> None:
    portal.post("/workstation", shared="yes")
    portal.post("/workstation", shared="no", back="https://evil.test")
    portal.enter()
    assert "Poste partagé" not in said(portal.get("/services"))
