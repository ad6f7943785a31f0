"""A database in memory holding one plugin's tables, for a toolbox under test."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, MetaData, create_engine, event
from sqlalchemy.engine import Engine
from sqlalchemy.pool import StaticPool

from hub.contract.sql import UnitOfWork


class Statements:
    """What was asked of the database since `clear`."""

    def __init__(self, engine: Engine) -> None:
        self.sql: list[str] = []
        event.listen(engine, "before_cursor_execute", self._keep)

    def clear(self) -> None:
        self.sql.clear()

    def _keep(self, _c: object, _cursor: object, statement: str, *_: object) -> None:
        self.sql.append(statement)


def memory_database(metadata: MetaData) -> tuple[UnitOfWork, Statements, Engine]:
    """Dispose of the engine when the test is over: an open connection is a warning."""
    engine = create_engine(
        "sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False}
    )
    metadata.create_all(engine)

    @contextmanager
    def unit_of_work() -> Iterator[Connection]:
        with engine.begin() as connection:
            yield connection

    return unit_of_work, Statements(engine), engine
