"""`hub retention …`: what is kept of people, for how long, and what goes now."""

import argparse
from datetime import datetime
from typing import Any

from hub.app import compose
from hub.assembly import App
from hub.commands.listings import table
from hub.configuration import read
from hub.store.retention import Retention


def add(nouns: Any, common: argparse.ArgumentParser) -> None:
    retention = nouns.add_parser("retention", help="what is kept of people, and for how long")
    verbs = retention.add_subparsers(required=True, metavar="VERB")
    show = verbs.add_parser("show", parents=[common], help="each kind, how much, since when")
    show.set_defaults(run=_show)
    purge = verbs.add_parser("purge", parents=[common], help="do now what the worker does hourly")
    purge.set_defaults(run=_purge)


def retention_of(app: App) -> Retention:
    kept = app.configuration.hub.retention
    return Retention(app.database, app.clock, kept, app.trail, app.equipped.holdings.values())


def _show(given: argparse.Namespace) -> int:
    rows = (
        (each.kind, each.lasts, str(each.standing.rows), _day(each.standing.oldest))
        for each in retention_of(compose(read(given.config))).shown()
    )
    table(("KIND", "KEPT", "ROWS", "OLDEST"), rows)
    return 0


def _day(oldest: datetime | None) -> str:
    return f"{oldest:%Y-%m-%d %H:%M}" if oldest else "-"


def _purge(given: argparse.Namespace) -> int:
    gone = retention_of(compose(read(given.config))).run()
    table(("KIND", "ERASED"), ((kind, str(number)) for kind, number in gone.items() if number))
    return 0
