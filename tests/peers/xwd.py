"""What a screen without a screen shows: Xvfb's frame buffer, as PNG."""

import struct
import zlib
from pathlib import Path

_FIELDS = 25
_HEADER, _WIDTH, _HEIGHT, _BITS, _LINE, _COLOURS = 0, 4, 5, 11, 12, 19
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_RGB = 2


def png(frame: bytes) -> bytes:
    """*frame*: a file in X's own format (XWD, version 7), 32 bits to a point, blue first."""
    fields = struct.unpack_from(f">{_FIELDS}I", frame)
    assert fields[_BITS] == 32, "Xvfb was started with a depth of 24"
    width, height, line = fields[_WIDTH], fields[_HEIGHT], fields[_LINE]
    start = fields[_HEADER] + 12 * fields[_COLOURS]
    rows = b"".join(
        b"\0" + _row(frame[at : at + 4 * width]) for at in range(start, start + height * line, line)
    )
    shape = struct.pack(">IIBBBBB", width, height, 8, _RGB, 0, 0, 0)
    chunks = ((b"IHDR", shape), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return _SIGNATURE + b"".join(_chunk(name, content) for name, content in chunks)


def keep(frame: Path, file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(png(frame.read_bytes()))


def _row(points: bytes) -> bytes:
    made = bytearray(len(points) // 4 * 3)
    made[0::3], made[1::3], made[2::3] = points[2::4], points[1::4], points[0::4]
    return bytes(made)


def _chunk(name: bytes, content: bytes) -> bytes:
    checked = zlib.crc32(name + content)
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", checked)
