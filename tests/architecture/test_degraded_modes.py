"""The table of degraded modes in the operator's guide: complete, and each row proved by a test."""

import ast
import re
from pathlib import Path

import pytest

from hub.people.degraded import MODES

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs" / "operator.md"
TEST = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


def rows() -> dict[str, list[str]]:
    """By mode, the cells of its row."""
    text = GUIDE.read_text(encoding="utf-8").partition("## Degraded modes")[2].partition("\n## ")[0]
    lines = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| `")]
    return {cells[0].strip("`"): cells for cells in lines}


def named_in(file: str) -> set[str]:
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    return {each.name for each in ast.walk(tree) if isinstance(each, ast.FunctionDef)}


def test_the_table_has_a_row_for_every_mode_the_console_shows_and_no_other() -> None:
    assert tuple(rows()) == MODES


@pytest.mark.parametrize("mode", MODES)
def test_each_row_says_what_people_see_what_to_do_and_which_test_proves_it(mode: str) -> None:
    cells = rows()[mode]
    assert len(cells) == 5 and all(cells)
    proofs = TEST.findall(cells[-1])
    assert proofs
    for file, name in proofs:
        assert name in named_in(file), f"{file} has no {name}"
