"""A hub killed in the middle of a sign-in and started again loses nothing."""

import json
import os
import signal
import sys
import tomllib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pyotp
import pytest

from hub_plugins.demo.notice import PASSWORD, people
from hub_plugins.demo.pages import make_party
from hub_plugins.demo.party import party
from hub_plugins.demo.region import ports, write_files
from tests.flows.browser import Browser
from tests.flows.processes import run, serving
from tests.ports import free_port
from tests.flows.steps import with_password

pytestmark = pytest.mark.slow

PROGRAM = (sys.executable, "-m", "hub.cli")


@pytest.fixture
def port(tmp_path: Path) -> int:
    """Where the hub of the region made in this test's folder listens."""
    listening = {**ports({}), "HUB": free_port()}
    write_files(tmp_path, listening)
    run(*PROGRAM, "setup", cwd=tmp_path)
    run(*PROGRAM, "account", "import", "people.toml", cwd=tmp_path)
    return listening["HUB"]


@pytest.fixture
def browser(tmp_path: Path, port: int) -> Iterator[Browser]:
    medimail = make_party(party(tmp_path, "medimail"))
    sites = {"http://localhost:8001": medimail.wsgi_app}
    with closing(Browser(sites, transport=httpx.HTTPTransport())) as opened:
        yield opened


def test_a_hub_killed_between_password_and_code_goes_on_to_the_same_message(
    tmp_path: Path, port: int, browser: Browser
) -> None:
    address = f"http://localhost:{port}"
    with serving(PROGRAM, tmp_path, address) as killed:
        page = browser.open("http://localhost:8001/message/42")
        page = with_password(browser, page, "nadia.benali", PASSWORD)
        os.killpg(killed.pid, signal.SIGKILL)
        killed.wait()
    with serving(PROGRAM, tmp_path, address):
        page = browser.open(page.address)
        page = browser.submit(page.form(asking="code"), {"code": pyotp.TOTP(seed()).now()})
        # Her first opening.
        page = browser.submit(page.form(to="/do/terms.medimail"), {"accept": "yes"})
        page = browser.submit(page.form(to="/do/association.medimail"), {"attest": "yes"})
    assert page.address == "http://localhost:8001/message/42"
    assert page.claims()["acr"] == "urn:hub:acr:strong"
    said = [json.loads(line) for line in (tmp_path / "hub.log").read_text("utf-8").splitlines()]
    assert {"event", "level", "timestamp"} <= set.intersection(*(set(each) for each in said))


def seed() -> str:
    given = (each["secrets"].get("totp") for each in tomllib.loads(people())["person"])
    return next(str(each) for each in given if each)
