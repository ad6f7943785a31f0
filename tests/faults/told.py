"""What a page says, compared with the catalogue; what no page may say."""

import re
from functools import cache
from pathlib import Path
from typing import Final

from babel.messages.pofile import read_po

import hub.web
import hub_frontends.oidc
import hub_plugins.methods
from tests.flows.browser import Page

_METHODS: Final = Path(str(hub_plugins.methods.__file__)).parent
_BOOKS: Final = {
    "hub": Path(str(hub.web.__file__)).parent,
    "oidc": Path(str(hub_frontends.oidc.__file__)).parent,
    **{name: _METHODS / name for name in ("password", "sent_code", "totp")},
}
SUPPORT: Final = re.compile(r"\b[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{2}\b")
_INNARDS: Final = ("Traceback", 'File "', "sqlite", "sqlalchemy", "Error:", "hub.db")


def says(page: Page, key: str, book: str = "hub") -> bool:
    """Whether *page* shows the French sentence of *key*, up to its first hole."""
    sentence = _sentences(book)[key].partition("%(")[0]
    return " ".join(sentence.split()) in page.words


def assert_clear(page: Page) -> None:
    """A page of the hub with a support code, and nothing of its insides."""
    assert SUPPORT.search(page.words), page.words
    assert not any(each in page.text for each in _INNARDS), page.text


@cache
def _sentences(book: str) -> dict[str, str]:
    with (_BOOKS[book] / "locale" / "fr.po").open("rb") as file:
        return {_one(each.id): _one(each.string) for each in read_po(file) if each.id}


def _one(text: object) -> str:
    return str(text[0]) if isinstance(text, tuple | list) else str(text)
