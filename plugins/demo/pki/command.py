"""`hub demo pki FOLDER`: writes a test authority, and a card for each case."""

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from .folder import write

USAGE = "usage: hub demo pki FOLDER"


def main(words: Sequence[str]) -> int:
    if len(words) != 1:
        print(USAGE, file=sys.stderr)
        return 2
    made = write(Path(words[0]), datetime.now(UTC).replace(microsecond=0))
    print(f"{words[0]}: {len(made)} certificates; none of them names anybody.")
    return 0
