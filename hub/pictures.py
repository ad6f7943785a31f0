"""What a picture is by its own bytes, whatever it is called: its type, and how large it unfolds."""

from collections.abc import Iterator, Mapping
from struct import unpack_from
from typing import Final
from xml.parsers import expat

from hub.contract.values import value

MOST: Final = 2048
"""Pixels on a side: a file of a few kilobytes may unfold to gigabytes in every browser."""
LARGEST: Final = 200_000
"""Bytes of a picture drawn by its operator."""
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_JPEG: Final = b"\xff\xd8\xff"
# T.81 B.1.1.3: the frame headers; the three left out of the row are tables.
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_ALONE: Final = frozenset({0x01, *range(0xD0, 0xD9)})
# Whatever runs, loads, leads away or changes what it points at.
_ACTIVE: Final = frozenset(
    {"script", "foreignobject", "iframe", "a", "image", "set", "animate", "handler", "listener"}
)


@value
class Picture:
    kind: str
    width: int
    height: int


def picture_of(body: bytes) -> Picture | None:
    """A PNG, JPEG or WebP picture of a size to be shown; `None`: it is none.

    No SVG: that is a document, which may hold scripts.
    """
    for kind, read in (("image/png", _png), ("image/jpeg", _jpeg), ("image/webp", _webp)):
        if size := read(body):
            width, height = size
            fits = 0 < width <= MOST and 0 < height <= MOST
            return Picture(kind=kind, width=width, height=height) if fits else None
    return None


def wrong_with_logo(body: bytes, suffix: str) -> str:
    """What keeps an operator's own picture from being shown; empty: nothing does."""
    if not body or len(body) > LARGEST:
        return f"is empty, or larger than {LARGEST} bytes"
    if suffix == ".svg":
        return _wrong_with_svg(body)
    found = picture_of(body)
    if found is None or found.kind != "image/png":
        return f"is called .png and is no PNG picture of at most {MOST} × {MOST} pixels"
    return ""


def _png(body: bytes) -> tuple[int, int] | None:
    if not body.startswith(_PNG) or body[12:16] != b"IHDR" or len(body) < 33:
        return None
    width, height = unpack_from(">II", body, 16)
    return width, height


def _jpeg(body: bytes) -> tuple[int, int] | None:
    if not body.startswith(_JPEG):
        return None
    at = 2
    while at + 9 <= len(body) and body[at] == 0xFF:
        mark = body[at + 1]
        if mark in _FRAMES:
            height, width = unpack_from(">HH", body, at + 5)
            return width, height
        if mark == 0xFF or mark in _ALONE:
            at += 1 if mark == 0xFF else 2
            continue
        at += 2 + max(2, unpack_from(">H", body, at + 2)[0])
    return None


def _webp(body: bytes) -> tuple[int, int] | None:
    if not body.startswith(b"RIFF") or body[8:12] != b"WEBP" or len(body) < 30:
        return None
    match body[12:16]:
        case b"VP8 " if body[23:26] == b"\x9d\x01\x2a":
            width, height = unpack_from("<HH", body, 26)
            return width & 0x3FFF, height & 0x3FFF
        case b"VP8L" if body[20] == 0x2F:
            bits = unpack_from("<I", body, 21)[0]
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case b"VP8X":
            width, height = (int.from_bytes(body[at : at + 3], "little") for at in (24, 27))
            return width + 1, height + 1
        case _:
            return None


class _Unfit(Exception):
    """Says what is wrong with a drawing."""


def _wrong_with_svg(body: bytes) -> str:
    parser, names = expat.ParserCreate(), []

    def begin(name: str, attributes: Mapping[str, str]) -> None:
        names.append(_plain(name))
        for each in _active(name, attributes):
            raise _Unfit(f"holds {each}: a logo runs nothing and loads nothing")

    def declared(*_: object) -> None:
        # Entities that unfold a thousandfold, or read files.
        raise _Unfit("declares a document type: take it out")

    parser.StartElementHandler = begin
    parser.StartDoctypeDeclHandler = declared
    try:
        parser.Parse(body, True)
    except _Unfit as wrong:
        return str(wrong)
    except expat.ExpatError as wrong:
        return f"is no SVG picture: {wrong}"
    return "" if names[:1] == ["svg"] else "is no SVG picture"


def _active(name: str, attributes: Mapping[str, str]) -> Iterator[str]:
    if _plain(name) in _ACTIVE:
        yield f"<{name}>"
    for key, said in attributes.items():
        leads = _plain(key) == "href" and not said.strip().startswith("#")
        if _plain(key).startswith("on") or leads or "javascript:" in said.casefold():
            yield key


def _plain(name: str) -> str:
    return name.rpartition(":")[2].casefold()
