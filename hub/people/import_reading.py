"""A CSV file of people, read line by line: how it is written, what each line says. Pure.

Whatever the file holds, one line at most stands in memory, and none is lost without a reason.
"""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from typing import IO, Final
from unicodedata import combining, normalize

from hub.contract.values import value
from hub.people.creating import Described, described

LONGEST_LINE: Final = 4_096
"""Bytes."""
MOST_LINES: Final = 100_000
_BOM: Final = b"\xef\xbb\xbf"
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "family_name": ("nom", "surname"),
    "given_name": ("prenom", "first name"),
    "mail": ("mail", "courriel", "email", "adresse mail"),
    "mobile": ("mobile", "telephone", "telephone mobile"),
    "number": ("numero", "rpps", "adeli", "numero rpps ou adeli", "number"),
    "role": ("fonction", "role"),
    "profession": ("profession",),
    "structure": ("structure",),
}
"""For each thing said of somebody, what its column may be called."""
NEEDED: Final = ("family_name", "given_name", "role", "structure")
OURS: Final = ("ligne", "motif", "texte")
"""Columns of the file of refused lines, which may be corrected and sent again."""


@value
class Heading:
    """How the file is written, as its first line says."""

    delimiter: str
    fields: tuple[str, ...]
    """What each column is; empty for one that is left out."""
    ignored: tuple[str, ...]
    utf8: bool
    """It says so itself: no line may be anything else."""


@value
class Unread:
    """The whole file cannot be read."""

    why: str


@value
class Line:
    """One line of the file; *why* says what keeps it from being read, or nothing."""

    number: int
    typed: Described = field(default=Described(), repr=False)
    why: str = ""
    raw: str = field(default="", repr=False)
    """The line as it stands, when it could not be taken apart."""


def heading(file: IO[bytes]) -> Heading | Unread:
    """Take the first line off *file*."""
    first = file.readline(LONGEST_LINE + 1)
    if first.startswith(_UTF16):
        return Unread(why="utf16")
    if not first.strip():
        return Unread(why="empty")
    utf8, text = first.startswith(_BOM), _decoded(first.removeprefix(_BOM), utf8=False)
    if text is None or len(first) > LONGEST_LINE:
        return Unread(why="heading")
    delimiter = max(";,", key=text.count)
    names = _cells(text.rstrip("\r\n"), delimiter) or []
    fields = tuple(_field(each) for each in names)
    if any(name not in fields for name in NEEDED) or _twice(fields):
        return Unread(why="heading")
    ignored = [n for n, f in zip(names, fields, strict=True) if not f and _plain(n) not in OURS]
    return Heading(delimiter=delimiter, fields=fields, ignored=tuple(ignored[:20]), utf8=utf8)


def lines(file: IO[bytes], how: Heading) -> Iterator[Line]:
    """What follows the heading; empty lines are passed over."""
    number = 1
    while read := file.readline(LONGEST_LINE + 1):
        number += 1
        if len(read) > LONGEST_LINE and not read.endswith(b"\n"):
            _skip(file)
            yield Line(number=number, why="long")
        elif read.strip(b" \t\r\n;,"):
            yield _line(number, read, how)


def safe_cell(text: str) -> str:
    """A sheet runs what begins like a formula, whoever wrote it."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _line(number: int, read: bytes, how: Heading) -> Line:
    text = _decoded(read, utf8=how.utf8)
    if text is None:
        return Line(number=number, why="encoding", raw=read.decode("ascii", "replace").rstrip())
    bare = text.rstrip("\r\n")
    if not bare.replace("\t", " ").isprintable():
        return Line(number=number, why="characters", raw=_visible(bare))
    cells = _cells(bare, how.delimiter)
    # Half a file: what was cut off is its last line, which no line end closes.
    whole = read.endswith(b"\n")
    if cells is None:
        return Line(number=number, why="quote" if whole else "cut", raw=bare)
    if len(cells) != len(how.fields):
        return Line(number=number, why="columns" if whole else "cut", raw=bare)
    named = {name: _bare(cell) for name, cell in zip(how.fields, cells, strict=True) if name}
    return Line(number=number, typed=described(named), raw=bare)


def _decoded(read: bytes, *, utf8: bool) -> str | None:
    for encoding in ("utf-8",) if utf8 else ("utf-8", "cp1252"):
        try:
            return read.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _cells(text: str, delimiter: str) -> Sequence[str] | None:
    """`None`: a quote that nothing closes. Nothing of ours stands on two lines."""
    try:
        rows = list(csv.reader([text], delimiter=delimiter, strict=True))
    except csv.Error:
        return None
    return rows[0] if len(rows) == 1 else None


def _bare(cell: str) -> str:
    """As we wrote it into the file of refused lines, so that it may come back corrected."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell


def _field(name: str) -> str:
    plain = _plain(name)
    return next((known for known, names in COLUMNS.items() if plain in names), "")


def _plain(name: str) -> str:
    bare = "".join(s for s in normalize("NFKD", name.casefold()) if not combining(s))
    return re.sub(r"[\s_]+", " ", bare).strip()


def _twice(fields: Sequence[str]) -> bool:
    named = [each for each in fields if each]
    return len(set(named)) != len(named)


def _visible(text: str) -> str:
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)


def _skip(file: IO[bytes]) -> None:
    while (read := file.readline(LONGEST_LINE)) and not read.endswith(b"\n"):
        continue
