"""Static files: their name is their content."""

import re
from pathlib import Path

from hub.web.static import StaticFiles
from tests.web.site import Site


def test_a_changed_file_has_another_address(tmp_path: Path) -> None:
    (tmp_path / "a.css").write_text("a {}")
    first = StaticFiles({"own": tmp_path}).address("own", "a.css")
    (tmp_path / "a.css").write_text("b {}")
    assert first != StaticFiles({"own": tmp_path}).address("own", "a.css")


def test_everything_a_page_names_is_there_and_kept_for_a_year(site: Site) -> None:
    named = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', site.get("/").text))
    assert len(named) >= 3
    for path in named:
        file = site.get(path)
        assert file.status_code == 200, path
        assert file.headers["Cache-Control"].endswith("immutable")
        assert "Set-Cookie" not in file.headers


def test_a_style_sheet_names_its_fonts_by_their_hashed_names(site: Site) -> None:
    sheet = re.search(r'href="(/static/hub/hub[^"]+css)"', site.get("/").text)
    assert sheet
    fonts = re.findall(r'url\("([^"]+)"\)', site.get(sheet[1]).text)
    assert len(fonts) == 2
    for name in fonts:
        assert site.get(f"/static/hub/{name}").content_type == "font/woff2"


def test_nothing_else_is_served(site: Site) -> None:
    for path in ("/static/hub/hub.css", "/static/hub/..%2fsite.py", "/static/nobody/a"):
        assert site.get(path).status_code == 404


def test_a_drawing_opened_by_its_own_address_runs_nothing(site: Site) -> None:
    mark = site.get(site.get("/favicon.ico").location)
    policy = mark.headers["Content-Security-Policy"]
    assert mark.content_type == "image/svg+xml"
    assert "default-src 'none'" in policy and "sandbox" in policy and "script" not in policy
    assert mark.headers["X-Content-Type-Options"] == "nosniff"
