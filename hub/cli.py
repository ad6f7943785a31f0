"""`hub …`: reads what the operator typed and hands it to the command of that name."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TypeAlias

from hub.contract.errors import ConfigError, ConfigErrors, HubError
from hub.commands import accounts, audits, exports, listings, programs, retention, running, services

CONFIG = "HUB_CONFIG"
# argparse gives the type of what `add_subparsers` returns no public name.
Nouns: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def main(argv: Sequence[str] | None = None) -> int:
    """The exit status: 0 done, 1 refused, 2 the configuration is wrong."""
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        return _run(words)
    except ConfigErrors as errors:
        return _wrong(errors.errors)
    except ConfigError as error:
        return _wrong([error])
    except HubError as error:
        print(f"hub: {error}", file=sys.stderr)
        return 1


def _run(words: Sequence[str]) -> int:
    parser, nouns = _parser()
    if words and not words[0].startswith("-") and words[0] not in nouns.choices:
        if program := programs.program(words[0]):
            return program(words[1:])
        common = _common()
        known, rest = common.parse_known_args(words[1:])
        return running.plugin_command(known.config, words[0], rest)
    given = parser.parse_args(words)
    status: int = given.run(given)
    return status


def _wrong(errors: Sequence[ConfigError]) -> int:
    for error in errors:
        print(f"{error.path}: {error.problem}", file=sys.stderr)
    plural = "errors" if len(errors) > 1 else "error"
    print(f"hub: {len(errors)} {plural} in the configuration", file=sys.stderr)
    return 2


def _parser() -> tuple[argparse.ArgumentParser, Nouns]:
    parser = argparse.ArgumentParser(
        prog="hub",
        description="The identity federation hub.",
        epilog="Plugins add commands of their own: see `hub plugin list`.",
    )
    nouns = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for part in (running, accounts, services, listings, audits, retention, exports):
        part.add(nouns, _common())
    return parser, nouns


def _common() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    default = Path(os.environ.get(CONFIG, "hub.toml"))
    common.add_argument("--config", type=Path, default=default, help="default: %(default)s")
    return common


if __name__ == "__main__":
    sys.exit(main())
