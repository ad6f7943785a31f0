"""One database, SQLite or PostgreSQL, reached in short units of work.

On SQLite a unit of work reads without a lock and takes the write lock with its first write: a
read is never upgraded, so two writers wait for one another instead of failing. Both databases
then behave as READ COMMITTED, and whatever must happen once is one conditional statement.
"""

import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from sqlalchemy import Connection, Engine, Table, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from hub.contract.errors import ConfigError
from hub.store.answering import ANSWERING
from hub.store.whole import Part, Whole

PATIENCE_SECONDS = 5
"""How long a writer waits for its turn before the database counts as locked."""

_AT_HAND: Final = 16
"""Connections to a file that stay open beside the pool's own."""

_MIGRATION_LOCK = 0x68_75_62


class Database:
    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._thread = _Thread()
        self._idle: deque[Connection] = deque()
        event.listen(engine, "engine_disposed", lambda _: self._let_go())

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    def transaction(self) -> AbstractContextManager[Connection]:
        """Committed on leaving, rolled back on error; `StoreUnavailable` when it cannot answer."""
        whole = self._thread.whole
        return Part(whole.connection) if whole else _Transaction(self, self._thread)

    @contextmanager
    def together(self) -> Iterator[None]:
        """What this thread writes until the end is one: all of it stands, or nothing does.

        For an act and its entry in the trail. Not around a method, a provider or a channel, which
        may take their time: whoever wrote once keeps others from writing.
        """
        if self._thread.whole:
            yield
            return
        with self.transaction() as connection:
            whole = self._thread.whole = Whole(connection)
            try:
                yield
            finally:
                self._thread.whole = None
        whole.tell()

    def afterwards(self, work: Callable[[], None]) -> None:
        """Done once this thread's writing stands: at once, outside of `together`."""
        if self._thread.whole:
            self._thread.whole.later.append(work)
        else:
            work()

    @property
    def read_before(self) -> dict[object, Any] | None:
        """What was read within `reading`, for whoever would ask it again; `None` outside of one."""
        return self._thread.read

    @contextmanager
    def reading(self) -> Iterator[None]:
        """For a page that is only drawn: what several ask about one person is read once."""
        self._thread.read = {}
        try:
            yield
        finally:
            self._thread.read = None

    @contextmanager
    def one_connection(self) -> Iterator[None]:
        """Transactions of this thread, one after the other, share a connection until the end.

        For a request that is short throughout: whoever waits inside keeps others from it.
        """
        self._thread.keeps = True
        try:
            yield
        finally:
            self._thread.keeps = False
            kept, self._thread.kept = self._thread.kept, None
            if kept is not None:
                with ANSWERING:
                    self.take_back(kept)

    def lend(self) -> Connection:
        """The one given back last: its pages and its statements are still at hand."""
        try:
            return self._idle.pop()
        except IndexError:
            return self.engine.connect()

    def take_back(self, connection: Connection) -> None:
        """One in which nothing is open. A server's may be dead the next time: the pool asks it."""
        at_hand = self.is_sqlite and len(self._idle) < _AT_HAND
        if at_hand and not connection.connection.is_detached:
            self._idle.append(connection)
        else:
            connection.close()

    def _let_go(self) -> None:
        while self._idle:
            connection = self._idle.pop()
            connection.detach()
            connection.close()

    def insert(self, table: Table) -> postgresql.Insert:
        """An INSERT that knows ON CONFLICT: both dialects spell it alike."""
        if self.is_sqlite:
            return sqlite.insert(table)  # type: ignore[return-value]
        return postgresql.insert(table)

    def create_if_missing(self) -> None:
        """SQLite only: without it a mistyped path would quietly become an empty database."""
        path = self.engine.url.database
        if self.is_sqlite and path:
            with ANSWERING, closing(sqlite3.connect(path)) as connection:
                connection.execute("PRAGMA journal_mode=WAL")

    @property
    def exists(self) -> bool:
        """Of a file only; a server is asked by connecting."""
        return not self.is_sqlite or Path(self.engine.url.database or "").exists()

    def hurry(self, connection: Connection) -> None:
        """Until this transaction ends, a lock held by another counts as locked almost at once."""
        if self.is_sqlite:
            # Closed afterwards: nobody who takes it from the pool must be as impatient.
            connection.detach()
            connection.exec_driver_sql("PRAGMA busy_timeout=250")
            return
        connection.exec_driver_sql("SET LOCAL lock_timeout = '250ms'")

    def snapshot(self, connection: Connection) -> None:
        """To be called first: until this transaction ends, all it reads is of one moment."""
        if self.is_sqlite:
            # Without it each question is a transaction of its own, as nothing is written.
            connection.exec_driver_sql("BEGIN")
            return
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")

    def lock_for_migration(self, connection: Connection) -> None:
        """Held until the transaction ends: two nodes never migrate at once."""
        if self.is_sqlite:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            return
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_MIGRATION_LOCK})")


def open_database(url: str) -> Database:
    """Connects to nothing yet. The address is SQLAlchemy's: `sqlite:////var/lib/hub/hub.db`."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise ConfigError("database", "is not a database address") from error
    match parsed.get_backend_name():
        case "sqlite":
            return Database(_sqlite(parsed))
        case "postgresql":
            return Database(_postgresql(parsed))
        case other:
            raise ConfigError("database", f"{other} is neither sqlite nor postgresql")


class _Thread(threading.local):
    """Whether this thread keeps its connection between transactions, and which."""

    keeps: bool = False
    kept: Connection | None = None
    read: dict[object, Any] | None = None
    whole: Whole | None = None


class _Transaction:
    """Not a generator, which costs as much as a short question does."""

    __slots__ = ("_connection", "_database", "_thread")

    def __init__(self, database: Database, thread: _Thread) -> None:
        self._database = database
        self._thread = thread

    def __enter__(self) -> Connection:
        # Taken away while in use: a transaction inside this one gets a connection of its own.
        kept, self._thread.kept = self._thread.kept, None
        if kept is None:
            with ANSWERING:
                kept = self._database.lend()
        self._connection = kept
        return kept

    def __exit__(
        self, kind: type[BaseException] | None, raised: BaseException | None, at: object
    ) -> None:
        with ANSWERING:
            try:
                if raised is None:
                    _commit(self._connection)
            finally:
                self._give_back(raised is None)
        ANSWERING.__exit__(kind, raised, at)

    def _give_back(self, well: bool) -> None:
        thread, connection = self._thread, self._connection
        if not well or connection.invalidated:
            # Closing rolls back what was not committed.
            connection.close()
        elif thread.keeps and thread.kept is None:
            thread.kept = connection
        else:
            self._database.take_back(connection)


def _commit(connection: Connection) -> None:
    try:
        connection.commit()
    except BaseException:
        # Left open by a full disk, it would be kept by whoever commits next.
        connection.invalidate()
        raise


def _postgresql(url: URL) -> Engine:
    given = {} if "connect_timeout" in url.query else {"connect_timeout": PATIENCE_SECONDS}
    # Parameters stay out of error messages: they are about people.
    return create_engine(
        url,
        hide_parameters=True,
        pool_pre_ping=True,
        pool_timeout=PATIENCE_SECONDS,
        connect_args=given,
    )


def _sqlite(url: URL) -> Engine:
    path = url.database
    if not path or path == ":memory:":
        raise ConfigError("database", "SQLite needs a file: several processes share it")

    def connect() -> sqlite3.Connection:
        # mode=rw: a database that is missing is missing, not created empty.
        address = f"file:{quote(path)}?mode=rw"
        connection = sqlite3.connect(
            address,
            uri=True,
            timeout=PATIENCE_SECONDS,
            # The first INSERT, UPDATE or DELETE of a transaction takes the write lock.
            isolation_level="IMMEDIATE",
            check_same_thread=False,
        )
        connection.execute("PRAGMA foreign_keys=ON")
        # With WAL this loses nothing when the process is killed, at most the last
        # transactions when the machine loses power, and never leaves half of one.
        connection.execute("PRAGMA synchronous=NORMAL")
        # Written back every 16 MB instead of 4: the same few pages change with every sign-in.
        connection.execute("PRAGMA wal_autocheckpoint=4000")
        return connection

    return create_engine(
        url,
        creator=connect,
        hide_parameters=True,
        # Threads bound them. Whoever waited in the pool would not see one that is given back to
        # those at hand.
        max_overflow=-1,
        # `transaction` ends what it began, whatever happens: nothing is left to reset.
        pool_reset_on_return=None,
    )
