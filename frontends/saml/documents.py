"""Reads the small parts of a SAML document: each a value, or `Untrusted`."""

import re
from datetime import UTC, datetime
from typing import Any, Final

from hub import saml

_INSTANT: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?Z"
)
_ID: Final = re.compile(r"[A-Za-z_][A-Za-z0-9._-]{0,255}")

Element = Any
"""One of lxml's, which tells a type checker nothing."""


def text_of(node: Element | None, name: str) -> str:
    """The whole text of *node*: an element inside would cut it where some readers stop."""
    if node is None or len(node):
        raise saml.Untrusted(f"no_{name}")
    return (node.text or "").strip()


def one(parent: Element, tag: str) -> Element | None:
    """The only child so called, `None` where there is none."""
    found = parent.findall(tag)
    if len(found) > 1:
        raise saml.Untrusted("repeated")
    return found[0] if found else None


def instant(text: str | None) -> datetime:
    """SAML Core 1.3.3: in UTC, and said so."""
    if text is None or not _INSTANT.fullmatch(text):
        raise saml.Untrusted("instant")
    try:
        return datetime.fromisoformat(text.partition(".")[0].rstrip("Z")).replace(tzinfo=UTC)
    except ValueError:
        raise saml.Untrusted("instant") from None


def identifier(text: str | None) -> str:
    """An xs:ID that may be told back."""
    if text is None or not _ID.fullmatch(text):
        raise saml.Untrusted("id")
    return text


def boolean(text: str | None) -> bool:
    """Absent means no, everywhere in SAML."""
    match text:
        case None | "false" | "0":
            return False
        case "true" | "1":
            return True
    raise saml.Untrusted("boolean")
