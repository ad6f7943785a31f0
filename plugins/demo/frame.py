"""What the pages of all demo services share: their frame, their words, what guards them."""

from collections.abc import Mapping
from typing import Any

from flask import Flask, request
from werkzeug.wrappers import Response

from .party import Site
from .words import Catalogue, language


def framed(site: Site, spoken: Mapping[str, Catalogue]) -> Flask:
    app = Flask(__name__, template_folder="templates", static_folder="static")
    app.secret_key = site.key
    # All ports of localhost share their cookies: each service needs a name of its own.
    app.config.update(
        SESSION_COOKIE_NAME=f"{site.name}_demo",
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_HTTPONLY=True,
    )
    app.after_request(_guarded)
    app.context_processor(lambda: _words(site, spoken))
    return app


def asked_language() -> str:
    return language([name for name, _ in request.accept_languages])


def well_formed(kind: str, record: str) -> bool:
    if kind == "message":
        return record.isascii() and record.isdigit() and len(record) <= 12
    return len(record) <= 64 and all(part.isdigit() for part in record.split("."))


def _words(site: Site, spoken: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    words = spoken[asked_language()]

    def t(key: str, /, **values: str) -> str:
        sentence = words.get(key, key)
        return sentence % values if values else sentence

    return {"t": t, "knows": words.__contains__, "party": site, "language": asked_language()}


def _guarded(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'"
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
