"""The theme file: the operator's own name, colours, contacts; or every error at once."""

from pathlib import Path

import pytest
from werkzeug.test import Client

from hub.app import verify
from hub.configuration import configured
from hub.contract.errors import ConfigErrors
from hub.testing.running import BASE, running_hub
from hub.theme import theme_of
from hub.web.colours import contrast, tokens_of, unreadable
from tests.web.site import ADDRESS, WEB, said

THEME = """
name = "Santé Grand Est"
short_name = "SGE"
logo = "look/mark.svg"
legal = "legal"
[colours]
accent = { light = "#7a1f5c", dark = "#f0a6d6" }
accent-strong = { light = "#5e1546" }
[support]
telephone = "03 11 22 33 44"
mail = "aide@grand-est.example"
[support.hours]
fr = "tous les jours, jour et nuit"
en = "day and night"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "look").mkdir()
    (tmp_path / "look/mark.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    page = tmp_path / "legal/fr/10-notice.md"
    page.parent.mkdir(parents=True)
    page.write_text("# Mentions du Grand Est\n\nÉdité ici.\n", encoding="utf-8")
    return tmp_path


def written(folder: Path, text: str) -> Path:
    (folder / "theme.toml").write_text(text, encoding="utf-8")
    return folder


def wrong(folder: Path, text: str) -> list[str]:
    settings = {**BASE, "theme": {"file": "theme.toml"}}
    with pytest.raises(ConfigErrors) as raised:
        theme_of(configured(settings, written(folder, text)))
    return [str(each) for each in raised.value.errors]


def test_every_page_has_the_operators_name_colours_and_contacts(folder: Path) -> None:
    hub = running_hub(written(folder, THEME), theme={"file": "theme.toml"})
    browser = Client(hub.app.wsgi)
    page = browser.get("/help", base_url=ADDRESS, headers={"Accept-Language": "fr"})
    assert "Santé Grand Est" in said(page) and "SGE" in said(page)
    assert "03 11 22 33 44 , tous les jours, jour et nuit" in said(page)
    assert "Mentions du Grand Est" in said(page)
    sheets = [part.split('"')[0] for part in page.text.split('<link rel="stylesheet" href="')[1:]]
    # Read after ours, or ours would hold.
    assert sheets[0].startswith("/static/hub/") and "theme-colours" in sheets[1]
    style = browser.get(sheets[1], base_url=ADDRESS).text
    assert "--accent: light-dark(#7a1f5c, #f0a6d6);" in style
    assert "--accent-strong: light-dark(#5e1546, #7fe3e0);" in style
    english = browser.get("/help", base_url=ADDRESS, headers={"Accept-Language": "en"})
    assert "day and night" in said(english)


def test_without_a_file_what_hub_toml_says_holds(tmp_path: Path) -> None:
    given = {**BASE, "theme": {"name": "Ici"}, "support": {"telephone": "01", "hours": "9 h"}}
    theme = theme_of(configured(given, tmp_path))
    assert (theme.look.name, theme.look.colours) == ("Ici", "")
    assert (theme.support.telephone, theme.support.spoken("en").hours) == ("01", "9 h")


def test_letters_are_signed_with_the_themes_name_and_hours(folder: Path) -> None:
    theme = theme_of(configured({**BASE, "theme": {"file": "theme.toml"}}, written(folder, THEME)))
    assert theme.look.name == "Santé Grand Est"
    assert [theme.support.spoken(tag).hours for tag in ("fr", "en", "de")] == [
        "tous les jours, jour et nuit",
        "day and night",
        "tous les jours, jour et nuit",
    ]


def test_a_colour_too_few_can_read_is_named_with_its_pair(folder: Path) -> None:
    found = wrong(folder, '[colours]\naccent = { light = "#7fdcd9" }\n')
    assert any(
        "theme.file.colours.on-accent: on accent, light pages: contrast" in each for each in found
    )
    assert not any("dark pages" in each for each in found)


@pytest.mark.parametrize(
    "shade",
    ["red", "#12345", "#0000001", "var(--x)", "#fff; } body { display: none", "url(//evil)", ""],
)
def test_nothing_but_a_colour_reaches_the_style_sheet(folder: Path, shade: str) -> None:
    (found,) = wrong(folder, f'[colours]\nground = {{ light = "{shade}" }}\n')
    assert "theme.file.colours.ground" in found and "#rrggbb" in found


def test_every_mistake_of_a_theme_is_said_at_once_by_the_check(folder: Path) -> None:
    text = 'logo = "no.gif"\n[colours]\nacent = { light = "#000000" }\n'
    assert "no such token; there is accent, accent-soft" in wrong(folder, text)[0]
    text = 'logo = "no.gif"\n[support.hours]\nen = "always"\nde = "immer"\n'
    found = wrong(folder, text)
    assert [each.partition(":")[0] for each in found] == [
        "theme.logo",
        "theme.logo",
        "theme.file.support.hours",
        "theme.file.support.hours.de",
    ]
    assert "theme.file.nmae" in wrong(folder, 'nmae = "x"\n')[0]
    assert "cannot be read" in wrong(folder, "name = \n")[0]


@pytest.mark.parametrize(
    ("name", "body", "said"),
    [
        ("mark.svg", b"<svg><script>alert(1)</script></svg>", "holds <script>"),
        ("mark.png", b"<html><script>alert(1)</script></html>", "no PNG picture"),
        ("mark.png", b"", "is empty"),
    ],
)
def test_a_logo_that_is_no_picture_stops_the_start_with_a_sentence(
    folder: Path, name: str, body: bytes, said: str
) -> None:
    (folder / name).write_bytes(body)
    (found,) = wrong(folder, f'logo = "{name}"\n')
    assert found.startswith("theme.logo") and said in found


def test_the_check_names_a_public_service_that_nobody_offers(folder: Path) -> None:
    written(folder, '[front]\nservices = ["medimial"]\n')
    running_hub(folder, theme={"file": "theme.toml"})
    configuration = configured({**BASE, "theme": {"file": "theme.toml"}}, folder)
    found = [str(each) for each in verify(configuration) if each.path.startswith("theme")]
    assert found == ["theme.file.front.services: no service is called 'medimial'"]


def test_the_shipped_colours_can_be_read_in_both_themes() -> None:
    shipped = tokens_of((WEB / "static/hub.css").read_text(encoding="utf-8"))
    assert len(shipped) == 15
    assert list(unreadable(shipped)) == []


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [("#000", "#ffffff", 21), ("#777777", "#fff", 4.48), ("#767676", "#ffffff", 4.54)],
)
def test_contrast_is_what_wcag_computes(one: str, other: str, ratio: float) -> None:
    assert round(contrast(one, other), 2) == ratio == round(contrast(other, one), 2)
