"""« Gérer les services » : hearts, order, and the tabs and views that follow from them."""

import re
from pathlib import Path

import pytest
from werkzeug.test import Client, TestResponse

from hub.contract.services import Access
from tests.web.desk import Furnished, furnish, tiled
from tests.web.site import ADDRESS, SAME, said

MANY = ("mail", "agenda", "scan", "labo", "annuaire", "stock", "garde")


@pytest.fixture
def portal(tmp_path: Path) -> Furnished:
    made = furnish(tmp_path, *(tiled(name, Access(minimum="low")) for name in MANY))
    made.enter()
    return made


def order(page: TestResponse) -> list[str]:
    return re.findall(r'<li data-key="([^"]+)"', page.text)


def shown(page: TestResponse) -> list[str]:
    """What is on this tab; the other tiles are on the page, hidden."""
    tiles = re.findall(r'<li class="tile[^"]*" data-text="[^"]*">.*?</li>', page.text, re.S)
    return re.findall(r'class="open" href="/open/(\w+)', "".join(tiles))


def test_more_than_six_services_have_a_tab_of_favourites(portal: Furnished) -> None:
    page = portal.get("/services")
    assert "Favoris" in said(page) and shown(page) == list(MANY)
    assert "Pas encore de favori" in said(portal.get("/services?tab=favourites"))
    portal.post("/services/manage", love="scan")
    assert shown(portal.get("/services")) == ["scan"]
    assert shown(portal.get("/services?tab=all")) == list(MANY)


def test_six_services_need_no_tab(tmp_path: Path) -> None:
    portal = furnish(tmp_path, *(tiled(name, Access(minimum="low")) for name in MANY[:6]))
    portal.enter()
    portal.post("/services/manage", love="scan")
    page = portal.get("/services?tab=favourites")
    assert 'class="tabs"' not in page.text and shown(page) == list(MANY[:6])


def test_a_search_finds_what_is_on_another_tab(portal: Furnished) -> None:
    portal.post("/services/manage", love="scan")
    page = portal.get("/services?q=GARDÉ")
    assert shown(page) == ["garde"] and "1 service pour « GARDÉ »" in said(page)


def test_a_tile_moves_by_buttons_and_the_focus_stays_on_them(portal: Furnished) -> None:
    answer = portal.post("/services/manage", up="agenda")
    page = portal.get(answer.location)
    assert order(page)[:2] == ["agenda", "mail"]
    assert "Le agenda est maintenant en position 1 sur 7" in said(page)
    assert re.findall(r'name="(\w+)" value="agenda" autofocus', page.text) == ["up"]
    portal.post("/services/manage", down="agenda")
    assert order(portal.get("/services/manage")) == list(MANY)


def test_a_heart_is_given_and_taken_back(portal: Furnished) -> None:
    page = portal.get(portal.post("/services/manage", love="mail").location)
    assert re.findall(r'name="(\w+)" value="mail" autofocus', page.text) == ["unlove"]
    assert "fait partie de vos favoris" in said(page)
    portal.post("/services/manage", unlove="mail")
    assert 'name="unlove"' not in portal.get("/services/manage").text


def test_what_was_dragged_is_kept_and_another_device_sees_it(portal: Furnished) -> None:
    wanted = [*MANY[3:], *MANY[:3]]
    assert portal.post("/services/order", order=" ".join(wanted)).status_code == 204
    portal.site.client = portal.site.another()
    portal.enter()
    assert order(portal.get("/services/manage")) == wanted
    assert shown(portal.get("/services")) == wanted


def test_a_stale_tab_loses_no_tile_and_invents_none(portal: Furnished) -> None:
    portal.post("/services/order", order="garde nothing link:of-another mail")
    found = order(portal.get("/services/manage"))
    assert found == ["garde", "mail", *MANY[1:6]]
    for form in ({"up": "nothing"}, {"love": "console"}, {"down": ""}, {}):
        portal.post("/services/manage", **form)
    assert order(portal.get("/services/manage")) == found
    assert 'name="unlove"' not in portal.get("/services/manage").text


def test_the_list_view_is_kept_on_the_account(portal: Furnished) -> None:
    answer = portal.post("/services/view", **{"as": "list", "tab": "favourites"})
    assert answer.location == "/services?tab=favourites"
    portal.site.client = portal.site.another()
    portal.enter()
    assert 'class="tiles listed"' in portal.get("/services").text
    portal.post("/services/view", **{"as": "tiles", "tab": "https://evil.test"})
    assert 'class="tiles"' in portal.get("/services").text


def test_nobody_arranges_another_s_space(portal: Furnished) -> None:
    portal.post("/services/manage", love="mail")
    portal.site.client = portal.site.another()
    portal.enter("bob")
    assert 'name="unlove"' not in portal.get("/services/manage").text
    portal.post("/services/manage", up="garde")
    portal.site.client = portal.site.another()
    portal.enter("ann")
    page = portal.get("/services/manage")
    assert order(page) == list(MANY) and 'name="unlove" value="mail"' in page.text


def test_a_form_without_its_token_changes_nothing(portal: Furnished) -> None:
    client: Client = portal.site.client
    for path, form in (("/services/manage", {"love": "mail"}), ("/services/order", {"order": ""})):
        answer = client.post(path, data=form, base_url=ADDRESS, headers=SAME)
        assert answer.status_code == 403
    assert 'name="unlove"' not in portal.get("/services/manage").text


def test_the_pages_speak_english_too(portal: Furnished) -> None:
    portal.post("/language/en", back="/services")
    for path in ("/services/manage", "/services/links/new", "/services?tab=favourites"):
        page = portal.get(path)
        assert 'lang="en"' in page.text and "services" in said(page)
        assert not re.search(r"Gérer|Ajouter|Favoris", said(page))
