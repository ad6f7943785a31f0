"""Statements that SQLAlchemy writes once, and the driver itself runs at each request.

SQLAlchemy knows the tables, the types and both dialects; to go through it for each run costs
several times what the database does. Whatever is asked seldom goes through it as ever.
"""

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Dialect, Executable, Insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler

from hub.contract.values import value

Given = Mapping[str, Any]
_Processor = Callable[[Any], Any] | None
_Rows = Sequence[tuple[Any, ...]]


class Statement:
    """One statement. Its parameters are given by name; its rows have the columns as attributes.

    Runs within the transaction of the connection, and fails as SQLAlchemy's own way does.
    """

    def __init__(self, meant: Executable) -> None:
        self._meant = meant
        self._written: dict[tuple[str, ...], _Written] = {}

    def first(self, connection: Connection, given: Given) -> Any:
        """`None`: there is none."""
        written = self._for(connection, given)
        rows, _ = _run(connection, written, written.bound(given))
        return written.row(rows[0]) if rows else None

    def all(self, connection: Connection, given: Given) -> Sequence[Any]:
        written = self._for(connection, given)
        rows, _ = _run(connection, written, written.bound(given))
        return [written.row(row) for row in rows]

    def run(self, connection: Connection, given: Given) -> int:
        """How many rows it changed."""
        written = self._for(connection, given)
        return _run(connection, written, written.bound(given))[1]

    def run_all(self, connection: Connection, given: Sequence[Given]) -> None:
        """Once for each; all name the same parameters."""
        if len(given) == 1:
            self.run(connection, given[0])
        elif given:
            written = self._for(connection, given[0])
            _run(connection, written, [written.bound(each) for each in given], many=True)

    def _for(self, connection: Connection, given: Given) -> "_Written":
        known = (connection.dialect.name, *given)
        written = self._written.get(known)
        if written is None:
            written = self._written[known] = _write(self._meant, connection.dialect, given)
        return written


@value
class _Written:
    """For one dialect, and one set of parameters."""

    sql: str
    alone: bool
    """It needs no transaction around it."""
    named: bool
    """Whether the driver takes its parameters by name, or else in their order."""
    constants: Given
    binding: Sequence[tuple[str, _Processor]]
    reading: Sequence[_Processor]
    make: Callable[[Sequence[Any]], Any] | None
    """`None`: it has no rows."""

    def bound(self, given: Given) -> Any:
        whole = {**self.constants, **given} if self.constants else given
        if self.named:
            return {name: p(whole[name]) if p else whole[name] for name, p in self.binding}
        return [p(whole[name]) if p else whole[name] for name, p in self.binding]

    def row(self, found: tuple[Any, ...]) -> Any:
        assert self.make is not None
        pairs = zip(self.reading, found, strict=True)
        return self.make([process(each) if process else each for process, each in pairs])


def _write(meant: Executable, dialect: Dialect, given: Given) -> _Written:
    columns: Mapping[str, Any] = getattr(meant, "exported_columns", {})
    # Nobody reads the number of a new row: PostgreSQL need not be asked for it.
    told = meant.inline() if isinstance(meant, Insert) and not columns else meant
    compiled = told.compile(dialect=dialect, column_keys=list(given))  # type: ignore[attr-defined]
    assert isinstance(compiled, SQLCompiler)
    unknown = set(given) - set(compiled.binds)
    if unknown or compiled.insert_prefetch or compiled.update_prefetch:
        raise TypeError(f"not in the statement, or made by the program: {unknown}")
    names = (compiled.positiontup if compiled.positional else list(compiled.binds)) or []
    reads = not (compiled.isinsert or compiled.isupdate or compiled.isdelete)
    return _Written(
        sql=compiled.string,
        # PostgreSQL opens a transaction even to read, and SQLAlchemy must know to end it.
        alone=reads and dialect.name == "sqlite",
        named=not compiled.positional,
        constants={n: b.effective_value for n, b in compiled.binds.items() if not b.required},
        binding=[(name, _into(compiled.binds[name].type, dialect)) for name in names],
        reading=[_out_of(each.type, dialect) for each in columns.values()],
        make=_maker(list(columns.keys())) if columns else None,
    )


def _maker(names: Sequence[str]) -> Callable[[Sequence[Any]], Any]:
    made: Any = namedtuple("Row", names)  # type: ignore[misc]
    make: Callable[[Sequence[Any]], Any] = made._make
    return make


def _into(kind: Any, dialect: Dialect) -> _Processor:
    found: _Processor = kind.dialect_impl(dialect).bind_processor(dialect)
    return found


def _out_of(kind: Any, dialect: Dialect) -> _Processor:
    found: _Processor = kind.dialect_impl(dialect).result_processor(dialect, None)
    return found


def _run(
    connection: Connection, written: _Written, bound: Any, *, many: bool = False
) -> tuple[_Rows, int]:
    if not written.alone and not connection.in_transaction():
        connection.begin()
    cursor, sql = connection.connection.cursor(), written.sql
    try:
        for listener in connection.engine.dispatch.before_cursor_execute:
            sql, bound = listener(connection, cursor, sql, bound, None, many)
        if many:
            cursor.executemany(sql, bound)
        else:
            cursor.execute(sql, bound)
        # To the last row: an unfinished question keeps SQLite from forgetting old pages.
        return cursor.fetchall() if written.make else (), cursor.rowcount
    except connection.dialect.loaded_dbapi.Error as error:
        raise _as_ever(connection, sql, error) from error
    finally:
        cursor.close()


def _as_ever(connection: Connection, sql: str, error: Exception) -> BaseException:
    """SQLAlchemy's exception for the driver's, without the parameters: they are about people."""
    dialect = connection.dialect
    lost = dialect.is_disconnect(error, connection.connection, None)  # type: ignore[arg-type]
    if lost:
        connection.invalidate(error)
    base = dialect.loaded_dbapi.Error
    return DBAPIError.instance(sql, None, error, base, True, lost, dialect)
