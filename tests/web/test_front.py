"""The page everybody may see: the way in, what is on offer, whom to call."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from hub.contract.identifiers import ServiceId
from hub.web.parts import Help, Look
from tests.web.desk import Furnished, furnish
from tests.web.site import Site, connected, make, said

INTRO = {"fr": "Deux phrases de la région.", "en": "Two sentences of the region."}


def front(site: Site, language: str = "fr") -> str:
    return site.get("/", headers={"Accept-Language": language}).text


def test_the_way_in_stands_at_the_top_and_a_request_for_an_account_beside_it(
    tmp_path: Path,
) -> None:
    page = front(make(tmp_path))
    header, _, rest = page.partition("</header>")
    assert re.search(
        r'<a class="button way-in" href="/services">.*Accès professionnels</a>', header
    )
    assert 'href="/request"' in rest and "Demander un compte" in rest


def test_no_service_is_named_unless_the_operator_says_so(tmp_path: Path) -> None:
    site = make(tmp_path, connected("medimail"), connected("secret"))
    assert "Medimail" not in front(site) and "Secret" not in front(site)


def test_the_services_the_operator_names_lead_to_themselves_in_that_order(tmp_path: Path) -> None:
    public = tuple(map(ServiceId, ("emage", "gone", "medimail")))
    services = (connected("medimail"), connected("emage", "high"), connected("secret"))
    site = make(tmp_path, *services, look=Look(public=public))
    page = front(site)
    assert re.findall(r'class="open" href="/open/(\w+)"', page) == ["emage", "medimail"]
    assert "Secret" not in page
    # Strangers are told neither levels nor rights.
    assert "locked" not in page


def test_what_the_portal_is_is_said_in_the_operators_words(tmp_path: Path) -> None:
    site = make(tmp_path, look=Look(intro=INTRO))
    assert INTRO["fr"] in front(site) and INTRO["en"] in front(site, "en")
    ours = make(tmp_path / "ours")
    assert "Ici, les professionnels de santé" in front(ours)


def test_whoever_has_a_telephone_in_hand_may_press_the_number(tmp_path: Path) -> None:
    page = front(make(tmp_path))
    assert '<a href="tel:0300000000">03 00 00 00 00</a>' in page
    assert "de 9 h à 18 h" in page and "mailto:aide@hub.test" in page
    nobody = front(make(tmp_path / "nobody", support=Help()))
    assert "tel:" not in nobody and "référent" in nobody


@pytest.fixture
def portal(tmp_path: Path) -> Furnished:
    return furnish(tmp_path)


def test_somebody_signed_in_finds_the_way_back_and_how_surely_they_are_known(
    portal: Furnished,
) -> None:
    portal.enter()
    page = portal.get("/")
    header = page.text.partition("</header>")[0]
    assert re.search(r'way-in" href="/services">.*Retourner à mes services</a>', header)
    assert 'class="quiet padlock" href="/services/level"' in header
    assert "Demander un compte" not in page.text


def test_every_page_of_somebody_signed_in_says_how_surely_they_are_known(
    portal: Furnished,
) -> None:
    portal.enter(strong=True)
    for path in ("/services", "/services/manage", "/notices", "/account", "/account/history"):
        header = portal.get(path).text.partition("</header>")[0]
        found = re.search(
            r'class="quiet padlock" href="/services/level">.*?</a>', header, re.DOTALL
        )
        assert found and "mot de passe" in found[0] and "13 h 00" in plain(found[0]), path


def test_a_page_of_nobody_has_no_padlock(portal: Furnished) -> None:
    for path in ("/", "/help", "/diagnostic", portal.get("/services").location):
        assert "padlock" not in portal.get(path).text, path


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def test_short_names_are_for_narrow_screens(tmp_path: Path) -> None:
    site = make(tmp_path, look=replace(Look(), name="Portail du Nord", short_name="Nord"))
    page = site.get("/")
    assert '<span class="wide">Portail du Nord</span><span class="small">Nord</span>' in page.text
    assert "Portail du Nord" in said(page)
