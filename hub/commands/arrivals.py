"""`hub account import`: everybody described in one file, or nobody when the file is wrong."""

import argparse
import tomllib
from pathlib import Path
from typing import Any

from hub.app import compose
from hub.assembly import App
from hub.configuration import parsed, read
from hub.contract.audit import AuditEntry
from hub.contract.errors import ConfigError, ConfigErrors
from hub.people.newcomers import Newcomer, Newcomers, Reception, WritableStore


def add(verbs: Any, common: argparse.ArgumentParser) -> None:
    imported = verbs.add_parser("import", parents=[common], help="settle everybody in a TOML file")
    imported.add_argument("file", type=Path)
    imported.set_defaults(run=_import)


def _import(given: argparse.Namespace) -> int:
    newcomers = described(given.file)
    app = compose(read(given.config))
    reception = Reception(_store(app), app.rules.methods, app.rights, app.clock())
    if wrong := reception.problems(newcomers):
        raise ConfigErrors(wrong)
    settled = [newcomer for newcomer in newcomers if reception.settle(newcomer)]
    for newcomer in settled:
        _note(app, newcomer)
    print(f"{len(settled)} settled, {len(newcomers) - len(settled)} known already")
    return 0


def described(file: Path) -> tuple[Newcomer, ...]:
    """The people in *file*, or `ConfigErrors` with the path of each wrong key."""
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigErrors([ConfigError(str(file), f"cannot be read: {error}")]) from error
    return parsed(table, Newcomers, "").person


def _store(app: App) -> WritableStore:
    for store in app.stores.values():
        if isinstance(store, WritableStore):
            return store
    raise ConfigError("stores", "none of them may be written to")


def _note(app: App, newcomer: Newcomer) -> None:
    account = app.accounts.by_login(newcomer.login)
    entry = AuditEntry(
        at=app.clock(), action="account.imported", account=account.id if account else None
    )
    app.note(entry)
