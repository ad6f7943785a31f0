"""A browser that never answers costs its test a second try, and nobody else anything."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
CONFTEST = """
from pathlib import Path
from tests.peers.conftest import authority, browser, kept, page
from tests.peers.patience import Patience

def pytest_configure(config):
    here = Path(__file__).parent
    config.pluginmanager.register(Patience(here, 6, here / "hung.log", grace=6))
"""
TESTS = """
import os, signal
from pathlib import Path
import pytest
from tests.peers.hung import chromiums, drivers, kill

NEVER = "new Promise(() => {})"
DRIVER = Path(__file__).with_name("driver")

def test_hangs_always(page):
    page.evaluate(NEVER)

def test_its_driver_hangs_once(page):
    if not DRIVER.exists():
        DRIVER.touch()
        os.kill(drivers(os.getpid())[0], signal.SIGSTOP)
        page.evaluate("1")

def test_its_browser_dies(browser):
    page = browser.new_page()
    kill(chromiums(os.getpid())[0])
    with pytest.raises(Exception, match="closed"):
        page.evaluate(NEVER)

def test_is_well(page):
    assert page.evaluate("6 * 7") == 42
"""


def test_a_hung_browser_is_named_and_killed_and_the_run_goes_on(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(CONFTEST, encoding="utf-8")
    (tmp_path / "test_child.py").write_text(TESTS, encoding="utf-8")
    ran = _run(tmp_path)
    told = re.findall(r"^HUNG test_child.py::(\w+) \(call\)$", ran.stdout, re.M)
    assert told == [
        "test_hangs_always",
        "test_hangs_always",
        "test_its_driver_hangs_once",
    ], ran.stdout
    assert re.findall(r"^FAILED .*::(\w+)$", ran.stdout, re.M) == ["test_hangs_always"]
    assert "1 failed, 3 passed" in ran.stdout
    log = (tmp_path / "hung.log").read_text(encoding="utf-8")
    assert log.count("page.evaluate(NEVER)\n") == 2
    assert log.count("killed Chromium") >= 3
    assert "killed Playwright's driver" in log
    assert log in ran.stderr.replace("\r", ""), ran.stderr


def _run(folder: Path) -> "subprocess.CompletedProcess[str]":
    argv = [sys.executable, "-m", "pytest", "-c", str(ROOT / "pyproject.toml")]
    argv += ["-p", "no:randomly", "-p", "no:cacheprovider", f"--rootdir={folder}", str(folder)]
    return subprocess.run(
        argv,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
