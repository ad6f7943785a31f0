"""Leaving, by one's own click or because a service asked."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote, unquote

from bs4 import BeautifulSoup

from hub.contract.audit import AuditEntry
from hub.contract.identifiers import ServiceId, SessionId
from hub.contract.logout import Departure, EndsParticipation, Hop, Notice, Participation
from hub.broker.farewells import Farewell, Word
from hub.broker.logout import WebLeaving
from hub.testing.departures import MemoryDepartures
from werkzeug.test import TestResponse

from tests.web.site import ADDRESS, Site, make, said

BACK = "https://low.test/bye?state=1"


def signed_in(site: Site) -> SessionId:
    site.sign_in(site.arrive("low"))
    return next(iter(site.hub.records.sessions.values())).id


def sent(site: Site, session: SessionId | None, back: str | None = BACK) -> str:
    departure = Departure(service=ServiceId("low"), session=session, return_url=back)
    return WebLeaving(site.box).leave(departure)


def test_leaving_ends_the_session_and_says_so(site: Site) -> None:
    signed_in(site)
    left = site.post("/logout").location
    assert left.startswith("/logout/")
    assert not site.hub.records.sessions and site.session() is None
    assert site.hub.records.trail[-1].action == "session.left"
    assert "Vous êtes déconnecté" in said(site.get(left))


class AtOnce(MemoryDepartures):
    """Between this click's question and its answer a second one, from the same page, is through."""

    clicks: Callable[[], str] | None = None

    def end(self, farewell: Farewell, *trail: AuditEntry) -> Farewell:
        click, self.clicks = self.clicks, None
        if click:
            self.first = click()
        return super().end(farewell, *trail)


def test_two_clicks_at_the_same_moment_are_one_leaving(site: Site) -> None:
    departures = AtOnce(site.hub.records, lambda: site.hub.now)
    site.parts = replace(site.parts, departures=departures)
    site.app.extensions["hub"] = site.parts
    signed_in(site)
    departures.clicks = lambda: site.post("/logout").location
    second = site.post("/logout").location
    assert second == departures.first and "Vous êtes déconnecté" in said(site.get(second))
    assert [each.action for each in site.hub.records.trail].count("session.left") == 1


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


LOW, HIGH = ServiceId("low"), ServiceId("high")


def opened(site: Site, *services: ServiceId) -> SessionId:
    """Signed in, with these services open."""
    session = signed_in(site)
    site.hub.records.joined += [
        Participation(session=session, service=each, frontend="oidc") for each in services
    ]
    return session


def test_the_page_says_service_by_service_how_it_went_and_looks_again_while_one_waits(
    site: Site,
) -> None:
    opened(site, LOW, HIGH)
    path = site.post("/logout").location
    page = site.get(path)
    assert "Vous êtes déconnecté" in said(page)
    assert "High : sera fermé dès qu’il répondra" in said(page)
    assert '<meta http-equiv="refresh" content="2">' in page.text
    site.departures.heard = {LOW: Word.TOLD, HIGH: Word.UNTELLABLE}
    page = site.get(path)
    assert "Low : fermé" in said(page) and "High : ne se ferme pas" in said(page)
    assert "refresh" not in page.text


def test_the_page_renews_itself_for_a_while_only(site: Site) -> None:
    opened(site, LOW)
    path = site.post("/logout").location
    site.hub.later(seconds=20)
    page = site.get(path)
    assert "sera fermé" in said(page) and "refresh" not in page.text


def test_another_browser_does_not_read_where_somebody_was_signed_in(site: Site) -> None:
    opened(site, LOW)
    path = site.post("/logout").location
    site.client = site.another()
    answer = site.get(path)
    assert answer.location is None and "Low" not in said(answer)


def test_with_other_services_open_the_person_is_asked_what_to_close(site: Site) -> None:
    session = opened(site, LOW, HIGH)
    page = site.get(sent(site, session))
    assert "Tout fermer" in said(page) and "Fermer Low seulement" in said(page)
    assert "High" in said(page)
    assert site.hub.records.sessions and len(site.hub.records.joined) == 2


def test_closing_everything_tells_how_it_went_and_then_leads_back(site: Site) -> None:
    session = opened(site, LOW, HIGH)
    site.get(sent(site, session))
    path = site.post("/logout", departure=next(iter(site.box.kept))).location
    assert path.startswith("/logout/") and not site.hub.records.sessions
    assert f'href="{BACK}"' in site.get(path).text
    site.departures.heard = {LOW: Word.TOLD, HIGH: Word.GIVEN_UP}
    assert "n’a pas répondu" in said(site.get(path))
    site.departures.heard = {LOW: Word.TOLD, HIGH: Word.TOLD}
    assert site.get(path).location == BACK


class Frontend:
    """Remembers what it was asked to take back."""

    def __init__(self) -> None:
        self.taken_back: list[Participation] = []

    def end(self, participation: Participation, return_url: str) -> Notice | None:
        return None

    def take_back(self, participation: Participation) -> None:
        self.taken_back.append(participation)


def test_closing_one_service_takes_back_what_it_got_and_keeps_the_session(tmp_path: Path) -> None:
    frontend = Frontend()
    endings: dict[str, EndsParticipation] = {"oidc": frontend}
    site = make(tmp_path, endings=endings)
    session = opened(site, LOW, HIGH)
    site.get(sent(site, session))
    answer = site.post("/logout", departure=next(iter(site.box.kept)), only="1")
    assert answer.location == BACK
    assert [each.service for each in frontend.taken_back] == [LOW]
    assert [each.service for each in site.hub.records.joined] == [HIGH]
    assert site.hub.records.sessions and site.session()
    assert site.hub.records.trail[-1].action == "service.left"


def test_an_answer_that_comes_too_late_is_asked_again_and_closes_nothing(site: Site) -> None:
    session = opened(site, LOW, HIGH)
    site.get(sent(site, session))
    site.box.kept.clear()
    assert site.post("/logout", departure="gone", only="1").location == "/logout"
    assert site.hub.records.sessions and len(site.hub.records.joined) == 2


def test_a_hint_of_somebody_else_closes_nothing_by_itself(site: Site) -> None:
    opened(site, LOW)
    page = site.get(sent(site, SessionId("another")))
    assert "Low demande à vous déconnecter" in said(page)
    assert site.hub.records.sessions and site.session()


def test_leaving_without_a_session_forgets_no_cookie_and_leads_on(site: Site) -> None:
    answer = site.get(sent(site, SessionId("gone")))
    assert answer.location == BACK
    # An <img> of another site comes without the cookie, and must not make the browser drop it.
    assert not [each for each in answer.headers.getlist("Set-Cookie") if "__Host-hub=" in each]
    assert site.post("/logout").location == "/logout/done"


def test_the_question_and_the_goodbye_speak_the_language_the_service_wishes(site: Site) -> None:
    signed_in(site)
    departure = Departure(service=ServiceId("low"), session=None, languages=("se", "en-GB"))
    question = site.get(WebLeaving(site.box).leave(departure))
    assert '<html lang="en">' in question.text
    left = site.post("/logout", departure=next(iter(site.box.kept))).location
    assert '<html lang="en">' in site.get(left).text
    gone = site.get(WebLeaving(site.box).leave(departure)).location
    assert '<html lang="en">' in site.get(gone).text


def test_a_second_click_ends_at_the_page_of_the_first(site: Site) -> None:
    opened(site, LOW)
    first = site.post("/logout").location
    assert site.post("/logout").location == first
    stranger, here = site.another(), site.client
    site.client = stranger
    assert site.post("/logout").location == "/logout/done"
    site.client = here
    site.hub.later(seconds=61)
    assert site.post("/logout").location == "/logout/done"


def test_what_a_service_answered_is_said_also_once_it_has_no_place_any_more(site: Site) -> None:
    opened(site, LOW, HIGH)
    path = site.post("/logout").location
    site.departures.heard = {LOW: Word.ANSWERED, HIGH: Word.REFUSED}
    page = said(site.get(path)).replace("\xa0", " ")
    assert "Low : prévenu, mais ne confirme pas sa fermeture" in page
    assert "High : prévenu, mais ne confirme pas sa fermeture" in page


class ByBrowser:
    """Every service hears by a redirect, and its whole answer is to come back."""

    def end(self, participation: Participation, return_url: str) -> Hop:
        return Hop(url=f"https://low.test/slo?back={quote(return_url, safe='')}")

    def told_at(self, participation: Participation) -> tuple[str, ...]:
        return ("https://low.test/slo",)


def test_the_language_a_service_wishes_stays_all_the_way_through_the_services(
    tmp_path: Path,
) -> None:
    site = make(tmp_path, endings={"oidc": ByBrowser()})
    opened(site, LOW)
    site.get(WebLeaving(site.box).leave(Departure(service=HIGH, session=None, languages=("en",))))
    key = next(each for each in site.box.kept if ":" not in each)
    page = site.get(site.post("/logout", departure=key).location)
    frame = BeautifulSoup(page.text, "html.parser").select("iframe")[0].get_attribute_list("src")[0]
    soon = site.get(frame)
    assert '<html lang="en">' in page.text and '<html lang="en">' in soon.text
    noted = site.get(_through(site, _onward(soon)))
    assert '<html lang="en">' in noted.text
    page = site.get(_onward(page))
    assert '<html lang="en">' in page.text
    ended = site.get(site.get(_through(site, _onward(page))).location)
    assert '<html lang="en">' in ended.text


def _onward(page: TestResponse) -> str:
    return page.headers["Refresh"].partition("url=")[2]


def _through(site: Site, path: str) -> str:
    """From the service back to the hub."""
    back = unquote(site.get(path).location.partition("back=")[2])
    return back.removeprefix(ADDRESS)
