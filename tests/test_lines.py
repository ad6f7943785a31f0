"""What stands on the screen when two runs of the peers share it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
TESTS = """
import os
import pytest

def test_passes():
    pass

def test_fails():
    assert False, "why"

@pytest.mark.skip
def test_waits_for_better_days():
    pass

{last}
"""
NEVER_ENDS = """
def test_ends_the_run_as_a_hang_would():
    os._exit(3)
"""
ROOT = Path(__file__).parents[1]


def ran(folder: Path, last: str) -> list[str]:
    (folder / "pytest.ini").write_text("[pytest]", encoding="utf-8")
    (folder / "test_it.py").write_text(TESTS.format(last=last), encoding="utf-8")
    options = ("-p", "tests.peers.lines", "-p", "no:randomly", "-o", "console_output_style=classic")
    argv, found = (
        [sys.executable, "-m", "pytest", *options],
        {**os.environ, "PYTHONPATH": str(ROOT)},
    )
    done = subprocess.run(
        argv, cwd=folder, env=found, capture_output=True, text=True, check=False, timeout=60
    )
    return done.stdout.splitlines()


def test_a_test_that_never_ends_is_the_last_line(tmp_path: Path) -> None:
    said = ran(tmp_path, NEVER_ENDS)
    assert said[-1] == "test_it.py::test_ends_the_run_as_a_hang_would"


def test_each_line_is_whole_and_the_summary_says_what_failed(tmp_path: Path) -> None:
    said = ran(tmp_path, "")
    first = said.index("test_it.py::test_passes")
    assert said[first : first + 5] == [
        "test_it.py::test_passes",
        "test_it.py::test_fails",
        "FAILED test_it.py::test_fails",
        "test_it.py::test_waits_for_better_days",
        "SKIPPED test_it.py::test_waits_for_better_days",
    ]
    assert any(line.startswith("FAILED test_it.py::test_fails - Assert") for line in said)
    assert said[-1].startswith("=") and "1 failed, 1 passed, 1 skipped" in said[-1]
