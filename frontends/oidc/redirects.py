"""Where a client may have browsers sent: what it may register, and what then matches (RFC 8252)."""

import re
from collections.abc import Iterator, Sequence
from typing import Final, Literal
from urllib.parse import urlsplit

ApplicationType = Literal["web", "native"]

WEB_ADDRESS: Final = "must be https without fragment (http on loopback in the demo)"
_NATIVE_ADDRESS: Final = (
    "must be https, http://127.0.0.1/… or http://[::1]/…, or a private scheme such as"
    " com.example.app:/back, without fragment"
)
_ON_THIS_MACHINE: Final = frozenset({"localhost", "127.0.0.1", "::1"})
# The literal addresses only: a name may be resolved to another machine (RFC 8252 8.3).
_LOOPBACK: Final = re.compile(r"(http://(?:127\.0\.0\.1|\[::1\]))(?::([0-9]{1,5}))?(/.*)?")
# Its letters end up in headers of ours; no `@` either, before which somebody else's name stands.
_PLACE: Final = re.compile(r"([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]+)?")
# RFC 8252 7.1: a domain read backwards. The dot also keeps javascript:, data: and the like out.
_PRIVATE: Final = re.compile(r"[a-z][a-z0-9-]*(\.[a-z0-9-]+)+:/[!-~]*")


def unfit(uri: str, kind: ApplicationType, *, relaxed: bool) -> str | None:
    """Why *uri* may not be registered; *relaxed* lets web clients listen on this machine."""
    if may_be_sent_to(uri, relaxed=relaxed) or (kind == "native" and _of_an_application(uri)):
        return None
    return _NATIVE_ADDRESS if kind == "native" else WEB_ADDRESS


def matches(uri: str, registered: Sequence[str], kind: ApplicationType) -> bool:
    """Letter by letter; an application on this machine listens on whichever port is free."""
    if uri in registered:
        return True
    without_port = _without_port(uri) if kind == "native" else None
    return without_port is not None and without_port in map(_without_port, registered)


def may_be_sent_to(uri: str, *, relaxed: bool) -> bool:
    """Whether *uri* is an address on the web to which a browser is safely sent."""
    try:
        parts = urlsplit(uri)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    if not host or "#" in uri or not _plain(uri) or not _PLACE.fullmatch(parts.netloc):
        return False
    return parts.scheme == "https" or (
        relaxed and parts.scheme == "http" and host in _ON_THIS_MACHINE
    )


def origin_of(uri: str) -> str | None:
    """`https://host:port`, or `None` for what is no web address."""
    parts = urlsplit(uri)
    web = parts.scheme in ("http", "https") and bool(parts.netloc)
    return f"{parts.scheme}://{parts.netloc}" if web else None


def unfit_origins(given: Sequence[str], *, relaxed: bool) -> Iterator[str]:
    for each in given:
        if not may_be_sent_to(each, relaxed=relaxed) or origin_of(each) != each:
            yield f"{each!r} must be scheme, host and port of a site: https://app.example"


def _of_an_application(uri: str) -> bool:
    if "#" in uri or not _plain(uri):
        return False
    return _without_port(uri) is not None or _PRIVATE.fullmatch(uri) is not None


def _without_port(uri: str) -> str | None:
    found = _LOOPBACK.fullmatch(uri)
    if found is None:
        return None
    host, port, rest = found.groups(default="")
    return f"{host}{rest}" if port == "" or 0 < int(port) <= 65535 else None


def _plain(uri: str) -> bool:
    return uri.isascii() and uri.isprintable() and " " not in uri and "\\" not in uri
