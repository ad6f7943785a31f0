"""The agent's own sentences, French first."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from babel.messages.pofile import read_po

FOLDER: Final = Path(__file__).parent / "locale"
LANGUAGES: Final = ("fr", "en")

Catalogue = Mapping[str, str]


def catalogue(language: str) -> Catalogue:
    with (FOLDER / f"{language}.po").open("rb") as opened:
        return {str(each.id): str(each.string) for each in read_po(opened) if each.id}


def spoken(environ: Mapping[str, str] = os.environ) -> str:
    """The language of the workstation, when it is one of ours; else French."""
    wanted = (environ.get(name, "")[:2].lower() for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return next((each for each in wanted if each in LANGUAGES), LANGUAGES[0])
