"""Reads the few DER values and texts a card's certificate holds, whatever stands there."""

import unicodedata
from typing import Final

LONGEST: Final = 128
"""Characters of one name: longer ones are cut, so that no certificate fills a page."""
LONGEST_INNER: Final = 256
"""Octets of one national extension: none is longer than a card's number."""

_INTEGER: Final = 0x02
_OCTETS: Final = 0x04
_PRINTABLE: Final = 0x13
_UTF8: Final = 0x0C


def line(text: str, longest: int = LONGEST) -> str:
    """One line without control characters, blanks around it taken off."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())[:longest].strip()
    # NFC: "é" in one sign or two is one name. Half a surrogate pair fits into no UTF-8.
    whole = unicodedata.normalize("NFC", text.encode(errors="ignore").decode())
    shown = "".join(sign if sign.isprintable() else " " for sign in whole)
    return " ".join(shown.split())[:longest].strip()


def small_integer(der: bytes) -> int | None:
    """An INTEGER of one octet, as card types and professions are; `None`: anything else."""
    inner = _inner(der, _INTEGER)
    return inner[0] if inner is not None and len(inner) == 1 and inner[0] < 0x80 else None


def octet(der: bytes) -> int | None:
    """An OCTET STRING of one octet, as the product category is."""
    inner = _inner(der, _OCTETS)
    return inner[0] if inner is not None and len(inner) == 1 else None


def printable(der: bytes) -> str:
    """A PrintableString or UTF8String; empty for anything else."""
    inner = _inner(der, _PRINTABLE)
    if inner is None:
        inner = _inner(der, _UTF8)
    return "" if inner is None else line(inner.decode(errors="ignore"))


def _inner(der: bytes, tag: int) -> bytes | None:
    """The content of the one value that *der* is: short form of length, nothing behind it."""
    if not 2 <= len(der) <= LONGEST_INNER or der[0] != tag or der[1] >= 0x80:
        return None
    return der[2:] if len(der) == 2 + der[1] else None
