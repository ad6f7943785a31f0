"""Brings the tables to this version of the program, and says how far they are from it.

The core and each plugin have a chain of migrations and a version table of their own: a plugin
that is switched off leaves the others alone, and finds its tables again when it comes back.
"""

from collections.abc import Mapping
from enum import Enum
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from hub.contract.errors import ConfigError, StoreUnavailable
from hub.contract.sql import Tables
from hub.store.database import Database

_HERE = Path(__file__).parent / "migrations"
_CORE = "core"


class Standing(Enum):
    """What the database is good for now."""

    READY = "ready"
    MISSING = "missing"
    LOCKED = "locked"
    READ_ONLY = "read_only"
    OLDER = "older"
    NEWER = "newer"
    UNREACHABLE = "unreachable"

    @property
    def words(self) -> str:
        """For the operator: what it is, and what to do."""
        return _WORDS[self]


_WORDS = {
    Standing.READY: "the database answers and has this version's tables",
    Standing.MISSING: "the database does not exist or is empty: run `hub migrate`",
    Standing.LOCKED: "another process holds the database locked",
    Standing.READ_ONLY: "the database can be read, not written: check its owner, mode and disk",
    Standing.OLDER: "the tables are of an older version: run `hub migrate`",
    Standing.NEWER: "the tables are of a newer version: install it, or restore a backup",
    Standing.UNREACHABLE: "the database does not answer",
}


def migrate(database: Database, plugin_tables: Mapping[str, Tables]) -> None:
    """Run what has not been run: the core's migrations, then each plugin's.

    Raise `ConfigError` when the tables are of a newer version: nothing is touched.
    """
    database.create_if_missing()
    with database.transaction() as connection:
        database.lock_for_migration(connection)
        branches = _branches(plugin_tables)
        if Standing.NEWER in [_compared(connection, *branch) for branch in branches.items()]:
            raise ConfigError("database", Standing.NEWER.words)
        for branch, folder in branches.items():
            command.upgrade(_config(branch, folder, connection), "head")


def standing(database: Database, plugin_tables: Mapping[str, Tables]) -> Standing:
    """Never raises: it is asked when things are at their worst."""
    try:
        with database.transaction() as connection:
            database.hurry(connection)
            branches = _branches(plugin_tables)
            found = [_compared(connection, *branch) for branch in branches.items()]
            for worst in (Standing.MISSING, Standing.NEWER, Standing.OLDER):
                if worst in found:
                    return worst
            # No row is touched: what matters is whether it may be tried.
            connection.execute(text("UPDATE lease SET node = node WHERE 1 = 0"))
            return Standing.READY
    except StoreUnavailable as error:
        return _named(database, str(error))


def _compared(connection: Connection, branch: str, folder: str) -> Standing:
    version_table = _version_table(branch)
    context = MigrationContext.configure(connection, opts={"version_table": version_table})
    there = set(context.get_current_heads())
    script = ScriptDirectory.from_config(_config(branch, folder, connection))
    if not there:
        return Standing.MISSING if branch == _CORE else Standing.OLDER
    if not there <= {revision.revision for revision in script.walk_revisions()}:
        return Standing.NEWER
    return Standing.READY if there == set(script.get_heads()) else Standing.OLDER


def _named(database: Database, words: str) -> Standing:
    if "locked" in words or "LockNotAvailable" in words:
        return Standing.LOCKED
    if "readonly" in words or "ReadOnlySqlTransaction" in words:
        return Standing.READ_ONLY
    if database.is_sqlite and not database.exists:
        return Standing.MISSING
    return Standing.UNREACHABLE


def _branches(plugin_tables: Mapping[str, Tables]) -> dict[str, str]:
    plugins = {plugin: tables.migrations for plugin, tables in plugin_tables.items()}
    return {_CORE: str(_HERE / "versions"), **plugins}


def _config(branch: str, folder: str, connection: Connection) -> Config:
    config = Config()
    # Alembic reads these as format strings: a percent sign in a path stands doubled.
    config.set_main_option("script_location", str(_HERE).replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", folder.replace("%", "%%"))
    config.attributes.update(connection=connection, version_table=_version_table(branch))
    return config


def _version_table(branch: str) -> str:
    return "alembic_version" if branch == _CORE else f"{branch}_alembic_version"
