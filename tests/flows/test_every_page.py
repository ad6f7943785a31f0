"""Each page there is, drawn for everybody who may see it: its cost, and the templates it takes."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from hub.web.drawing import HERE
from hub_services.directory.favourites import MOST as MOST_FAVOURITES
from hub_services.directory.favourites import Favourites
from tests.flows.access_table import Cell, cells, table
from tests.flows.access_world import World, world
from tests.flows.every_template import DRAWN_BY
from tests.flows.region import HUB, opened
from tests.statements import statements

pytestmark = pytest.mark.slow
MOST_STATEMENTS = 10
MOST_BYTES = 100_000
NO_PAGES = re.compile(r"/(static|favicon|health|metrics|login|logout)")
LUCAS = "rpps:99700075122"
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def here(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    made = world(opened(template, tmp_path_factory.mktemp("pages") / "region"))
    yield made
    made.close()


@pytest.fixture(scope="module")
def open_cells(here: World) -> list[Cell]:
    every = [each for each in cells(table(), here.rules) if each.method == "GET"]
    return [each for each in every if each.expected == "open" and not NO_PAGES.match(each.rule)]


def test_each_page_asks_little_of_the_database(here: World, open_cells: list[Cell]) -> None:
    assert len(open_cells) > 200
    dear = {}
    for each in open_cells:
        path = each.path(here)
        with statements(here.region.app.database.engine) as ran:
            here.ask(each.role, "GET", path, {})
        if len(ran) > MOST_STATEMENTS:
            dear[f"{each.rule} as {each.role}"] = len(ran)
    assert not dear


def test_each_page_is_small_with_all_that_it_names(here: World, open_cells: list[Cell]) -> None:
    browser, sizes = here.region.browser(), dict[str, int]()
    heavy: dict[str, int] = {}
    for each in open_cells:
        answer = each.asked(here)
        if answer.mimetype != "text/html":
            continue
        named = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', answer.text))
        for name in named - sizes.keys():
            sizes[name] = len(browser.open(f"{HUB}{name}").text.encode())
        weight = len(answer.data) + sum(sizes[each] for each in named if "woff2" not in each)
        if weight > MOST_BYTES:
            heavy[f"{each.rule} as {each.role}"] = weight
    assert not heavy, heavy


def test_no_template_is_drawn_by_nobody(here: World, open_cells: list[Cell]) -> None:
    """What the pages above do not take is drawn by the test named for it, and by it alone."""
    for each in open_cells:
        each.came(here)
    every, named = set(_templates(here)), set(DRAWN_BY)
    missing = sorted(every - _taken(here) - named)
    assert not missing, "write in tests/flows/every_template.py who draws " + ", ".join(missing)
    assert named <= every, "these are gone"


def test_whoever_is_named_as_drawing_a_template_is_there() -> None:
    for name, where in DRAWN_BY.items():
        file, _, what = where.partition("::")
        text = (ROOT / "tests" / file).read_text(encoding="utf-8")
        assert f'"{what}"' in text or f"def {what}(" in text, f"{name}: {where}"


def _templates(here: World) -> Mapping[str, Path]:
    """As their pages name them: those of a plugin stand below its name."""
    folders = {"": HERE / "templates"}
    for name, at in here.site.extensions["hub"].folders.items():
        folders[f"{name}/"] = at / "templates"
    return {
        f"{prefix}{file.relative_to(folder)}": file
        for prefix, folder in folders.items()
        for file in folder.rglob("*.html")
        # The demo's own services draw theirs on other sites.
        if not prefix.startswith("demo")
    }


def _taken(here: World) -> set[str]:
    sets: Any = here.site.jinja_env
    return {name for each in sets.sets.values() for _, name in each.cache}


def test_the_page_of_somebody_who_likes_too_many(here: World) -> None:
    liked = Favourites(here.region.app.database.transaction, here.account("nadia.benali"))
    for number in range(MOST_FAVOURITES):
        assert liked.add(f"rpps:{number}")
    answer = here.ask("strong", "POST", "/apps/directory/favourites", {"key": LUCAS})
    assert "directory/full.html" in _taken(here) and answer.status_code == 409
