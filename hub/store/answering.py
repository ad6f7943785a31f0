"""What a database that cannot answer raises: `StoreUnavailable`, in words without values."""

import sqlite3
from typing import Final

from sqlalchemy.exc import DatabaseError, InterfaceError, InternalError
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as NoPlaceInPool

from hub.contract.errors import StoreUnavailable


class _Answering:
    def __enter__(self) -> None: ...

    def __exit__(
        self, kind: type[BaseException] | None, raised: BaseException | None, at: object
    ) -> None:
        words = _outage(raised) if raised else None
        if words is not None:
            raise StoreUnavailable(words) from raised


ANSWERING: Final = _Answering()


def _outage(error: BaseException) -> str | None:
    """What is told of it; `None`: the database answered, the mistake is ours."""
    match error:
        case NoPlaceInPool():
            return "every connection is busy"
        case OperationalError() | InternalError() | InterfaceError():
            return _words(error.orig)
        case ProgrammingError() if type(error.orig).__name__ == "UndefinedTable":
            return "a table is missing: run `hub migrate`"
        case DatabaseError() if type(error) is DatabaseError:  # "file is not a database"
            return _words(error.orig)
        case sqlite3.DatabaseError():
            return _words(error)
        case _:
            return None


def _words(error: BaseException | None) -> str:
    # SQLite's own words carry no values; PostgreSQL's may, so there only the class is told.
    return str(error) if isinstance(error, sqlite3.Error) else type(error).__name__
