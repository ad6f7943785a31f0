"""`hub medimail …`."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from hub import HubError, Toolbox

from .importing import Imported, bring, may_remove
from .structures import Structures
from .tables import Openings

SHOWN = 20
"""Refused lines told one by one."""


def run(toolbox: Toolbox, words: Sequence[str]) -> int:
    asked = _parser().parse_args(words)
    openings = Openings(toolbox.unit_of_work)
    try:
        done = bring(openings, Structures(toolbox.stores.values()), asked.file)
    except (HubError, OSError) as error:
        sys.stderr.write(f"hub medimail: {error}\n")
        return 1
    sys.stdout.write(f"{_said(done)}\n")
    if not asked.whole:
        return 1 if done.refused else 0
    return _removed(openings, done, all_gone=asked.accept_removals)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="hub medimail")
    verbs = parser.add_subparsers(dest="verb", required=True)
    inside = verbs.add_parser("import", help="bring in the mailboxes and who may open them")
    inside.add_argument("file", type=Path)
    inside.add_argument(
        "--whole", action="store_true", help="remove whatever the file does not name"
    )
    inside.add_argument(
        "--accept-removals", action="store_true", help="though more would go than came in"
    )
    return parser


def _removed(openings: Openings, done: Imported, *, all_gone: bool) -> int:
    if not may_remove(done, all_gone=all_gone):
        why = "some lines were refused" if done.refused else "--accept-removals lets so many go"
        sys.stderr.write(f"nothing of {len(done.unnamed)} was removed: {why}\n")
        return 1
    openings.remove(done.unnamed)
    sys.stdout.write(f"{len(done.unnamed)} were removed\n")
    return 0


def _said(done: Imported) -> str:
    lines = [f"{done.kept} lines came in, {len(done.refused)} were refused"]
    lines += [f"  line {number}: {why}" for number, why in done.refused[:SHOWN]]
    if len(done.refused) > SHOWN:
        lines.append(f"  and {len(done.refused) - SHOWN} more")
    return "\n".join(lines)
