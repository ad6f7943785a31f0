"""`hub export register`: the register of processing, for the data protection officer."""

import argparse
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

from hub.app import compose
from hub.assembly import WEB, App
from hub.commands.retention import retention_of
from hub.configuration import read
from hub.extensions import folders, load_plugins
from hub.people.register import Line, cells, markdown, told
from hub.store.retention import Kept
from hub.web.sheets import sheet
from hub.web.words import HUB, Words, read_words

HEADS: Final = ("who", "data", "purpose", "legal_basis", "kept")


def add(nouns: Any, common: argparse.ArgumentParser) -> None:
    export = nouns.add_parser("export", help="documents for others than operators")
    verbs = export.add_subparsers(required=True, metavar="VERB")
    register = verbs.add_parser("register", parents=[common], help="who learns what, what for")
    register.add_argument("--format", choices=("markdown", "csv"), default="markdown")
    register.add_argument("--language", default="fr")
    register.set_defaults(run=_register)


def _register(given: argparse.Namespace) -> int:
    app = compose(read(given.config))
    hub = app.configuration.hub
    language = given.language if given.language in hub.languages else "fr"
    words = read_words({HUB: WEB, **folders(load_plugins(hub.plugins))}, hub.languages)
    lines = list(Register(app, words, language).lines())
    heads = [words.text(language, f"register.{each}") for each in HEADS]
    if given.format == "csv":
        print(sheet(heads, map(cells, lines)), end="")
    else:
        print(markdown(words.text(language, "register.title"), heads, lines), end="")
    return 0


class Register:
    """In the words of one language."""

    def __init__(self, app: App, words: Words, language: str) -> None:
        self._app = app
        self._words = words
        self._language = language

    def lines(self) -> Iterator[Line]:
        hub = self._app.configuration.hub
        yield from told(self._app.services.values(), hub.service, self._text("missing"))
        for name in self._app.stores:
            yield self._own(self._text("accounts", store=name), self._text("as_account"))
        for kept in retention_of(self._app).shown():
            yield self._own(self._kind(kept.kind), self._lasts(kept))

    def _own(self, data: str, lasts: str) -> Line:
        return Line(
            who=self._app.configuration.hub.theme.name,
            data=data,
            purpose=self._text("own_purpose"),
            legal_basis=self._text("own_basis"),
            kept=lasts,
        )

    def _kind(self, kind: str) -> str:
        """In the words of whoever keeps it; a plugin without them is named by its kind."""
        owner = kind.partition(".")[0] if "." in kind else HUB
        return self._words.either(self._language, f"holding.{kind}", owner, kind)

    def _lasts(self, kept: Kept) -> str:
        if kept.kept_for is None:
            return self._text("expires" if kept.expires else "as_account")
        days = kept.kept_for // timedelta(days=1)
        if days > 1:
            return self._text("days", days=days)
        return self._text("hours", hours=max(1, kept.kept_for // timedelta(hours=1)))

    def _text(self, key: str, **values: object) -> str:
        return self._words.text(self._language, f"register.{key}", **values)
