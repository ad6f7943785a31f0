"""Gives a service its answer: by redirect, or in a form that posts itself (OAuth form_post)."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from satosa.response import Response

from hub import posting

from .answers import sent_to
from .clients import Client
from .redirects import origin_of

RESPONSE_MODES: Final = ("query", "form_post")


class Delivery:
    def __init__(self, languages: Sequence[str]) -> None:
        self._page = posting.PostingPage(languages)

    def give(self, said: Mapping[str, Any], parameters: Mapping[str, str | None]) -> Response:
        """*said* is what was kept of the request; *parameters* without text are left out."""
        if said["mode"] == "query":
            return sent_to(said["redirect_uri"], parameters)
        page = self._page.drawn(
            posting.Posting(
                address=said["redirect_uri"],
                fields={name: text for name, text in parameters.items() if text},
                origins=said["origins"],
                languages=said["languages"],
            )
        )
        return Response(page.html, headers=[*page.headers], content="text/html; charset=utf-8")


def mode_of(asked: str | None, redirect_uri: str) -> str:
    """How even an error is told: what cannot be understood goes by redirect."""
    # An application's own scheme takes no form.
    return "form_post" if asked == "form_post" and origin_of(redirect_uri) else "query"


def origins_of(client: Client, redirect_uri: str) -> list[str]:
    declared = client.declared
    every = (redirect_uri, *declared.redirect_uris, *declared.post_logout_redirect_uris)
    return posting.origins_of(every)
