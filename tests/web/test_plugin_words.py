"""Every plugin says everything it says in both languages, and explains each of its refusals."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from hub.web.words import HUB, Texts, read_words
from tests.web.site import WEB

ROOT = Path(__file__).parents[2]
TOPS = ("plugins", "backends", "frontends", "services_catalog")
FOLDERS = sorted(each.parent for top in TOPS for each in (ROOT / top).rglob("locale"))
REFUSAL = re.compile(r"""Refusal\(\s*code=f?["']([\w.]+)["']""")
KEY = re.compile(r"""\bt\(\s*["']([\w.-]+)["']\s*[,)]""")
HOLE = re.compile(r"%\((\w+)\)s")


def texts(folder: Path, language: str) -> Mapping[str, str]:
    words = read_words({"own": folder}, (language,))
    return {key: _flat(text) for key, text in words._catalogues["own", language].items()}


def _flat(text: str | tuple[str, ...]) -> str:
    return text if isinstance(text, str) else " ".join(text)


def hub_keys() -> Texts:
    return read_words({HUB: WEB}, ("fr",))._catalogues[HUB, "fr"]


def name(folder: Path) -> str:
    return str(folder.relative_to(ROOT))


def test_there_are_plugins_with_words() -> None:
    assert len(FOLDERS) >= 4


@pytest.mark.parametrize("folder", FOLDERS, ids=name)
def test_both_languages_say_the_same(folder: Path) -> None:
    french, english = texts(folder, "fr"), texts(folder, "en")
    assert french.keys() == english.keys()
    for key, text in french.items():
        assert text and english[key], key
        assert set(HOLE.findall(text)) == set(HOLE.findall(english[key])), key


@pytest.mark.parametrize("folder", FOLDERS, ids=name)
def test_every_refusal_has_a_sentence_and_a_next_step(folder: Path) -> None:
    codes = {code for file in folder.glob("*.py") for code in REFUSAL.findall(file.read_text())}
    needed = {f"refusal.{code}{end}" for code in codes for end in ("", ".next")}
    assert needed - texts(folder, "fr").keys() - hub_keys().keys() == set()


@pytest.mark.parametrize("folder", FOLDERS, ids=name)
def test_every_key_of_a_template_is_written(folder: Path) -> None:
    templates = (folder / "templates").rglob("*.html")
    used = {key for file in templates for key in KEY.findall(file.read_text())}
    assert used - texts(folder, "fr").keys() - hub_keys().keys() == set()
