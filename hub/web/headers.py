"""The headers every answer carries, and the cookies a page owes."""

import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import urlsplit

import flask

from hub.web.parts import hub

_PERMISSIONS: Final = (
    "camera=(), geolocation=(), microphone=(), payment=(), usb=(), publickey-credentials-get=(self)"
)

_INERT: Final = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
_HOST: Final = re.compile(r"[A-Za-z0-9._-]+(:[0-9]+)?")
# RFC 8252 7.3: an application listens on any port. Chromium ignores sources with `[::1]`.
_LOOPBACK: Final = {"127.0.0.1": "http://127.0.0.1:*", "::1": "http:"}

_WORKSTATION: Final = re.compile(r"http://127\.0\.0\.1:[0-9]{1,5}")

METHOD: Final = "hub.method"
"""The method of the request itself, where a page is drawn in the place of its answer."""


def allow_form_to(addresses: Iterable[str]) -> None:
    """Let the redirect that follows a form of this page lead there.

    Chromium checks `form-action` again for each redirect after a submit (CSP 3, 6.3.2).
    """
    flask.g.hub_form_to = sorted({origin for each in addresses if (origin := origin_of(each))})


def allow_frames_of(addresses: Iterable[str]) -> None:
    """Let frames of this page show these addresses, and nobody else's."""
    flask.g.hub_frames_of = sorted({origin for each in addresses if (origin := origin_of(each))})


def origin_of(address: str) -> str | None:
    """As `form-action` names it: `https://host:port`, `com.example.app:`; or `None`."""
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not host:
        # RFC 8252 7.1: a private scheme is a domain read backwards; `javascript:` has no dot.
        return f"{parts.scheme}:" if "." in parts.scheme else None
    if parts.scheme == "http" and host in _LOOPBACK:
        return _LOOPBACK[host]
    at = parts.netloc.rpartition("@")[2]
    # Anything else would end the directive, or the header, and begin another.
    return f"{parts.scheme}://{at}" if _HOST.fullmatch(at) else None


def allow_script_to(address: str) -> None:
    """Let the script of this page speak to a program on the person's own workstation."""
    # Whatever a method says, a page of ours never speaks to anybody else's machine.
    if _WORKSTATION.fullmatch(address):
        flask.g.hub_script_to = address


_ALWAYS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": _PERMISSIONS,
}


def dress(answer: flask.Response) -> flask.Response:
    """Add what browsers must be told. A header a view set itself stays."""
    # Opened by its own address, a drawing is a document: it runs nothing in the hub's name.
    picture = (answer.mimetype or "").startswith("image/")
    # The address of a login is no secret to us alone once a Referer has carried it.
    on_the_way = flask.request.path.startswith(("/login/", "/logout/"))
    told = {
        "Content-Security-Policy": _INERT if picture else _policy(),
        "Referrer-Policy": "no-referrer" if on_the_way else "same-origin",
        **_ALWAYS,
    }
    if hub().public_address.startswith("https://"):
        told["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    own = {name.title() for name, _ in answer.headers}
    if "Cache-Control" not in own:
        told["Cache-Control"] = "no-store"
    for name, text in told.items():
        # To set one looks through all the others.
        if name in own:
            answer.headers[name] = text
        else:
            answer.headers.add(name, text)
    _bind(answer)
    return answer


def _policy() -> str:
    to = " ".join(["'self'", *flask.g.get("hub_form_to", ())])
    framed = " ".join(["'self'", *flask.g.get("hub_frames_of", ())])
    spoken = f"'self' {flask.g.get('hub_script_to', '')}".rstrip()
    return (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        f"script-src 'self'; connect-src {spoken}; form-action {to}; "
        f"frame-src {framed}; frame-ancestors {_around()}; base-uri 'none'"
    )


def _around() -> str:
    # A page of ours inside a stranger's would have its buttons clicked blindly.
    return "'self'" if flask.g.get("hub_framed") else "'none'"


def _bind(answer: flask.Response) -> None:
    known = flask.g.get("hub_visitor")
    # A picture asked for beside the first page would otherwise bind the browser a second time.
    shown = flask.request.headers.get("Sec-Fetch-Dest", "document") == "document"
    # Another site's form brings no Lax cookie: a new binding would cost the browser its logins.
    sent = flask.request.environ.get(METHOD, flask.request.method)
    if known and known.fresh and shown and sent in {"GET", "HEAD"}:
        answer.headers.add("Set-Cookie", hub().cookies.bind(known.browser))
