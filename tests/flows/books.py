"""Puts a region's database back as it was, whatever a request did to it."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

from tests.peers.database import Cluster


class Book(Protocol):
    def keep(self) -> None:
        """What is in the database now is what every request finds."""

    def undone(self) -> AbstractContextManager[None]:
        """Whatever is changed inside is as before afterwards."""

    def close(self) -> None: ...


class SqliteBook:
    def __init__(self, file: Path) -> None:
        self._file = file
        self._kept = sqlite3.connect(":memory:")
        self._now: sqlite3.Connection | None = None

    def keep(self) -> None:
        self._now = sqlite3.connect(self._file)
        self._now.backup(self._kept)

    @contextmanager
    def undone(self) -> Iterator[None]:
        assert self._now, "nothing was kept"
        before = self._version(self._now)
        yield
        if self._version(self._now) != before:
            self._kept.backup(self._now)

    def close(self) -> None:
        if self._now:
            self._now.close()
        self._kept.close()

    def _version(self, connection: sqlite3.Connection) -> int:
        """Counts on whenever another connection has written."""
        (version,) = connection.execute("PRAGMA data_version").fetchone()
        return int(version)


class PostgresBook:
    """*let_go* closes every connection of the region: a database in use is never copied."""

    def __init__(self, cluster: Cluster, name: str, let_go: Callable[[], None]) -> None:
        self._cluster = cluster
        self._name = name
        self._let_go = let_go

    def keep(self) -> None:
        self._let_go()
        self._cluster.copy(self._name, self._kept)

    @contextmanager
    def undone(self) -> Iterator[None]:
        yield
        self._let_go()
        self._cluster.drop(self._name)
        self._cluster.copy(self._kept, self._name)

    def close(self) -> None:
        self._let_go()

    @property
    def _kept(self) -> str:
        return f"{self._name}_kept"
