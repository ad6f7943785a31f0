"""The list of what people were promised names tests that exist, and only becomes fuller."""

import ast
import tomllib
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any, Final

TESTS: Final = Path(__file__).parents[1]
LIST: Final = tomllib.loads((TESTS / "stories.toml").read_text(encoding="utf-8"))
PAGES: Final[dict[str, Any]] = LIST["page"]
PROVED: Final = 169
"""Never less: a story that loses its tests is a promise taken back."""
REASONS: Final = ("waits: ", "elsewhere: ")
"""Being built, or a promise no test of this kind can keep."""


@cache
def defined(path: Path) -> frozenset[str]:
    """The tests pytest collects from *path*."""
    if not path.name.startswith("test_") or not path.is_file():
        return frozenset()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = (each for each in tree.body if isinstance(each, ast.FunctionDef))
    return frozenset(each.name for each in functions if each.name.startswith("test_"))


def stories() -> list[tuple[str, dict[str, Any]]]:
    return [(page, story) for page, told in PAGES.items() for story in told["story"]]


def test_every_test_named_is_collected() -> None:
    for page, story in stories():
        for node in story.get("tests", ()):
            path, _, name = node.partition("::")
            assert name in defined(TESTS / path), f"{page}: {node}"


def test_every_story_says_what_is_promised_and_has_a_test_or_a_reason() -> None:
    for page, story in stories():
        assert story["says"].endswith("."), (page, story["says"])
        reason, tests = story.get("reason", ""), story.get("tests", [])
        assert bool(tests) != bool(reason), (page, story["says"])
        assert not reason or reason.startswith(REASONS), (page, reason)
        assert len({*tests}) == len(tests), (page, story["says"])


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


def test_the_numbers_are_what_the_list_says_and_never_less() -> None:
    found = Counter("tests" in story for _, story in stories())
    assert (found[True], found[False]) == (LIST["proved"], LIST["unproved"])
    assert LIST["proved"] >= PROVED
