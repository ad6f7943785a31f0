"""Pages drawn from the code say what the code says."""

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
SPEC = spec_from_file_location("generate", DOCS / "generate.py")
assert SPEC and SPEC.loader
generate = module_from_spec(SPEC)
SPEC.loader.exec_module(generate)


@pytest.mark.parametrize("page", sorted(generate.PAGES))
def test_a_drawn_page_is_what_the_code_would_draw_today(page: str) -> None:
    """Run `python docs/generate.py` when this fails."""
    assert (DOCS / page).read_text(encoding="utf-8") == generate.PAGES[page]()


def test_every_refusal_has_its_sentence_and_next_step_in_both_languages() -> None:
    rows = generate.phrases().splitlines()
    cells = [row.strip("| ").split(" | ") for row in rows if row.startswith("| `")]
    assert len(cells) > 30
    assert [row[0] for row in cells if len(row) != 5 or not all(row)] == []
