"""`hub demo pki FOLDER`: writes a test authority, and a card for each case."""

import argparse
import sys
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from .folder import write
from .responder import server


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(usage="hub demo pki FOLDER [--respond PORT]")
    parser.add_argument("folder", type=Path)
    parser.add_argument(
        "--respond", type=int, metavar="PORT", help="then answer for the cards: lists and OCSP"
    )
    try:
        asked = parser.parse_args(words)
    except SystemExit as ended:
        return int(ended.code or 0)
    made = write(asked.folder, _now())
    print(f"{asked.folder}: {len(made)} certificates; none of them names anybody.", flush=True)
    if asked.respond is not None:
        with (
            server(asked.folder, made, asked.respond, _now) as listening,
            suppress(KeyboardInterrupt),
        ):
            address = f"http://127.0.0.1:{listening.server_address[1]}"
            sys.stdout.write(f"{address}/ocsp and {address}/list-1.crl … (Ctrl-C ends it)\n")
            sys.stdout.flush()
            listening.serve_forever()
    return 0


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)
