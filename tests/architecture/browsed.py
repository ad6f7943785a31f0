"""Which tests look at pages in Chromium: those whose fixtures and functions start one."""

import ast
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Final, TypeGuard

TESTS: Final = Path(__file__).parents[1]
STARTS: Final = TESTS / "peers/chromium.py"
"""Nothing else starts a browser: see `test_browsers_are_started_in_one_place`."""
_Definition = ast.FunctionDef | ast.ClassDef


def in_a_browser(node: str) -> bool:
    """*node* as pytest names it, below tests/."""
    path, _, name = node.partition("::")
    ahead, seen = [(TESTS / path, name)], {(TESTS / path, name)}
    while ahead:
        for each in _led_to(*ahead.pop()):
            if each[0] == STARTS:
                return True
            if each not in seen:
                seen.add(each)
                ahead.append(each)
    return False


@cache
def _led_to(path: Path, name: str) -> frozenset[tuple[Path, str]]:
    """What *name* calls or asks for as a fixture, by the file that says so."""
    found = _defined(path).get(name)
    meant = {_meant(path, each) for each in _called(found)} if found else {_meant(path, name)}
    return frozenset(each for each in meant if each)


def _meant(path: Path, name: str) -> tuple[Path, str] | None:
    """Where *name*, as *path* uses it, is defined below tests/; else `None`."""
    for at in (path, *_conftests(path)):
        if name in _defined(at):
            return at, name
        if source := _imported(at).get(name):
            return source
    return None


def _called(definition: _Definition) -> Iterator[str]:
    for part in ast.walk(definition):
        if isinstance(part, ast.FunctionDef):
            yield from _fixtures(part)
        elif isinstance(part, ast.Call) and isinstance(part.func, ast.Name):
            yield part.func.id


def _fixtures(function: ast.FunctionDef) -> Iterator[str]:
    """Arguments, and those that a mark names: `parametrize("language", ["tab", "phone"])`."""
    marks = [part for mark in function.decorator_list for part in ast.walk(mark)]
    asked = any(isinstance(each, ast.Attribute) and each.attr == "fixture" for each in marks)
    if asked or function.name.startswith("test_"):
        yield from (each.arg for each in function.args.args)
        yield from (str(each.value) for each in marks if _named(each))


def _named(part: ast.AST) -> TypeGuard[ast.Constant]:
    return (
        isinstance(part, ast.Constant) and isinstance(part.value, str) and part.value.isidentifier()
    )


def _conftests(path: Path) -> Iterator[Path]:
    """Those whose fixtures *path* may ask for, nearest first."""
    for folder in path.parents:
        if folder == TESTS.parent:
            return
        if (folder / "conftest.py").is_file():
            yield folder / "conftest.py"


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def _defined(path: Path) -> Mapping[str, _Definition]:
    kinds = (ast.FunctionDef, ast.ClassDef)
    return {each.name: each for each in _tree(path).body if isinstance(each, kinds)}


@cache
def _imported(path: Path) -> Mapping[str, tuple[Path, str]]:
    """Names that come from other files below tests/."""
    found: dict[str, tuple[Path, str]] = {}
    for each in _tree(path).body:
        if not isinstance(each, ast.ImportFrom) or not each.module:
            continue
        source = TESTS.parent / f"{each.module.replace('.', '/')}.py"
        if each.module.startswith("tests.") and source.is_file():
            found.update({name.asname or name.name: (source, name.name) for name in each.names})
    return found
