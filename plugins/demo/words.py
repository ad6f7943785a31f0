"""The sentences of the demo services, French first."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from babel.messages.pofile import read_po

FOLDER = Path(__file__).parent / "locale"
LANGUAGES = ("fr", "en")

Catalogue = Mapping[str, str]


def catalogues() -> Mapping[str, Catalogue]:
    return {language: _catalogue(FOLDER / f"{language}.po") for language in LANGUAGES}


def language(accepted: Sequence[str]) -> str:
    """The first language of the browser that exists here, or French."""
    wanted = (each.replace("_", "-").split("-")[0].lower() for each in accepted)
    return next((each for each in wanted if each in LANGUAGES), LANGUAGES[0])


def _catalogue(file: Path) -> Catalogue:
    with file.open("rb") as opened:
        return {str(m.id): str(m.string) for m in read_po(opened) if m.id}
