"""`hub directory …`."""

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from hub import HubError, Toolbox

from .generating import lines
from .importing import Imported, Importing, Progress
from .people import People


def run(toolbox: Toolbox, words: Sequence[str]) -> int:
    asked = _parser().parse_args(words)
    try:
        match asked.verb:
            case "import":
                return _import(toolbox, asked)
            case "accounts":
                People(toolbox).turn()
                return 0
            case _:
                return _generate(asked.file, asked.number, asked.seed)
    except (HubError, OSError) as error:
        sys.stderr.write(f"hub directory: {error}\n")
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="hub directory")
    verbs = parser.add_subparsers(dest="verb", required=True)
    bring = verbs.add_parser("import", help="bring in the national extraction")
    bring.add_argument("file", type=Path)
    bring.add_argument("--again", action="store_true", help="though it came in before")
    bring.add_argument(
        "--accept-removals", action="store_true", help="though many people are not in it any more"
    )
    verbs.add_parser("accounts", help="read the region's accounts again, now")
    make = verbs.add_parser("generate", help="write invented lines of the same shape")
    make.add_argument("number", type=int)
    make.add_argument("file", type=Path)
    make.add_argument("--seed", type=int, default=1)
    return parser


def _import(toolbox: Toolbox, asked: argparse.Namespace) -> int:
    bar = _Bar()
    done = Importing(toolbox.unit_of_work, bar.tell).run(
        asked.file, again=asked.again, all_gone=asked.accept_removals
    )
    bar.end()
    sys.stdout.write(f"{_said(done)}\n")
    return 0


def _said(done: Imported) -> str:
    if done.already:
        return f"this file came in before ({done.lines} lines): nothing to do"
    unread = "".join(f"\n  line {each}" for each in done.first)
    return f"{done.lines} lines came in, {done.unread} could not be read{unread}"


def _generate(file: Path, number: int, seed: int) -> int:
    with file.open("w", encoding="utf-8", newline="") as stream:
        for line in lines(number, seed):
            stream.write(line)
    sys.stdout.write(f"{number} invented lines in {file}\n")
    return 0


class _Bar:
    """On a terminal one line that moves; elsewhere a line each tenth of the way."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._moves = sys.stderr.isatty()
        self._tenth = 0

    def tell(self, far: Progress) -> None:
        share = far.bytes / max(far.size, 1)
        seconds = time.monotonic() - self._began
        left = seconds * (1 - share) / max(share, 0.001)
        text = f"{share:6.1%}  {far.lines} lines, {far.unread} unread, {left:.0f} s left"
        if self._moves:
            filled = round(share * 30)
            sys.stderr.write(f"\r[{'#' * filled}{'.' * (30 - filled)}] {text} ")
        elif int(share * 10) > self._tenth:
            self._tenth = int(share * 10)
            sys.stderr.write(f"{text}\n")
        sys.stderr.flush()

    def end(self) -> None:
        if self._moves:
            sys.stderr.write("\n")
