"""The tables come and go with their branch, and the hub knows what the database is good for."""

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import MetaData, event, inspect, select, text

from hub.contract.errors import ConfigError, StoreUnavailable
from hub.contract.sql import Tables
from hub.store.database import Database, open_database
from hub.store.schema import Standing, migrate, standing
import hub.store.import_tables
import hub.store.operator_tables
import hub.store.space_tables  # noqa: F401 its tables join the others
from hub.store.tables import lease, metadata

BRANCH = '''"""A plugin's first table."""
import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = {down}
branch_labels = {labels}
depends_on = None


def upgrade() -> None:
    op.create_table("{table}", sa.Column("id", sa.String, primary_key=True))
'''


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "100 % #1.db"


@pytest.fixture
def file(path: Path) -> Iterator[Database]:
    database = open_database(f"sqlite:///{path}")
    yield database
    database.engine.dispose()


@pytest.fixture
def plugin(tmp_path: Path) -> Tables:
    folder = tmp_path / "versions"
    folder.mkdir()
    first = BRANCH.format(revision="own_1", down=None, labels='("own",)', table="own_people")
    (folder / "0001_first.py").write_text(first)
    return Tables(metadata=MetaData(), migrations=str(folder))


def _next(plugin: Tables) -> None:
    second = BRANCH.format(revision="own_2", down='"own_1"', labels=None, table="own_links")
    (Path(plugin.migrations) / "0002_second.py").write_text(second)


def _tables(database: Database) -> set[str]:
    return set(inspect(database.engine).get_table_names())


def test_migrations_make_the_tables_the_program_uses(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, metadata) == []
    assert standing(database, {}) is Standing.READY


def test_migrating_again_changes_nothing(database: Database, plugin: Tables) -> None:
    migrate(database, {"own": plugin})
    before = _tables(database)
    migrate(database, {"own": plugin})
    assert _tables(database) == before
    assert before >= {"own_people", "own_alembic_version", "browser_session"}


def test_a_plugin_switched_off_and_on_again_finds_its_tables(
    database: Database, plugin: Tables
) -> None:
    migrate(database, {"own": plugin})
    migrate(database, {})
    assert standing(database, {}) is Standing.READY
    _next(plugin)
    assert standing(database, {"own": plugin}) is Standing.OLDER
    migrate(database, {"own": plugin})
    assert standing(database, {"own": plugin}) is Standing.READY
    assert {"own_people", "own_links"} <= _tables(database)


def test_a_plugin_never_migrated_makes_the_database_older(
    database: Database, plugin: Tables
) -> None:
    assert standing(database, {"own": plugin}) is Standing.OLDER


@pytest.mark.parametrize("branch", ["alembic_version", "own_alembic_version"])
def test_a_database_of_a_newer_version_is_recognised(
    branch: str, database: Database, plugin: Tables
) -> None:
    migrate(database, {"own": plugin})
    with database.transaction() as transaction:
        transaction.execute(text(f"UPDATE {branch} SET version_num = 'from_the_future'"))
    assert standing(database, {"own": plugin}) is Standing.NEWER
    with pytest.raises(ConfigError, match="newer version"):
        migrate(database, {"own": plugin})


def test_a_failed_migration_leaves_nothing_behind(database: Database, plugin: Tables) -> None:
    _next(plugin)
    broken = Path(plugin.migrations) / "0002_second.py"
    broken.write_text(broken.read_text().replace("own_links", "own_people"))
    with pytest.raises(Exception, match=r"own_people|DuplicateTable"):
        migrate(database, {"own": plugin})
    assert "own_people" not in _tables(database)


@pytest.mark.slow
def test_two_nodes_that_migrate_at_once_do_it_once(file: Database, plugin: Tables) -> None:
    file.create_if_missing()
    with ThreadPoolExecutor(1) as pool, file.transaction() as connection:
        file.lock_for_migration(connection)
        other = pool.submit(migrate, file, {"own": plugin})
        assert "browser_session" not in _tables(file)
        connection.rollback()
        other.result(timeout=10)
    assert standing(file, {"own": plugin}) is Standing.READY


def test_a_missing_database_is_not_created_by_reading(file: Database, path: Path) -> None:
    assert standing(file, {}) is Standing.MISSING
    with pytest.raises(StoreUnavailable), file.transaction() as transaction:
        transaction.execute(select(lease))
    assert not path.exists()


def test_an_empty_database_counts_as_missing(file: Database, path: Path) -> None:
    path.touch()
    assert standing(file, {}) is Standing.MISSING
    with pytest.raises(StoreUnavailable), file.transaction() as transaction:
        transaction.execute(select(lease))


def test_a_locked_database_says_so_soon_and_recovers(file: Database, path: Path) -> None:
    migrate(file, {})
    with _locked(path):
        assert standing(file, {}) is Standing.LOCKED
    assert standing(file, {}) is Standing.READY


def test_a_read_only_database_says_so(file: Database, path: Path) -> None:
    migrate(file, {})

    def forbid(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute("PRAGMA query_only=ON")

    # No connection of before is at hand any more.
    file.engine.dispose()
    event.listen(file.engine, "checkout", forbid)
    assert standing(file, {}) is Standing.READ_ONLY


def test_a_file_that_is_no_database_says_so(file: Database, path: Path) -> None:
    path.write_bytes(b"not a database at all" * 100)
    assert standing(file, {}) is Standing.UNREACHABLE


def test_a_server_that_is_away_says_so() -> None:
    away = open_database("postgresql+psycopg://nobody@127.0.0.1:9/none?connect_timeout=2")
    assert standing(away, {}) is Standing.UNREACHABLE
    with pytest.raises(StoreUnavailable), away.transaction() as session:
        session.execute(select(lease))


def test_every_standing_has_words() -> None:
    assert all(each.words for each in Standing)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")
