from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.util import load_python_file
from sqlalchemy import create_engine

from hub_frontends.oidc.tables import TABLES


def test_the_migration_makes_the_tables_the_code_uses() -> None:
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        for file in sorted(Path(TABLES.migrations).glob("0*.py")):
            revision = load_python_file(str(file.parent), file.name)
            with Operations.context(context):
                revision.upgrade()
        assert compare_metadata(context, TABLES.metadata) == []
    engine.dispose()


def test_every_table_bears_the_plugin_s_name() -> None:
    assert all(name.startswith("oidc_") for name in TABLES.metadata.tables)
