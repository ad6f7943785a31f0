"""Tables for a spreadsheet, in which no cell is a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
_MARK: Final = "\ufeff"
"""Without it Excel reads UTF-8 as something else."""


def sheet(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """CSV with semicolons, as a French Excel opens it by a double click."""
    written = io.StringIO()
    writer = csv.writer(written, delimiter=";", lineterminator="\r\n")
    writer.writerow(heads)
    writer.writerows([plain(each) for each in row] for row in rows)
    return _MARK + written.getvalue()


def plain(text: str) -> str:
    """What a spreadsheet shows and never computes: `=cmd|…` opened on the operator's desk runs."""
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text
