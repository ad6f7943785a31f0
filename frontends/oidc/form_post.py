"""Gives a service its answer: by redirect, or in a form that posts itself (OAuth form_post)."""

import base64
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from babel.messages.pofile import read_po
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from satosa.response import Response

from .answers import NO_STORE, sent_to
from .clients import Client
from .redirects import origin_of

HERE: Final = Path(__file__).parent
RESPONSE_MODES: Final = ("query", "form_post")
_SCRIPT: Final = "document.forms[0].submit()"
_STYLE: Final = (
    ":root{color-scheme:light dark}"
    "body{font:1.125rem/1.5 system-ui,sans-serif;margin:0;background:Canvas;color:CanvasText}"
    "main{max-width:36rem;margin:4rem auto;padding:0 1rem}"
    "h1{font-size:1.5rem}"
    "button{font:inherit;padding:.75rem 1.5rem;min-height:2.75rem}"
)


class Delivery:
    def __init__(self, languages: Sequence[str]) -> None:
        files = FileSystemLoader(HERE / "templates")
        pages = Environment(loader=files, autoescape=True, undefined=StrictUndefined)
        self._page = pages.get_template("form_post.html")
        self._words = {each: found for each in languages if (found := _catalogue(each))}

    def give(self, said: Mapping[str, Any], parameters: Mapping[str, str | None]) -> Response:
        """*said* is what was kept of the request; *parameters* without text are left out."""
        if said["mode"] == "query":
            return sent_to(said["redirect_uri"], parameters)
        wishes = (*said["languages"], *self._words)
        language = next(each for each in wishes if each in self._words)
        page = self._page.render(
            language=language,
            t=self._words[language],
            address=said["redirect_uri"],
            fields=[(name, text) for name, text in parameters.items() if text],
            style=Markup(_STYLE),  # noqa: S704 - ours, and named by its hash
            script=Markup(_SCRIPT),  # noqa: S704
        )
        headers = [NO_STORE, ("Content-Security-Policy", _policy(said["origins"]))]
        return Response(page, headers=headers, content="text/html; charset=utf-8")


def mode_of(asked: str | None, redirect_uri: str) -> str:
    """How even an error is told: what cannot be understood goes by redirect."""
    # An application's own scheme takes no form.
    return "form_post" if asked == "form_post" and origin_of(redirect_uri) else "query"


def origins_of(client: Client, redirect_uri: str) -> list[str]:
    """Chromium checks `form-action` again where the service redirects to: any place of its own."""
    declared = client.declared
    every = (redirect_uri, *declared.redirect_uris, *declared.post_logout_redirect_uris)
    return sorted({origin for each in every if (origin := origin_of(each))})


def wished(languages: Sequence[str], accepted: str) -> list[str]:
    """The languages the service wishes, then the browser's, most wanted first."""
    tags = [*languages, *(each.partition(";")[0].strip() for each in accepted.split(","))]
    return list(dict.fromkeys(tag.partition("-")[0].lower() for tag in tags[:20]))


def _policy(origins: Sequence[str]) -> str:
    return (
        f"default-src 'none'; script-src {_hashed(_SCRIPT)}; style-src {_hashed(_STYLE)}; "
        f"form-action {' '.join(origins)}; frame-ancestors 'none'; base-uri 'none'"
    )


def _hashed(text: str) -> str:
    return f"'sha256-{base64.b64encode(sha256(text.encode()).digest()).decode()}'"


def _catalogue(language: str) -> Mapping[str, str]:
    file = HERE / "locale" / f"{language}.po"
    if not file.is_file():
        return {}
    with file.open("rb") as text:
        return {str(each.id): str(each.string) for each in read_po(text) if each.id}
