"""Pictures are what their bytes say: none unfolds to gigabytes, none runs anything."""

import zlib
from struct import pack

import pytest

from hub.pictures import LARGEST, MOST, Picture, picture_of, wrong_with_logo

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>'


def png(width: int = 9, height: int = 9) -> bytes:
    """A whole one: header, one row of grey, end."""
    parts = [b"\x89PNG\r\n\x1a\n"]
    head = pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    for name, body in ((b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 10)), (b"IEND", b"")):
        parts.append(pack(">I", len(body)) + name + body + pack(">I", zlib.crc32(name + body)))
    return b"".join(parts)


def jpeg(width: int = 9, height: int = 9, mark: int = 0xC2) -> bytes:
    comment = b"\xff\xfe" + pack(">H", 6) + b"\xff\xc0\xff\xc0"
    frame = b"\xff" + bytes([mark]) + pack(">HBHHB", 11, 8, height, width, 1) + b"\1\x11\0"
    return b"\xff\xd8\xff\xe0" + pack(">H", 4) + b"JF" + comment + b"\xff" + frame + b"\xff\xd9"


def webp(chunk: bytes) -> bytes:
    return b"RIFF" + pack("<I", len(chunk) + 4) + b"WEBP" + chunk + b"\0" * 9


def lossy(width: int, height: int) -> bytes:
    return webp(b"VP8 " + pack("<I", 10) + b"\0\0\0\x9d\x01\x2a" + pack("<HH", width, height))


def lossless(width: int, height: int) -> bytes:
    bits = width - 1 | height - 1 << 14
    return webp(b"VP8L" + pack("<I", 5) + b"\x2f" + pack("<I", bits))


def extended(width: int, height: int) -> bytes:
    sides = b"".join((each - 1).to_bytes(3, "little") for each in (width, height))
    return webp(b"VP8X" + pack("<I", 10) + b"\0\0\0\0" + sides)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (png(64, 48), "image/png"),
        (jpeg(64, 48), "image/jpeg"),
        (lossy(64, 48), "image/webp"),
        (lossless(64, 48), "image/webp"),
        (extended(64, 48), "image/webp"),
    ],
)
def test_its_own_bytes_say_what_it_is_and_how_large(body: bytes, kind: str) -> None:
    assert picture_of(body) == Picture(kind=kind, width=64, height=48)


@pytest.mark.parametrize("make", [png, jpeg, lossy, lossless, extended])
@pytest.mark.parametrize("sides", [(MOST + 1, 9), (9, MOST + 1)])
def test_a_bomb_is_no_picture(make: object, sides: tuple[int, int]) -> None:
    assert callable(make) and picture_of(make(MOST, MOST)) is not None
    assert picture_of(make(*sides)) is None


@pytest.mark.parametrize("body", [png(0, 9), png(0xFFFFFFFF, 0xFFFFFFFF), jpeg(9, 0)])
def test_sides_nobody_can_draw_are_none(body: bytes) -> None:
    assert picture_of(body) is None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<!doctype html><script>alert(1)</script>",
        SVG,
        b"GIF89a\x01\0\x01\0<script>alert(1)</script>",
        b"BM" + b"\0" * 99,
        b"%PDF-1.7",
        b"\x89PNG\r\n\x1a\n<html>" + b"." * 99,
        b"\xff\xd8\xff" + b"<html>" * 9,
        b"RIFF\0\0\0\0WEBPVP8 ",
        b"RIFF\0\0\0\0WEBP<script>alert(1)</script>.......",
    ],
)
def test_documents_and_beginnings_of_pictures_are_none(body: bytes) -> None:
    assert picture_of(body) is None


@pytest.mark.parametrize("whole", [png(), jpeg(), extended(9, 9)])
def test_half_a_file_is_read_without_an_error(whole: bytes) -> None:
    for end in range(len(whole)):
        picture_of(whole[:end])


@pytest.mark.parametrize(("body", "suffix"), [(SVG, ".svg"), (png(), ".png")])
def test_a_plain_logo_is_shown(body: bytes, suffix: str) -> None:
    assert wrong_with_logo(body, suffix) == ""


@pytest.mark.parametrize(
    ("inside", "said"),
    [
        ("<script>alert(1)</script>", "<script>"),
        ("<x:script xmlns:x='http://www.w3.org/2000/svg'/>", "<x:script>"),
        ("<foreignObject/>", "<foreignObject>"),
        ("<g onload='alert(1)'/>", "onload"),
        ("<a href='https://elsewhere.test/'/>", "<a>"),
        ("<use href='https://elsewhere.test/x.svg#y'/>", "href"),
        ("<use x:href='data:,y' xmlns:x='http://www.w3.org/1999/xlink'/>", "x:href"),
        ("<animate attributeName='href'/>", "<animate>"),
    ],
)
def test_a_drawing_that_runs_or_loads_is_refused_with_what_it_holds(inside: str, said: str) -> None:
    body = SVG.replace(b"</svg>", inside.encode() + b"</svg>")
    assert wrong_with_logo(body, ".svg").startswith(f"holds {said}: a logo runs nothing")


def test_entities_that_unfold_are_never_unfolded() -> None:
    bomb = b'<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + SVG
    assert "document type" in wrong_with_logo(bomb, ".svg")


@pytest.mark.parametrize(
    ("body", "suffix"),
    [
        (b"", ".png"),
        (b"", ".svg"),
        (b"<html><script/></html>", ".png"),
        (b"<html></html>", ".svg"),
        (SVG[:-3], ".svg"),
        (jpeg(), ".png"),
        (SVG, ".png"),
        (png(MOST + 1, 9), ".png"),
        (png() + b"\0" * LARGEST, ".png"),
    ],
)
def test_what_is_not_what_its_name_says_is_refused_with_a_sentence(
    body: bytes, suffix: str
) -> None:
    assert wrong_with_logo(body, suffix).startswith(("is ", "holds "))
