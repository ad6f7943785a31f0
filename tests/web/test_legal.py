"""Legal pages: open to everybody, in both languages, the operator's own in front."""

import re
from pathlib import Path

import pytest

from hub.web.help_pages import read_help
from tests.web.site import WEB, Site, make, said

NAMES = ("notice", "privacy", "accessibility", "terms")


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return make(tmp_path, legal=read_help([WEB / "legal"], ("fr", "en")))


def test_the_foot_of_every_page_leads_to_each_of_them(site: Site) -> None:
    for path in ("/", "/help", site.arrive("low"), "/nothing-here"):
        found = re.findall(r'href="/legal/(\w+)"', site.get(path).text)
        assert tuple(found) == NAMES, path


@pytest.mark.parametrize("name", NAMES)
def test_each_is_read_by_whoever_is_not_signed_in_and_in_both_languages(
    site: Site, name: str
) -> None:
    pages = [site.get(f"/legal/{name}", headers={"Accept-Language": tag}) for tag in ("fr", "en")]
    assert [each.status_code for each in pages] == [200, 200]
    assert "Cette page est un modèle" in said(pages[0])
    assert "This page is a template" in said(pages[1])


def test_what_is_no_legal_page_is_not_found(site: Site) -> None:
    assert site.get("/legal/other").status_code == 404
    assert site.get("/legal/..%2fhelp").status_code == 404


def test_shipped_pages_leave_the_same_gaps_in_both_languages() -> None:
    for name in (each.name for each in (WEB / "legal/fr").glob("*.md")):
        texts = [(WEB / "legal" / tag / name).read_text(encoding="utf-8") for tag in ("fr", "en")]
        french, english = (re.findall(r"^## ", text, re.MULTILINE) for text in texts)
        assert len(french) == len(english), name
        assert "'" not in texts[0], name
