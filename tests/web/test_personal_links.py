"""Personal links: added, changed in two tabs, removed; and never anything but the web."""

import re
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from hub.contract.services import Access
from tests.web.desk import Furnished, furnish, tiled
from tests.web.site import said

NEW = "/services/links/new"
LABO = {"name": "Laboratoire du Centre", "address": "labo.test/dossiers", "description": "Bilans"}


@pytest.fixture
def portal(tmp_path: Path) -> Furnished:
    made = furnish(tmp_path, tiled("mail", Access(minimum="low")))
    made.enter()
    return made


def added(portal: Furnished, **more: str) -> str:
    """The path of a new link."""
    assert portal.post(NEW, **{**LABO, **more}).status_code == 303
    page = portal.get("/services").text
    return str(re.findall(r"href=\"(/services/links/[^\"/]{6,})\"", page)[-1])


def test_a_link_stands_among_the_tiles_with_its_initials_or_icon(portal: Furnished) -> None:
    added(portal)
    page = portal.get("/services")
    assert 'href="https://labo.test/dossiers" rel="noopener noreferrer"' in page.text
    assert ">LD</span>" in page.text and "Bilans" in said(page)
    added(portal, name="Imagerie", icon="scan-line", description="")
    page = portal.get("/services")
    assert ">I</span>" not in page.text and "lien personnel, labo.test" in said(page)


def test_a_link_is_a_favourite_and_moves_like_a_service(portal: Furnished) -> None:
    key = f"link:{added(portal).rpartition('/')[2]}"
    portal.post("/services/manage", love=key)
    portal.post("/services/manage", up=key)
    page = portal.get("/services/manage").text
    assert re.findall(r'<li data-key="([^"]+)"', page) == [key, "mail"]
    assert f'name="unlove" value="{key}"' in page


@pytest.mark.parametrize(
    "address", ["javascript:alert(document.cookie)", "data:text/html,x", "https://hub.test@evil/"]
)
def test_an_address_that_is_none_is_said_beside_its_field(portal: Furnished, address: str) -> None:
    page = portal.post(NEW, **{**LABO, "address": address})
    assert page.status_code == 422 and "doit commencer par https://" in said(page)
    assert 'aria-invalid="true"' in page.text and "Laboratoire du Centre" in page.text
    assert "labo" not in portal.get("/services").text.casefold()


def test_what_is_typed_is_never_markup(portal: Furnished) -> None:
    added(portal, name='<script>alert("1")</script>', description='"><img src=x>', icon="<svg>")
    for path in ("/services", "/services/manage"):
        text = portal.get(path).text
        assert "<script>alert" not in text and "<img src=x" not in text


def test_of_two_tabs_the_slower_one_sees_both_and_chooses(portal: Furnished) -> None:
    path = added(portal)
    first = {**LABO, "revision": "0", "name": "Labo d’un onglet"}
    assert portal.post(path, **first).status_code == 303
    page = portal.post(path, **{**first, "name": "Labo de l’autre"})
    assert page.status_code == 409
    assert "Labo d’un onglet" in said(page) and "Labo de l’autre" in page.text
    assert "Labo d’un onglet" in said(portal.get("/services"))
    portal.post(path, **{**first, "name": "Labo de l’autre", "revision": revision(page)})
    assert "Labo de l’autre" in said(portal.get("/services"))


def test_a_link_removed_in_another_tab_may_be_added_again(portal: Furnished) -> None:
    path = added(portal)
    portal.post(f"{path}/remove")
    portal.post(f"{path}/remove")
    assert "Laboratoire" not in said(portal.get("/services"))
    page = portal.post(path, **{**LABO, "name": "Écrit ailleurs"})
    assert page.status_code == 409 and "a été supprimé entre-temps" in said(page)
    assert 'value="Écrit ailleurs"' in page.text and f'action="{NEW}"' in page.text


def test_nobody_reads_changes_or_removes_another_s_link(portal: Furnished) -> None:
    path = added(portal)
    portal.site.client = portal.site.another()
    portal.enter("bob")
    assert portal.get(path).status_code == portal.get(f"{path}x").status_code == 404
    assert portal.post(path, **{**LABO, "name": "Volé"}).status_code == 409
    assert "Volé" not in said(portal.get("/services"))
    portal.post(f"{path}/remove")
    portal.site.client = portal.site.another()
    portal.enter("ann")
    assert "Laboratoire du Centre" in said(portal.get("/services"))


def test_fields_nobody_offers_change_nothing(portal: Furnished) -> None:
    path = added(portal, id="chosen", favourites="mail", listed="1", revision="9" * 5_000)
    assert "chosen" not in path
    page = portal.get("/services").text
    assert 'class="tiles"' in page and 'class="loved"' not in page


def test_a_link_sent_twice_by_a_double_click_is_added_once(portal: Furnished) -> None:
    first, second = portal.post(NEW, **LABO), portal.post(NEW, **LABO)
    assert first.location == second.location
    ann = portal.hub.accounts.by_login("ann")
    assert ann and len(portal.desk.own.spaces.of(ann.id).links) == 1


def test_a_session_over_in_the_middle_of_the_form_loses_nothing(portal: Furnished) -> None:
    portal.hub.later(hours=5)
    portal.hub.records.sessions.clear()
    login = portal.post(NEW, **LABO).location
    assert login.startswith("/login/")
    portal.site.sign_in(login)
    back = portal.get(f"{login}/complete").location
    owner = portal.site.client
    portal.site.client = portal.site.another()
    portal.enter("bob")
    assert "Laboratoire" not in portal.get(back).text
    portal.site.client = owner
    page = portal.get(back)
    assert 'value="Laboratoire du Centre"' in page.text and 'value="Bilans"' in page.text


def revision(page: TestResponse) -> str:
    found = re.search(r'name="revision" value="(\d+)"', page.text)
    assert found
    return found[1]
