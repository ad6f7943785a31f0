"""Leaving, by one's own click or because a service asked."""

from hub.contract.identifiers import ServiceId, SessionId
from hub.contract.logout import Departure
from hub.broker.logout import WebLeaving
from tests.web.site import Site, said

BACK = "https://low.test/bye?state=1"


def signed_in(site: Site) -> SessionId:
    site.sign_in(site.arrive("low"))
    return next(iter(site.hub.records.sessions.values())).id


def sent(site: Site, session: SessionId | None, back: str | None = BACK) -> str:
    departure = Departure(service=ServiceId("low"), session=session, return_url=back)
    return WebLeaving(site.box).leave(departure)


def test_leaving_ends_the_session_and_says_so(site: Site) -> None:
    signed_in(site)
    assert site.post("/logout").location == "/logout/done"
    assert not site.hub.records.sessions and site.session() is None
    assert site.hub.records.trail[-1].action == "session.left"
    assert "Vous êtes déconnecté" in said(site.get("/logout/done"))


def test_a_link_alone_signs_nobody_out(site: Site) -> None:
    signed_in(site)
    assert "Rester connecté" in said(site.get("/logout"))
    assert site.hub.records.sessions


def test_a_service_that_speaks_of_this_session_ends_it_at_once(site: Site) -> None:
    answer = site.get(sent(site, signed_in(site)))
    assert answer.location == BACK
    assert not site.hub.records.sessions


def test_a_service_that_names_no_session_makes_the_person_confirm(site: Site) -> None:
    signed_in(site)
    page = site.get(sent(site, None))
    assert "Low demande à vous déconnecter" in said(page)
    assert site.hub.records.sessions
    assert "https://low.test" in page.headers["Content-Security-Policy"]
    key = next(iter(site.box.kept))
    assert site.post("/logout", departure=key).location == BACK
    assert not site.hub.records.sessions


def test_a_service_that_names_another_session_makes_the_person_confirm(site: Site) -> None:
    signed_in(site)
    assert site.get(sent(site, SessionId("another"))).status_code == 200
    assert site.hub.records.sessions


def test_a_departure_serves_once(site: Site) -> None:
    path = sent(site, signed_in(site))
    site.get(path)
    again = site.get(path)
    assert again.location is None
    assert "Vous êtes déconnecté" in said(again)


def test_somebody_who_had_left_already_goes_straight_back(site: Site) -> None:
    assert site.get(sent(site, None)).location == BACK
