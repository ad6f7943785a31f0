"""`hub audit verify`: whether the trail is whole."""

import argparse
from typing import Any

from hub.app import compose
from hub.configuration import read


def add(nouns: Any, common: argparse.ArgumentParser) -> None:
    audit = nouns.add_parser("audit", help="the trail of what happened")
    verbs = audit.add_subparsers(required=True, metavar="VERB")
    verbs.add_parser("verify", parents=[common]).set_defaults(run=_verify)


def _verify(given: argparse.Namespace) -> int:
    verdict = compose(read(given.config)).trail.verify()
    print(verdict.words)
    return 0 if verdict.whole else 1
