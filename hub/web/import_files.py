"""The files a référent takes home: the model to fill in, and the lines that were refused."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

import flask

from hub.people.creating import FIELDS
from hub.people.import_reading import safe_cell
from hub.people.importing import Fate, ImportLine, ImportsBook

MODEL: Final = (
    "nom",
    "prénom",
    "mail",
    "mobile",
    "numéro",
    "fonction",
    "profession",
    "structure",
)
"""In the order of `hub.people.creating.FIELDS`."""
_AT_ONCE: Final = 500
Rows = Iterable[Sequence[str]]


def download(rows: Rows, name: str) -> flask.Response:
    """Written while it is sent: a hundred thousand lines never stand in memory."""
    answer = flask.Response(flask.stream_with_context(_text(rows)))
    answer.headers["Content-Type"] = "text/csv; charset=utf-8"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def refused_lines(book: ImportsBook, run: str, why: Callable[[ImportLine], str]) -> Rows:
    """Every cell as text: names that strangers wrote are opened by a sheet."""
    yield ("ligne", *MODEL, "motif", "texte")
    after = 0
    while lines := book.page(run, Fate.REFUSED, after, _AT_ONCE):
        for each in lines:
            cells = [str(getattr(each.typed, name)) for name in FIELDS]
            raw = "" if any(cells) else each.raw
            yield [safe_cell(cell) for cell in (str(each.number), *cells, why(each), raw)]
        after = lines[-1].number


def _text(rows: Rows) -> Iterator[bytes]:
    # Without it the usual spreadsheet reads accents as other signs.
    yield b"\xef\xbb\xbf"
    for row in rows:
        line = io.StringIO()
        csv.writer(line, delimiter=";").writerow(row)
        yield line.getvalue().encode()
