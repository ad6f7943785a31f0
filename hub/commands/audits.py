"""`hub audit …`: whether the trail is whole, and another key to sign it with."""

import argparse
from typing import Any

from hub.app import compose
from hub.configuration import read


def add(nouns: Any, common: argparse.ArgumentParser) -> None:
    audit = nouns.add_parser("audit", help="the trail of what happened")
    verbs = audit.add_subparsers(required=True, metavar="VERB")
    verbs.add_parser("verify", parents=[common]).set_defaults(run=_verify)
    verbs.add_parser("renew-key", parents=[common]).set_defaults(run=_renew)


def _verify(given: argparse.Namespace) -> int:
    verdict = compose(read(given.config)).trail.verify()
    print(verdict.words)
    return 0 if verdict.whole else 1


def _renew(given: argparse.Namespace) -> int:
    compose(read(given.config)).trail.renew_key()
    print("another key signs the trail; what was signed before stays verifiable")
    print("copy trail.key and trail-*.pub to the secrets of every other machine, and keep them")
    return 0
