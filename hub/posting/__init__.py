"""The page whose form posts itself: how a service gets an answer that is too long for a redirect.

OAuth 2.0 Form Post Response Mode and the SAML POST binding are the same page. Whoever runs no
script reads a sentence and presses a button.
"""

import base64
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from babel.messages.pofile import read_po
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from hub.contract.values import value

HERE: Final = Path(__file__).parent
_SCRIPT: Final = "document.forms[0].submit()"
_STYLE: Final = (
    ":root{color-scheme:light dark}"
    "body{font:1.125rem/1.5 system-ui,sans-serif;margin:0;background:Canvas;color:CanvasText}"
    "main{max-width:36rem;margin:4rem auto;padding:0 1rem}"
    "h1{font-size:1.5rem}"
    "button{font:inherit;padding:.75rem 1.5rem;min-height:2.75rem}"
)
_MOST: Final = 20


@value
class Posting:
    """What is posted where. *origins* are all that the form may ever lead to."""

    address: str
    fields: Mapping[str, str]
    origins: Sequence[str]
    languages: Sequence[str] = ()
    """As wished, most wanted first; the page speaks the first of the hub's otherwise."""


@value
class Page:
    html: str
    headers: tuple[tuple[str, str], ...]


class PostingPage:
    """Drawn without the hub's frame: it is seen for a moment, on the way out."""

    def __init__(self, languages: Sequence[str]) -> None:
        files = FileSystemLoader(HERE / "templates")
        pages = Environment(loader=files, autoescape=True, undefined=StrictUndefined)
        self._page = pages.get_template("form.html")
        self._words = {each: found for each in languages if (found := _catalogue(each))}

    def drawn(self, posting: Posting) -> Page:
        wishes = (*posting.languages, *self._words)
        language = next(each for each in wishes if each in self._words)
        html = self._page.render(
            language=language,
            t=self._words[language],
            address=posting.address,
            fields=posting.fields.items(),
            style=Markup(_STYLE),  # noqa: S704 - ours, and named by its hash
            script=Markup(_SCRIPT),  # noqa: S704
        )
        policy = ("Content-Security-Policy", _policy(tuple(posting.origins)))
        return Page(html=html, headers=(("Cache-Control", "no-store"), policy))


def origins_of(addresses: Iterable[str]) -> list[str]:
    """Chromium checks `form-action` again where the service redirects to: any place of its own."""
    return sorted({origin for each in addresses if (origin := _origin(each))})


def wished(languages: Sequence[str], accepted: str) -> list[str]:
    """The languages the service wishes, then the browser's, most wanted first."""
    tags = [*languages, *(each.partition(";")[0].strip() for each in accepted.split(","))]
    return list(dict.fromkeys(tag.partition("-")[0].lower() for tag in tags[:_MOST]))


@lru_cache(maxsize=1024)
def _policy(origins: tuple[str, ...]) -> str:
    return (
        f"default-src 'none'; script-src {_hashed(_SCRIPT)}; style-src {_hashed(_STYLE)}; "
        f"form-action {' '.join(origins)}; frame-ancestors 'none'; base-uri 'none'"
    )


@lru_cache(maxsize=1024)
def _origin(address: str) -> str | None:
    parts = urlsplit(address)
    # Anything else would end the directive and begin another.
    plain = all(each.isalnum() or each in ".-:_[]" for each in parts.netloc)
    web = parts.scheme in ("http", "https") and bool(parts.netloc)
    return f"{parts.scheme}://{parts.netloc}" if web and plain else None


def _hashed(text: str) -> str:
    return f"'sha256-{base64.b64encode(sha256(text.encode()).digest()).decode()}'"


def _catalogue(language: str) -> Mapping[str, str]:
    file = HERE / "locale" / f"{language}.po"
    if not file.is_file():
        return {}
    with file.open("rb") as text:
        return {str(each.id): str(each.string) for each in read_po(text) if each.id}
