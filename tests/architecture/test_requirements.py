"""The list of what the OpenID provider must do names tests that exist, and only becomes fuller."""

import ast
import tomllib
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any, Final

TESTS: Final = Path(__file__).parents[1]
LIST: Final = tomllib.loads((TESTS / "requirements.toml").read_text(encoding="utf-8"))
ROWS: Final[dict[str, Any]] = LIST["row"]
COVERED: Final = 281
"""Never less: a row that loses its tests is a promise taken back."""


@cache
def defined(path: Path) -> frozenset[str]:
    """The tests pytest collects from *path*."""
    if not path.name.startswith("test_") or not path.is_file():
        return frozenset()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = (each for each in tree.body if isinstance(each, ast.FunctionDef))
    return frozenset(each.name for each in functions if each.name.startswith("test_"))


def test_every_test_named_is_collected() -> None:
    for row, told in ROWS.items():
        for node in told.get("tests", ()):
            path, _, name = node.partition("::")
            assert name in defined(TESTS / path), f"{row}: {node}"


def test_every_row_says_what_it_asks_and_has_a_test_or_a_reason() -> None:
    for row, told in ROWS.items():
        assert told["says"].endswith("."), row
        reason, tests = told.get("outside", ""), told.get("tests", [])
        assert bool(tests) != bool(reason), row
        assert not reason or reason.startswith("outside scope: "), row
        assert len({*tests}) == len(tests), row


def test_the_numbers_are_what_the_list_says_and_never_less() -> None:
    found = Counter("tests" in told for told in ROWS.values())
    assert (found[True], found[False]) == (LIST["covered"], LIST["outside"])
    assert LIST["covered"] >= COVERED
