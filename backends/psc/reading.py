"""Reads what PSC sends, whatever its shape: a text is a text, anything else is nothing.

PSC writes "" for what it does not know, leaves whole blocks out, and changes without notice.
"""

import unicodedata
from collections.abc import Mapping
from typing import Any, Final

LONGEST: Final = 255
"""Characters of one value: longer ones are cut, so that no answer fills a session."""


def text_of(block: Mapping[str, Any], name: str, longest: int = LONGEST) -> str:
    """One line without control characters, blanks around it taken off; empty for all else."""
    found = block.get(name)
    return line(found, longest) if isinstance(found, str) else ""


def line(text: str, longest: int = LONGEST) -> str:
    # NFC: "é" in one sign or two is one name. Half a surrogate pair fits into no UTF-8.
    whole = unicodedata.normalize("NFC", text.encode(errors="ignore").decode())
    shown = "".join(sign if sign.isprintable() else " " for sign in whole)
    return " ".join(shown.split())[:longest].strip()


def block_of(block: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = block.get(name)
    return found if isinstance(found, Mapping) else {}


def blocks_of(block: Mapping[str, Any], name: str, most: int) -> list[Mapping[str, Any]]:
    """The objects of a list; a single one where a list is due counts as a list of one."""
    found = block.get(name)
    every = found if isinstance(found, list) else [found]
    return [each for each in every if isinstance(each, Mapping)][:most]


def texts_of(block: Mapping[str, Any], name: str, most: int) -> list[str]:
    found = block.get(name)
    every = found if isinstance(found, list) else [found]
    return [line(each) for each in every if isinstance(each, str) and line(each)][:most]
