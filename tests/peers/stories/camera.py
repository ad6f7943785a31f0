"""Reads a QR code as a telephone does that looks at the screen."""

import base64
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final
from urllib.parse import unquote_to_bytes
from xml.etree import ElementTree

import segno
from segno import consts

_QUIET: Final = 4
"""Modules around it."""
_STEP: Final = re.compile(r"([Mmh])(-?[\d.]+)(?: (-?[\d.]+))?")
_PATH: Final = "{http://www.w3.org/2000/svg}path"
_DATA: Final = (consts.TYPE_DATA_DARK, consts.TYPE_DATA_LIGHT)
_BYTES: Final = 0b0100
_VEIL: Final = (True, False, True, False, True)
# ISO/IEC 18004 7.8.2, in its order; i is the row, j the column.
_MASKS: Final[Sequence[Callable[[int, int], bool]]] = (
    lambda i, j: (i + j) % 2 == 0,
    lambda i, j: i % 2 == 0,
    lambda i, j: j % 3 == 0,
    lambda i, j: (i + j) % 3 == 0,
    lambda i, j: (i // 2 + j // 3) % 2 == 0,
    lambda i, j: i * j % 2 + i * j % 3 == 0,
    lambda i, j: (i * j % 2 + i * j % 3) % 2 == 0,
    lambda i, j: ((i + j) % 2 + i * j % 3) % 2 == 0,
)


def seen(source: str) -> str:
    """What the drawing *source* (a `data:` address of SVG) says."""
    dark, size = _drawn(source)
    version = (size - 17) // 4
    # ISO/IEC 18004 7.9: the level and the mask stand beside the upper left corner.
    shape = [((8, j) in dark) != veil for j, veil in enumerate(_VEIL)]
    level, mask = _number(shape[:2]), _MASKS[_number(shape[2:])]
    bits = [((i, j) in dark) != mask(i, j) for i, j in _order(version, size)]
    return _said(_codewords(bits), version, level).decode()


def _drawn(source: str) -> tuple[frozenset[tuple[int, int]], int]:
    """Its dark modules by row and column, and how many there are in a row."""
    head, _, body = source.partition(",")
    assert head.startswith("data:image/svg+xml")
    text = base64.b64decode(body) if head.endswith("base64") else unquote_to_bytes(body)
    root = ElementTree.fromstring(text)
    *_, path = root.iter(_PATH)
    dark, x, y = set(), 0, 0.0
    for step, first, second in _STEP.findall(path.attrib["d"]):
        if step == "h":
            dark |= {(int(y) - _QUIET, x - _QUIET + each) for each in range(int(first))}
            x += int(first)
        else:
            x = int(first) + (x if step == "m" else 0)
            y = float(second) + (y if step == "m" else 0)
    return frozenset(dark), 1 + max(j for _, j in dark)


def _order(version: int, size: int) -> Iterator[tuple[int, int]]:
    """The places of the data, from the lower right corner in pairs of columns, up and down."""
    alike = segno.make("x", version=version, micro=False)
    kinds = [list(row) for row in alike.matrix_iter(border=0, verbose=True)]
    # The library counts one module too many among those of the format.
    kinds[8][size - 9] = consts.TYPE_DATA_DARK
    upwards = True
    for right in (*range(size - 1, 6, -2), 5, 3, 1):
        for i in range(size - 1, -1, -1) if upwards else range(size):
            yield from ((i, j) for j in (right, right - 1) if kinds[i][j] in _DATA)
        upwards = not upwards


def _codewords(bits: Sequence[bool]) -> Sequence[int]:
    whole = range(0, len(bits) - 7, 8)
    return [_number(bits[at : at + 8]) for at in whole]


def _number(bits: Sequence[bool]) -> int:
    return int("".join("01"[bit] for bit in bits), 2)


def _said(words: Sequence[int], version: int, level: int) -> bytes:
    lengths = [each.num_data for each in consts.ECC[version][level] for _ in range(each.num_blocks)]
    text = "".join(f"{word:08b}" for word in _joined(words, lengths))
    long = 8 if version < 10 else 16
    assert int(text[:4], 2) == _BYTES
    many, body = int(text[4 : 4 + long], 2), text[4 + long :]
    return bytes(int(body[at : at + 8], 2) for at in range(0, 8 * many, 8))


def _joined(words: Sequence[int], lengths: Sequence[int]) -> Iterable[int]:
    """The blocks one after the other: in the drawing their words alternate."""
    blocks: list[list[int]] = [[] for _ in lengths]
    coming = iter(words)
    for turn in range(max(lengths)):
        for block, length in zip(blocks, lengths, strict=True):
            if turn < length:
                block.append(next(coming))
    return [word for block in blocks for word in block]
