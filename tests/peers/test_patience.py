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
    config.pluginmanager.register(Patience(here, 3, here / "hung.log", grace=2))
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

QUICK = """
from pathlib import Path
from tests.peers.patience import Patience

def pytest_configure(config):
    here = Path(__file__).parent
    config.pluginmanager.register(Patience(here, 0.1, here / "hung.log", start=0.1))
"""
HANGS = """
import time
from pathlib import Path
import greenlet
import pytest

HERE = Path(__file__).parent

def hangs_once(name):
    # Suspended as if for Playwright, until the watch has told of it.
    if not (HERE / name).exists():
        (HERE / name).touch()
        before = told()
        greenlet.greenlet(lambda: waits_beyond(before)).switch()

def waits_beyond(before):
    while told() == before:
        time.sleep(0.05)

def told():
    log = HERE / "hung.log"
    return log.read_text() if log.exists() else ""
"""
FAILS = """
@pytest.fixture
def lent():
    yield
    hangs_once("teardown")

def test_fails(lent):
    assert (HERE / "teardown").exists(), "the product is wrong"
"""
HANG = """
@pytest.mark.parametrize("name", ["a", "b", "c", "d"])
def test_hangs_once(name):
    hangs_once(name)
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
    assert re.findall(r"^FAILED .*?::(\w+)\b", ran.stdout, re.M) == ["test_hangs_always"]
    assert "1 failed, 3 passed" in ran.stdout
    log = (tmp_path / "hung.log").read_text(encoding="utf-8")
    assert log.count("page.evaluate(NEVER)\n") == 2
    assert log.count("killed Chromium") >= 3
    assert "killed Playwright's driver" in log
    assert log in ran.stderr.replace("\r", ""), ran.stderr


def test_a_test_that_failed_before_its_browser_hung_has_failed(tmp_path: Path) -> None:
    ran = _run_quick(tmp_path, FAILS)
    assert ran.returncode == 1, ran.stdout
    assert "AssertionError: the product is wrong" in ran.stdout
    assert "HUNG test_child.py::test_fails (teardown)" in ran.stdout
    assert re.search(r"^1 failed in", ran.stdout, re.M), ran.stdout


def test_more_than_three_tests_that_hung_fail_the_run(tmp_path: Path) -> None:
    ran = _run_quick(tmp_path, HANG)
    assert ran.returncode == 1, ran.stdout
    assert re.findall(r"^FAILED .*?::(\S+)", ran.stdout, re.M) == ["test_hangs_once[d]"]
    assert re.search(r"^1 failed, 3 passed in", ran.stdout, re.M), ran.stdout
    assert "browsers hung in 4 tests of this run; more than 3 fail it" in ran.stdout


def _run_quick(folder: Path, tests: str) -> "subprocess.CompletedProcess[str]":
    (folder / "conftest.py").write_text(QUICK, encoding="utf-8")
    (folder / "test_child.py").write_text(HANGS + tests, encoding="utf-8")
    return _run(folder)


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
