"""Whom one likes to find again."""

from typing import Any, Final

from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from hub import UnitOfWork

from .tables import favourites

MOST: Final = 200


class Favourites:
    def __init__(self, unit_of_work: UnitOfWork, account: str) -> None:
        self._unit_of_work = unit_of_work
        self._account = account

    def add(self, key: str) -> bool:
        """Whether there was room: adding twice is adding once."""
        with self._unit_of_work() as connection:
            mine = favourites.c.account == self._account
            held = select(func.count()).select_from(favourites).where(mine)
            if connection.execute(held).scalar_one() >= MOST:
                return False
            here = connection.dialect.name
            add: Any = sqlite.insert if here == "sqlite" else postgresql.insert
            row = {"account": self._account, "key": key}
            connection.execute(add(favourites).on_conflict_do_nothing(), row)
            return True

    def remove(self, key: str) -> None:
        with self._unit_of_work() as connection:
            mine = favourites.c.account == self._account, favourites.c.key == key
            connection.execute(delete(favourites).where(*mine))
