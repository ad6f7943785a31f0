"""Several units of work as one: each is undone alone when it fails, and kept only with the rest."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, NestedTransaction

from hub.store.answering import ANSWERING


@dataclass
class Whole:
    connection: Connection
    later: list[Callable[[], None]] = field(default_factory=list)
    """What waits until all of it stands."""

    def tell(self) -> None:
        for work in self.later:
            work()


class Part:
    """A unit of work within a whole."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._point: NestedTransaction | None = None

    def __enter__(self) -> Connection:
        # SQLite begins with the first write; a savepoint before it would be a transaction of its
        # own, kept as soon as the part ends.
        if _wrote(self._connection):
            with ANSWERING:
                self._point = self._connection.begin_nested()
        return self._connection

    def __exit__(
        self, kind: type[BaseException] | None, raised: BaseException | None, at: object
    ) -> None:
        with ANSWERING:
            if raised is not None:
                self._undo()
            elif self._point is not None:
                self._point.commit()
        ANSWERING.__exit__(kind, raised, at)

    def _undo(self) -> None:
        try:
            if self._point is None:
                self._connection.rollback()
            else:
                self._point.rollback()
        except BaseException:
            # Whatever is left of it, nobody keeps by accident.
            self._connection.invalidate()
            raise


def _wrote(connection: Connection) -> bool:
    if connection.dialect.name != "sqlite":
        return True
    driver: Any = connection.connection.dbapi_connection
    return bool(driver.in_transaction)
