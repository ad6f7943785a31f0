"""The headers every answer carries, and the cookies a page owes."""

from collections.abc import Iterable
from typing import Final
from urllib.parse import urlsplit

import flask

from hub.web.parts import hub

_PERMISSIONS: Final = (
    "camera=(), geolocation=(), microphone=(), payment=(), usb=(), publickey-credentials-get=(self)"
)

METHOD: Final = "hub.method"
"""The method of the request itself, where a page is drawn in the place of its answer."""


def allow_form_to(addresses: Iterable[str]) -> None:
    """Let the redirect that follows a form of this page lead there.

    Chromium checks `form-action` again for each redirect after a submit (CSP 3, 6.3.2).
    """
    flask.g.hub_form_to = sorted({origin for each in addresses if (origin := origin_of(each))})


def origin_of(address: str) -> str | None:
    """`https://host:port`, or `None` for what is no web address."""
    try:
        parts = urlsplit(address)
        web = parts.scheme in {"http", "https"} and bool(parts.hostname)
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}" if web else None
    except ValueError:
        return None


def dress(answer: flask.Response) -> flask.Response:
    """Add what browsers must be told. A header a view set itself stays."""
    headers = answer.headers
    headers["Content-Security-Policy"] = _policy()
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers["Permissions-Policy"] = _PERMISSIONS
    # The address of a login is no secret to us alone once a Referer has carried it.
    on_the_way = flask.request.path.startswith(("/login/", "/logout/"))
    headers["Referrer-Policy"] = "no-referrer" if on_the_way else "same-origin"
    if hub().public_address.startswith("https://"):
        headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    if "Cache-Control" not in headers:
        headers["Cache-Control"] = "no-store"
    _bind(answer)
    return answer


def _policy() -> str:
    to = " ".join(["'self'", *flask.g.get("hub_form_to", ())])
    return (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        f"script-src 'self'; connect-src 'self'; form-action {to}; "
        "frame-ancestors 'none'; base-uri 'none'"
    )


def _bind(answer: flask.Response) -> None:
    known = flask.g.get("hub_visitor")
    # A picture asked for beside the first page would otherwise bind the browser a second time.
    shown = flask.request.headers.get("Sec-Fetch-Dest", "document") == "document"
    # Another site's form brings no Lax cookie: a new binding would cost the browser its logins.
    sent = flask.request.environ.get(METHOD, flask.request.method)
    if known and known.fresh and shown and sent in {"GET", "HEAD"}:
        answer.headers.add("Set-Cookie", hub().cookies.bind(known.browser))
