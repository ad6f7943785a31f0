"""`hub plugin list` and `hub service list`."""

import argparse
from collections.abc import Iterable, Sequence
from typing import Any

from hub.app import survey
from hub.configuration import read
from hub.extensions import Loaded


def add(nouns: Any, common: argparse.ArgumentParser) -> None:
    plugin = nouns.add_parser("plugin", help="what is loaded, and what was refused and why")
    verbs = plugin.add_subparsers(required=True, metavar="VERB")
    verbs.add_parser("list", parents=[common]).set_defaults(run=_plugins)
    service = nouns.add_parser("service", help="the connected services")
    verbs = service.add_subparsers(required=True, metavar="VERB")
    verbs.add_parser("list", parents=[common]).set_defaults(run=_services)


def _plugins(given: argparse.Namespace) -> int:
    """Exit status 1 when one was refused, so that a script notices."""
    seen = survey(read(given.config))
    rows = [_row(each, seen.contributed.get(each.name, ())) for each in seen.loaded]
    _table(("PLUGIN", "PACKAGE", "VERSION", "CONTRIBUTES"), rows)
    return 1 if any(each.problem for each in seen.loaded) else 0


def _row(plugin: Loaded, contributed: Sequence[str]) -> tuple[str, ...]:
    last = f"REFUSED: {plugin.problem}" if plugin.problem else ", ".join(contributed) or "nothing"
    return plugin.name, plugin.package, plugin.version or "-", last


def _services(given: argparse.Namespace) -> int:
    services = read(given.config).services()
    rows = [
        (each.id, each.access.minimum, each.peer.frontend if each.peer else "link", _where(each))
        for each in services
    ]
    _table(("SERVICE", "MINIMUM", "PROTOCOL", "LAUNCH"), rows)
    return 0


def _where(service: Any) -> str:
    return service.launch.address if service.launch else "-"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    lines = [head, *rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    for line in lines:
        print(
            "  ".join(word.ljust(width) for word, width in zip(line, widths, strict=True)).rstrip()
        )
