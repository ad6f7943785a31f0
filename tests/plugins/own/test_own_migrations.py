"""The migrations make exactly the tables the code speaks of."""

import runpy
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import create_engine
from sqlalchemy.engine import Connection

from hub_plugins.stores.own.tables import METADATA, tables


@pytest.fixture
def connection() -> Iterator[Connection]:
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def test_migrating_makes_the_tables_the_code_speaks_of(connection: Connection) -> None:
    context = MigrationContext.configure(connection)
    with Operations.context(context):
        for script in sorted(Path(tables().migrations).glob("*.py")):
            runpy.run_path(str(script))["upgrade"]()
    assert compare_metadata(context, METADATA) == []
