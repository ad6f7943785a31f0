"""The plugin in the README, built and installed beside the hub's own wheel, lets somebody in."""

import re
import shutil
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import ExitStack, closing
from itertools import count
from pathlib import Path

import httpx
import pytest

from tests.flows.browser import Browser
from tests.flows.processes import run, serving
from tests.ports import free_port

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
PASSWORD = "quatre-chats-sur-le-toit"
PEOPLE = f"""
[[person]]
login = "marie.durand"
given_name = "Marie"
family_name = "Durand"
rights = [{{ name = "console.operator" }}]
secrets = {{ password = "{PASSWORD}", paper = "204511 998120" }}
"""


def blocks(language: str) -> list[str]:
    """The code of the README's section on plugins, in one *language*."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    section = text.partition("## A plugin in twenty lines")[2].partition("\n## ")[0]
    return re.findall(rf"```{language}\n(.*?)```", section, re.DOTALL)


def write_plugin(folder: Path) -> Path:
    [source], [words], [project] = blocks("python"), blocks("po"), blocks("toml")
    (folder / "hub_paper" / "locale").mkdir(parents=True)
    (folder / "hub_paper" / "__init__.py").write_text(source, encoding="utf-8")
    (folder / "hub_paper" / "locale" / "fr.po").write_text(HEADER + words, encoding="utf-8")
    (folder / "pyproject.toml").write_text(project, encoding="utf-8")
    return folder


HEADER = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'


def copied_hub(folder: Path) -> Path:
    """What a wheel is built from, without touching the working copy."""
    folder.mkdir()
    for name in ("hub", "plugins", "backends", "frontends", "services_catalog"):
        unwanted = shutil.ignore_patterns("__pycache__", "node_modules")
        shutil.copytree(ROOT / name, folder / name, ignore=unwanted)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, folder / name)
    return folder


def wheel(source: Path, into: Path) -> Path:
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "-o", str(into), str(source))
    return max(into.glob("*.whl"), key=lambda each: each.stat().st_mtime_ns)


def fresh_environment(folder: Path, *wheels: Path) -> Path:
    """The program `hub` in a new environment; libraries come from this one, the hub does not."""
    run(sys.executable, "-m", "venv", "--without-pip", str(folder))
    python = folder / "bin" / "python"
    pip = (sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet")
    run(*pip, "--no-deps", "--no-index", *map(str, wheels))
    [packages] = (folder / "lib").glob("python*/site-packages")
    # A path file adds the folder alone: the editable hub in it stays unknown.
    libraries = sysconfig.get_path("purelib")
    (packages / "libraries.pth").write_text(libraries, encoding="utf-8")
    return folder / "bin" / "hub"


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheels")
    wheels = (
        wheel(copied_hub(folder / "hub"), folder / "built"),
        wheel(write_plugin(folder / "paper"), folder / "built"),
    )
    return fresh_environment(folder / "environment", *wheels)


@pytest.fixture
def region(hub: Path, tmp_path: Path) -> Iterator[str]:
    port = free_port()
    address = f"http://localhost:{port}"
    (tmp_path / "people.toml").write_text(PEOPLE, encoding="utf-8")
    (tmp_path / "hub.toml").write_text(
        f"""
environment = "test"
public_address = "{address}"
listen = "127.0.0.1:{port}"
database = "sqlite:///hub.db"
plugins = ["own", "regional", "password", "paper"]
methods = ["password", "paper"]
policy = "regional"
""",
        encoding="utf-8",
    )
    run(str(hub), "setup", cwd=tmp_path)
    run(str(hub), "account", "import", "people.toml", cwd=tmp_path)
    with serving((str(hub),), tmp_path, address):
        yield address


@pytest.fixture
def browsers() -> Iterator[Iterator[Browser]]:
    """As many as are taken, over real sockets."""
    with ExitStack() as opened:
        made = (Browser({}, transport=httpx.HTTPTransport()) for _ in count())
        yield (opened.enter_context(closing(each)) for each in made)


def test_a_code_on_paper_opens_what_a_password_alone_does_not_and_only_once(
    region: str, browsers: Iterator[Browser]
) -> None:
    browser = next(browsers)
    page = browser.open(f"{region}/console")
    form = page.form(asking="identifier")
    page = browser.submit(form, {"identifier": "marie.durand", "password": PASSWORD})
    asking = browser.submit(page.form(to="/paper"), {"begin": "1"})
    page = browser.submit(asking.form(asking="code"), {"code": "111111"})
    assert "Ce code n’est pas sur votre feuille" in page.alert()
    page = browser.submit(page.form(asking="code"), {"code": "204511"})
    assert page.path.startswith("/console") and page.status == 200

    other = next(browsers)
    form = other.open(f"{region}/console").form(asking="identifier")
    page = other.submit(form, {"identifier": "marie.durand", "password": PASSWORD})
    asking = other.submit(page.form(to="/paper"), {"begin": "1"})
    page = other.submit(asking.form(asking="code"), {"code": "204511"})
    assert "Ce code n’est pas sur votre feuille" in page.alert()
    assert other.submit(page.form(asking="code"), {"code": "998120"}).path.startswith("/console")


def test_twenty_lines_are_twenty_lines() -> None:
    [source] = blocks("python")
    lines = [line for line in source.splitlines() if line.strip()]
    assert len(lines) <= 20
    assert max(map(len, lines)) <= 100 and ";" not in source


def test_the_plugin_is_listed_with_its_package(hub: Path, region: str, tmp_path: Path) -> None:
    listed = run(str(hub), "plugin", "list", cwd=tmp_path)
    assert re.search(r"paper +hub-paper +1\.0 +authentication methods", listed)
