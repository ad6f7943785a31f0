"""The tree says of itself what the packaging, the README and the rules say of it."""

import tomllib
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
FOLDERS = PROJECT["tool"]["setuptools"]["package-dir"]
CODE = [path for folder in FOLDERS.values() for path in sorted((ROOT / folder).rglob("*.py"))]
MIGRATION = "versions"


def packages_on_disk() -> set[str]:
    found: set[str] = set()
    for package, folder in FOLDERS.items():
        for init in (ROOT / folder).rglob("__init__.py"):
            below = init.parent.relative_to(ROOT / folder).parts
            found.add(".".join((package, *below)))
    return found


def test_every_package_on_disk_is_in_the_wheel_and_no_other() -> None:
    assert packages_on_disk() == set(PROJECT["tool"]["setuptools"]["packages"])


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_is_one_subject(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 300


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_says_what_it_is_for(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not text.strip() or text.startswith('"""')


@pytest.mark.parametrize(("name", "module"), PROJECT["project"]["entry-points"]["hub"].items())
def test_every_plugin_named_can_be_imported(name: str, module: str) -> None:
    assert import_module(module).__name__ == module


@pytest.mark.parametrize("folder", ["plugins", "backends", "frontends", "services_catalog"])
def test_plugins_import_the_hub_through_its_front_door(folder: str) -> None:
    for path in (ROOT / folder).rglob("*.py"):
        if MIGRATION in path.parts:
            continue
        for line in path.read_text(encoding="utf-8").splitlines():
            words = line.split()
            if words[:1] == ["from"] and words[1].split(".")[0] == "hub":
                assert words[1] == "hub", f"{path}: {line}"


def test_no_hook_is_undocumented() -> None:
    from hub.contract import hookspecs

    hooks = [thing for thing in vars(hookspecs).values() if hasattr(thing, "hub_spec")]
    assert len(hooks) == 15
    assert all(hook.__doc__ for hook in hooks)


def test_locks_carry_hashes_and_no_address() -> None:
    for lock in (ROOT / "requirements").glob("*.txt"):
        text = lock.read_text(encoding="utf-8")
        assert "://" not in text
        pinned = [line for line in text.splitlines() if "==" in line and not line.startswith(" ")]
        assert pinned and text.count("--hash=sha256:") >= len(pinned)
