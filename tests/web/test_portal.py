"""« Mes services », the padlock, and the way out to each service."""

import re
from pathlib import Path

import pytest

from hub.contract.identifiers import ActionName
from hub.contract.services import Access, Launch, Tile
from hub.testing.methods import RIGHT
from hub.web.tiles import initials
from tests.web.desk import Furnished, furnish, tiled
from tests.web.site import said

MAILBOX = Launch(
    address="https://mail.test/start",
    deep_link="https://mail.test/message/{message}",
    parameters={"message": "[0-9]{1,12}"},
)
LONG = Tile(title="Le mail", summary="Écrire à ses confrères", more="D’abord.\n\nEnsuite.")


@pytest.fixture
def portal(tmp_path: Path) -> Furnished:
    return furnish(
        tmp_path,
        tiled("mail", Access(minimum="high"), tile=LONG, launch=MAILBOX),
        tiled("agenda", Access(minimum="low")),
        tiled("boss", Access(minimum="low", rights=frozenset({"boss"}))),
        tiled("texts", Access(minimum="low", requires=(ActionName("terms"),))),
        tiled("plain", Access(minimum="low"), peer=None),
    )


def test_a_stranger_signs_in_first_and_comes_back(portal: Furnished) -> None:
    arrived = portal.get("/services?q=mail")
    assert arrived.status_code == 303
    path = arrived.location
    done = portal.site.sign_in(path)
    assert done.location == f"{path}/complete"
    assert portal.get(done.location).location == "/services?q=mail"


def test_each_tile_says_what_stands_before_its_service(portal: Furnished) -> None:
    portal.enter()
    page = portal.get("/services")
    assert page.status_code == 200
    words = said(page)
    assert "Encore une preuve à donner" in words
    assert "Droit à demander à votre référent" in words
    assert "À faire à l’ouverture : Conditions d’utilisation" in words
    opened = set(re.findall(r'href="/open/(\w+)"', page.text))
    assert opened == {"mail", "agenda", "texts", "plain"}


def test_the_foot_tells_when_the_session_ends(portal: Furnished) -> None:
    portal.enter()
    assert "Session jusqu’à 17 h 00" in said(portal.get("/services"))


@pytest.mark.parametrize(
    ("wanted", "found"), [("MÀIL", 1), ("ecrire confreres", 1), ("pour", 4), ("absent", 0)]
)
def test_search_forgives_case_and_accents(portal: Furnished, wanted: str, found: int) -> None:
    portal.enter()
    page = portal.get(f"/services?q={wanted}")
    assert page.text.count('<li class="tile') == found
    assert 'role="status"' in page.text


def test_what_was_searched_is_never_markup(portal: Furnished) -> None:
    portal.enter()
    assert "<script>alert" not in portal.get("/services?q=<script>alert(1)</script>").text


def test_a_portal_without_services_says_so(tmp_path: Path) -> None:
    empty = furnish(tmp_path, tiled("hidden", Access(minimum="low"), tile=None))
    empty.enter()
    assert "Aucun service pour l’instant" in said(empty.get("/services"))


def test_more_about_a_service_in_paragraphs(portal: Furnished) -> None:
    portal.enter()
    page = portal.get("/services/mail")
    assert "<p>D’abord.</p>" in page.text and "<p>Ensuite.</p>" in page.text
    assert 'href="/open/mail"' in page.text


def test_more_about_a_closed_service_says_whom_to_ask_and_opens_nothing(portal: Furnished) -> None:
    portal.enter()
    page = portal.get("/services/boss")
    assert "Demander l’accès" in said(page)
    assert "/open/boss" not in page.text


def test_more_about_nothing_is_not_found(portal: Furnished) -> None:
    portal.enter()
    assert portal.get("/services/nothing").status_code == 404
    assert portal.get("/services/account").status_code == 404


def test_the_padlock_offers_the_next_level_and_asks_only_what_is_missing(portal: Furnished) -> None:
    portal.enter()
    assert "mot de passe, 13 h 00" in said(portal.get("/services"))
    assert "Renforcer" in said(portal.get("/services/level"))
    path = portal.post("/services/level").location
    assert path.startswith("/login/")
    assert "Mot de passe" not in said(portal.get(path))
    portal.post(f"{path}/code", begin="1")
    done = portal.post(f"{path}/code", secret=RIGHT)
    assert portal.get(done.location).location.startswith("/services")
    assert "mot de passe et code par SMS" in said(portal.get("/services"))


def test_at_the_highest_level_there_is_nothing_more_to_raise(portal: Furnished) -> None:
    portal.enter(strong=True)
    assert "Renforcer" not in said(portal.get("/services/level"))
    assert portal.post("/services/level").location == "/services"


def test_a_tile_leads_to_the_service_without_asking_who_one_is(portal: Furnished) -> None:
    answer = portal.get("/open/mail")
    assert (answer.status_code, answer.location) == (303, "https://mail.test/start")


def test_a_link_in_a_mail_leads_to_its_record(portal: Furnished) -> None:
    assert portal.get("/open/mail?message=42").location == "https://mail.test/message/42"


@pytest.mark.parametrize(
    "query", ["message=42x", "message=4&message=2", "message=42&next=https://evil.test", "box=1"]
)
def test_a_spoilt_link_leads_nowhere_and_says_what_to_do(portal: Furnished, query: str) -> None:
    page = portal.get(f"/open/mail?{query}")
    assert page.status_code == 400
    assert "Location" not in page.headers
    assert "Ce lien n’est pas complet" in said(page)


@pytest.mark.parametrize("name", ["nothing", "account"])
def test_what_has_no_address_does_not_open(portal: Furnished, name: str) -> None:
    assert portal.get(f"/open/{name}").status_code == 404


def test_somebody_suspended_meanwhile_reads_it(portal: Furnished) -> None:
    portal.enter()
    portal.hub.accounts.suspend(next(iter(portal.hub.records.sessions.values())).account)
    page = portal.get(portal.get("/services").location)
    assert "Votre compte est suspendu" in said(page)


def test_the_pages_speak_english_too(portal: Furnished) -> None:
    portal.enter()
    portal.post("/language/en", back="/services")
    for path in ("/services", "/services/level", "/services/mail", "/open/mail?message=x"):
        page = portal.get(path)
        assert 'lang="en"' in page.text
        assert "Mes services" not in said(page)


def test_a_link_to_the_console_is_for_those_who_may_enter(portal: Furnished) -> None:
    portal.enter()
    assert 'href="/console"' not in portal.get("/services").text
    ann = portal.hub.accounts.by_login("ann")
    assert ann
    portal.grant(ann.id, "console.support")
    assert 'href="/console"' in portal.get("/services").text


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("Annuaire régional", "AR"),
        ("e-mage (démonstration)", "EM"),
        ("Écho", "É"),
        ("« Mes avis » du jour", "MA"),
        ("…", ""),
    ],
)
def test_initials_are_letters_whatever_stands_around_them(title: str, shown: str) -> None:
    assert initials(title) == shown


def test_a_tile_whose_icon_nobody_drew_shows_its_initials(tmp_path: Path) -> None:
    unknown = Tile(title="Registre commun", summary="", icon="no-such-icon")
    portal = furnish(tmp_path, tiled("registry", Access(minimum="low"), tile=unknown))
    portal.enter()
    page = portal.get("/services").text
    assert '<span class="icon" aria-hidden="true">RC</span>' in page
