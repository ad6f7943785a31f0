"""Each guard of the product has a test that fails without it."""

from pathlib import Path

import pytest

from tests.breakers.breaker import BadBreaker, Breaker, breakers, read
from tests.breakers.tree import Tree

BREAKERS = breakers(Path(__file__).parent)

pytestmark = [pytest.mark.breaker, pytest.mark.slow]


@pytest.mark.parametrize("breaker", BREAKERS, ids=str)
def test_a_missing_guard_is_noticed(tree: Tree, breaker: Breaker) -> None:
    with tree.broken_by(breaker.patch):
        run = tree.run(breaker.breaks)
    assert run.code == 1, f"pytest ended with {run.code}: {run.output}"
    assert run.failed == set(breaker.breaks), run.output


def test_the_named_tests_pass_while_every_guard_stands(tree: Tree) -> None:
    named = sorted({test for breaker in BREAKERS for test in breaker.breaks})
    run = tree.run(named)
    assert run.code == 0, run.output


def test_a_run_sees_the_copy_only(tree: Tree) -> None:
    assert tree.where("hub.broker.broker").is_relative_to(tree.folder)
    assert tree.where("hub_plugins").resolve().is_relative_to(tree.folder)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("--- a/hub/x.py\n+++ b/hub/x.py\n", "begins with no line"),
        ("# breaks: tests/x.py::test_x\n", "changes no file"),
        ("# breaks: tests/x.py::test_x\n--- a/tests/x.py\n+++ b/tests/x.py\n", "changes a test"),
    ],
)
def test_a_patch_that_proves_nothing_is_refused(tmp_path: Path, text: str, complaint: str) -> None:
    patch = tmp_path / "01-x.patch"
    patch.write_text(text, encoding="utf-8")
    with pytest.raises(BadBreaker, match=complaint):
        read(patch)
