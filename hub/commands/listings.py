"""`hub plugin list`, and how lists are printed."""

import argparse
from collections.abc import Iterable, Sequence
from typing import Any

from hub.app import survey
from hub.configuration import read
from hub.extensions import Loaded
from hub.settings import ProviderSettings


def add(nouns: Any, common: argparse.ArgumentParser) -> None:
    plugin = nouns.add_parser("plugin", help="what is loaded, and what was refused and why")
    verbs = plugin.add_subparsers(required=True, metavar="VERB")
    verbs.add_parser("list", parents=[common]).set_defaults(run=_plugins)


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    lines = [head, *rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    for line in lines:
        print(
            "  ".join(word.ljust(width) for word, width in zip(line, widths, strict=True)).rstrip()
        )


def _plugins(given: argparse.Namespace) -> int:
    """Exit status 1 when one was refused, so that a script notices."""
    configuration = read(given.config)
    seen = survey(configuration)
    rows = [_row(each, seen.contributed.get(each.name, ())) for each in seen.loaded]
    rows += [_provider(*each) for each in configuration.hub.provider.items()]
    table(("PLUGIN", "PACKAGE", "VERSION", "CONTRIBUTES"), rows)
    return 1 if any(each.problem for each in seen.loaded) else 0


def _row(plugin: Loaded, contributed: Sequence[str]) -> tuple[str, ...]:
    last = f"REFUSED: {plugin.problem}" if plugin.problem else ", ".join(contributed) or "nothing"
    return plugin.name, plugin.package, plugin.version or "-", last


def _provider(name: str, given: ProviderSettings) -> tuple[str, ...]:
    """Of hub.toml: no plugin, and a way in all the same. `hub check` loads it."""
    return f"provider.{name}", given.module or given.file, "-", "authentication method"
