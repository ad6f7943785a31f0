"""« Annuaire » from its tile: search, card, favourites, and who is in none of them."""

from dataclasses import replace
from urllib.parse import urlencode

import pytest

from hub import KeepsAccounts
from hub_services.directory.generating import lines
from tests.flows.browser import Browser, Page
from tests.flows.region import HUB, Region
from tests.flows.steps import signed_in

pytestmark = pytest.mark.slow

HERE = f"{HUB}/apps/directory/"
MARIE, ANNE, NADIA = "marie.durand", "anne.delmas", "nadia.benali"


@pytest.fixture
def town(region: Region) -> Region:
    """The region's accounts are read by the worker, the extraction by the operator."""
    file = region.folder / "extraction.txt"
    file.write_text("".join(lines(60)), encoding="utf-8")
    command = region.app.equipped.commands["directory"]
    assert command.run(["import", str(file)]) == 0
    assert command.run(["accounts"]) == 0
    return region


def opened(town: Region, login: str = MARIE) -> tuple[Browser, Page]:
    browser = town.browser()
    page = signed_in(browser, login)
    assert "Annuaire" in page.words
    return browser, browser.open(f"{HUB}/open/directory")


def searched(browser: Browser, page: Page, **typed: str) -> Page:
    form = page.form(asking="who")
    return browser.open(f"{form.action}?{urlencode(form.sent(typed, ''))}")


def test_the_tile_opens_a_search_that_finds_a_colleague(town: Region) -> None:
    browser, page = opened(town)
    assert page.path == "/apps/directory/"
    page = searched(browser, page, who="Lambért", where="grandval")
    assert "Une personne trouvée" in page.words
    page = browser.follow(page, "Paul Lambert")
    assert "RPPS 99700434378" in page.words and "CHU de Grandval" in page.words
    assert "0639980102" not in page.words, "the number for codes is nobody's business"


def test_who_is_not_visible_is_found_by_nobody_and_has_no_page(town: Region) -> None:
    browser, page = opened(town)
    for query in ({"who": "delmas"}, {"who": "99700102371"}, {"activity": "psychiatre"}):
        assert "Personne ne correspond" in searched(browser, page, **query).words
    assert browser.open(f"{HERE}card/rpps:99700102371").status == 404
    assert "Delmas" not in browser.open(f"{HERE}export.csv?activity=psychiatre").text
    assert "Delmas" not in browser.open(f"{HERE}suggest?who=delmas").text


def test_who_hides_now_is_found_by_nobody_now(town: Region) -> None:
    browser, page = opened(town)
    assert "Une personne trouvée" in searched(browser, page, who="lambert").words
    store = town.app.stores["own"]
    paul = store.by_login("paul.lambert")
    assert paul and isinstance(store, KeepsAccounts)
    store.change(replace(paul, attributes={**paul.attributes, "visibility": ("hidden",)}))
    assert "Personne ne correspond" in searched(browser, page, who="lambert").words


def test_a_favourite_is_kept_on_every_device_and_is_nobody_elses(town: Region) -> None:
    browser, page = opened(town)
    page = searched(browser, page, who="lambert")
    page = browser.submit(page.form(asking="key"), {"liked": "yes"})
    assert page.path == "/apps/directory/", "back to the same search"
    other, _ = opened(town)
    assert "Paul Lambert" in other.open(f"{HERE}favourites").words
    stranger, _ = opened(town, NADIA)
    assert "Vous n’avez pas encore de favori" in stranger.open(f"{HERE}favourites").words


def test_the_way_back_never_leaves_the_directory(town: Region) -> None:
    browser, page = opened(town)
    page = searched(browser, page, who="lambert")
    page = browser.submit(
        page.form(asking="key"), {"liked": "yes", "back": "https://elsewhere.example/"}
    )
    assert page.path == "/apps/directory/"
    page = browser.open(f"{HERE}card/rpps:99700434378?back=//elsewhere.example")
    assert page.link("Retour aux résultats") == HERE


def test_a_search_is_exported_without_formulas_and_noted(town: Region) -> None:
    browser, _ = opened(town)
    answer = browser.open(f"{HERE}export.csv?where=nancy")
    assert answer.headers["content-type"].startswith("text/csv")
    first, *rest = answer.text.lstrip("\ufeff").strip().splitlines()
    assert first.startswith("Nom;Numéro national;") and rest
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rest for cell in row.split(";"))


def test_nobody_looks_without_signing_in(town: Region) -> None:
    for path in ("", "suggest?who=ma", "export.csv?who=ma", "favourites", "card/rpps:99700434378"):
        assert "/login/" in town.browser().open(f"{HERE}{path}").path
