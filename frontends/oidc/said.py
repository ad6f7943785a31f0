"""What is kept of an authorization request until its answer, or its error, is told."""

from collections.abc import Sequence
from typing import Any

from satosa.context import Context

from .authorize import Addressee
from .form_post import origins_of, wished


def said_of(to: Addressee, languages: Sequence[str], context: Context) -> dict[str, Any]:
    by_form = to.mode == "form_post"
    accepted = (context.http_headers or {}).get("HTTP_ACCEPT_LANGUAGE", "")
    return {
        "client_id": to.client.id,
        "redirect_uri": to.redirect_uri,
        "state": to.state,
        "mode": to.mode,
        "languages": wished(languages, accepted) if by_form else [],
        "origins": origins_of(to.client, to.redirect_uri) if by_form else [],
    }
