"""The help centre's pages: Markdown files of the hub, of each plugin, and of the operator.

`help/<language>/<number>-<name>.md` beside a plugin's words; the number orders them, the first
heading is the title. A file of the operator's replaces the page of that name, or adds one.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from markdown_it import MarkdownIt
from markupsafe import Markup

from hub.contract.errors import ConfigError
from hub.contract.values import value

_LONGEST: Final = 100_000
# No HTML of the file's own, and no link but to pages and mail addresses: whoever may write a help
# page may not thereby run a script in the portal.
_MARKDOWN: Final = MarkdownIt("commonmark", {"html": False}).enable("table")


@value
class HelpPage:
    name: str
    order: str
    title: str
    inside: Markup


class HelpCentre:
    """What was read at start, by language."""

    def __init__(self, pages: Mapping[str, Mapping[str, HelpPage]] | None = None) -> None:
        self._pages = pages or {}

    def all(self, language: str) -> Sequence[HelpPage]:
        found = {**self._first(), **self._pages.get(language, {})}
        return sorted(found.values(), key=lambda each: (each.order, each.name))

    def find(self, language: str, name: str) -> HelpPage | None:
        """In the first language when this one lacks it."""
        return self._pages.get(language, {}).get(name) or self._first().get(name)

    def _first(self) -> Mapping[str, HelpPage]:
        return next(iter(self._pages.values()), {})


def read_help(folders: Iterable[Path], languages: Sequence[str]) -> HelpCentre:
    """Each folder holds one folder a language; the last wins. Raise `ConfigError`."""
    places = list(folders)
    return HelpCentre(
        {
            language: {
                each.name: each
                for folder in places
                for each in map(_read, sorted((folder / language).glob("*.md")))
            }
            for language in languages
        }
    )


def _read(file: Path) -> HelpPage:
    order, _, name = file.stem.partition("-")
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(str(file), f"cannot be read: {type(error).__name__}") from None
    head, _, body = text.lstrip("\ufeff").partition("\n")
    if not head.startswith("# ") or len(text) > _LONGEST:
        raise ConfigError(str(file), "begins with no `# title`, or is longer than 100 000 letters")
    inside = Markup(_MARKDOWN.render(body))  # noqa: S704 what the file says is escaped by it
    return HelpPage(name=name or file.stem, order=order, title=head[2:].strip(), inside=inside)
