"""The list of what people were promised names tests that exist, and only becomes fuller."""

import ast
import tomllib
from collections import Counter
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest

from tests.architecture.browsed import STARTS, in_a_browser

TESTS: Final = Path(__file__).parents[1]
LIST: Final = tomllib.loads((TESTS / "stories.toml").read_text(encoding="utf-8"))
PAGES: Final[dict[str, Any]] = LIST["page"]
PROVED: Final = 193
"""Never less: a story that loses its tests is a promise taken back."""
WAYS: Final[dict[str, frozenset[str]]] = {
    "in_every_way": frozenset({"english", "phone", "plain"}),
    "also_on_a_phone": frozenset({"english", "phone"}),
    "moved_also_on_a_phone": frozenset({"english", "phone"}),
    "moved_in_every_way": frozenset({"english", "phone", "plain"}),
    "away_in_every_way": frozenset({"english", "phone", "plain"}),
    "also_without_scripts": frozenset({"plain"}),
    "also_in_english": frozenset({"english"}),
}
"""What the marks of `peers/stories/ways.py` add to French at a desk."""
BROWSERS: Final = frozenset({"english", "phone", "plain"})
"""Fixtures of one such browser: of the same names."""
TOLD: Final = {"english": 187, "phone": 183, "plain": 184}
"""Never less: so many promises are kept in this way too."""
SEEN: Final = 192
"""Never less: so many promises are seen in Chromium."""
ONLY: Final = 14
"""Never more: so many of them lack a way, and say why."""
EXCUSES: Final = {"skip", "skipif", "xfail", "importorskip"}
DEFINED: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
REASONS: Final = ("waits: ", "elsewhere: ")
"""Being built, or a promise no test of this kind can keep."""


@cache
def functions(path: Path) -> Mapping[str, ast.FunctionDef]:
    """The tests pytest collects from *path*."""
    if not path.name.startswith("test_") or not path.is_file():
        return {}
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = {each.name: each for each in tree.body if isinstance(each, ast.FunctionDef)}
    return {name: each for name, each in found.items() if name.startswith("test_")}


def defined(path: Path) -> frozenset[str]:
    return frozenset(functions(path))


def ways(node: str) -> frozenset[str]:
    """In which ways the browser test *node* is told beside French at a desk."""
    path, _, name = node.partition("::")
    if not in_a_browser(node):
        return frozenset()
    test = functions(TESTS / path)[name]
    marks = {each.id for each in test.decorator_list if isinstance(each, ast.Name)}
    inside = [each for mark in test.decorator_list for each in ast.walk(mark)]
    chosen = {each.value for each in inside if isinstance(each, ast.Constant)}
    browsers = BROWSERS & {*chosen, *(each.arg for each in test.args.args)}
    return frozenset(browsers).union(*(WAYS[mark] for mark in marks & {*WAYS}))


def stories() -> list[tuple[str, dict[str, Any]]]:
    return [(page, story) for page, told in PAGES.items() for story in told["story"]]


def test_every_test_named_is_collected() -> None:
    for page, story in stories():
        for node in story.get("tests", ()):
            path, _, name = node.partition("::")
            assert name in defined(TESTS / path), f"{page}: {node}"


def excuses(path: Path, name: str) -> list[str]:
    """Why pytest might pass over the test *name*, or let it fail."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    whole = [each for each in tree.body if not isinstance(each, DEFINED)]
    parts = [part for each in (*whole, functions(path)[name]) for part in ast.walk(each)]
    told = {each.attr for each in parts if isinstance(each, ast.Attribute)}
    return sorted(told & EXCUSES)


def test_no_test_named_is_skipped_or_may_fail() -> None:
    nodes = {node.partition("::") for _, story in stories() for node in story.get("tests", ())}
    excused = {node: found for node in nodes if (found := excuses(TESTS / node[0], node[2]))}
    assert excused == {}


@pytest.mark.parametrize(
    "text",
    [
        "@pytest.mark.skip\ndef test_a(): ...",
        "@pytest.mark.skipif(True, reason='')\ndef test_a(): ...",
        "@pytest.mark.parametrize('a', [pytest.param(1, marks=pytest.mark.xfail)])\n"
        "def test_a(a): ...",
        "pytestmark = [pytest.mark.xfail]\ndef test_a(): ...",
        "pytest.importorskip('a')\ndef test_a(): ...",
        "def test_a():\n    pytest.skip('')",
    ],
)
def test_an_excuse_is_found(tmp_path: Path, text: str) -> None:
    (tmp_path / "test_x.py").write_text(f"import pytest\n{text}\n", encoding="utf-8")
    assert excuses(tmp_path / "test_x.py", "test_a")


def test_every_story_says_what_is_promised_and_has_a_test_or_a_reason() -> None:
    for page, story in stories():
        assert story["says"].endswith("."), (page, story["says"])
        reason, tests = story.get("reason", ""), story.get("tests", [])
        assert bool(tests) != bool(reason), (page, story["says"])
        assert not reason or reason.startswith(REASONS), (page, reason)
        assert len({*tests}) == len(tests), (page, story["says"])


def seen(story: Mapping[str, Any]) -> bool:
    return any(map(in_a_browser, story.get("tests", ())))


@pytest.mark.parametrize(
    ("node", "seen"),
    [
        # By an argument of its own, by one of its fixture's, and by what it opens itself.
        ("peers/test_psc.py::test_a_card_opens_a_strong_service_across_four_sites", True),
        ("peers/test_card_shown.py::test_a_card_opens_the_portal", True),
        ("peers/test_card_agent_pages.py::test_somebody_signs_in_with_a_card_in_a_reader", True),
        # Chosen by a mark alone.
        (
            "peers/stories/test_unfit.py::"
            "test_a_telephone_is_told_beside_the_card_and_may_try_all_the_same",
            True,
        ),
        # Pages it walks through by itself, and a terminal.
        ("peers/test_openid_upstream.py::test_somebody_comes_from_there", False),
        ("peers/test_card_agent.py::test_another_card_is_another_person", False),
        ("flows/test_card.py::test_a_card_opens_the_portal", False),
    ],
)
def test_who_looks_at_pages_in_chromium_is_known_by_what_starts_one(node: str, seen: bool) -> None:
    assert in_a_browser(node) == seen


def test_browsers_are_started_in_one_place() -> None:
    known = {STARTS, Path(__file__)}
    others = {*TESTS.rglob("*.py")} - known
    assert [each for each in others if "_playwright(" in each.read_text(encoding="utf-8")] == []


def test_each_promise_is_seen_in_a_browser_or_says_why_none_shows_it() -> None:
    for page, story in stories():
        assert seen(story) != bool(story.get("unseen")), f"{page}: {story['says']}"
    assert sum(seen(story) for _, story in stories()) >= SEEN


def test_each_promise_seen_is_told_in_every_way_of_its_page_or_says_why_not() -> None:
    for page, story in stories():
        lacks = {*PAGES[page]["promised"]} - {*story.get("ways", ())}
        assert bool(lacks and seen(story)) == ("only" in story), f"{page}: {story['says']}"
    assert sum("only" in story for _, story in stories()) <= ONLY


def test_no_promise_is_made_twice() -> None:
    twice = Counter(story["says"] for _, story in stories())
    assert [says for says, times in twice.items() if times > 1] == []


def test_every_test_among_the_stories_keeps_a_promise() -> None:
    named = {node for _, story in stories() for node in story.get("tests", ())}
    folder = TESTS / "peers/stories"
    written = {
        f"{file.relative_to(TESTS)}::{name}"
        for file in folder.glob("test_*.py")
        for name in defined(file)
    }
    assert written - named == set()


def test_the_list_says_in_which_ways_each_promise_is_kept() -> None:
    for page, story in stories():
        found = frozenset().union(*map(ways, story.get("tests", ())))
        assert sorted(found) == story.get("ways", []), f"{page}: {story['says']}"


def test_every_page_is_told_in_every_way_it_promises() -> None:
    for page, told in PAGES.items():
        found = {way for story in told["story"] for way in story.get("ways", ())}
        assert [way for way in told["promised"] if way not in found] == [], page


def test_a_promised_way_is_a_way_and_is_not_taken_back() -> None:
    assert {way for told in PAGES.values() for way in told["promised"]} == BROWSERS
    # What has no page of its own, and nothing else, promises none.
    assert [page for page, told in PAGES.items() if not told["promised"]] == ["levels"]
    count = Counter(way for _, story in stories() for way in story.get("ways", ()))
    assert {way: number for way, number in TOLD.items() if count[way] < number} == {}


def test_the_numbers_are_what_the_list_says_and_never_less() -> None:
    found = Counter("tests" in story for _, story in stories())
    assert (found[True], found[False]) == (LIST["proved"], LIST["unproved"])
    assert LIST["proved"] >= PROVED
