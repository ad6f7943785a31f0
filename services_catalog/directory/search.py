"""Finds professionals by who, activity and where, among those somebody may find."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    distinct,
    exists,
    func,
    literal_column,
    select,
    text,
)

from hub import UnitOfWork, value

from .entries import Entry, Person, Place
from .folding import LONGEST, asked
from .index import found_by
from .tables import WORDS, entries, favourites, places, words

MOST: Final = 1_000
"""Beyond it nobody reads on: the page asks for one more word. It bounds every statement."""
PAGE: Final = 20
_FACETS: Final = 8
_NUMBER: Final = re.compile(r"[0-9][0-9A-Za-z /]{5,20}")
_SUGGESTED: Final = 8
_ORDER: Final = (entries.c.sorted, entries.c.id)


@value
class Query:
    who: str = ""
    activity: str = ""
    where: str = ""
    profession: str = ""
    """One of the facets, as it was shown."""
    department: str = ""
    page: int = 1

    @property
    def empty(self) -> bool:
        return not any((self.who.strip(), self.activity.strip(), self.where.strip()))


@value
class Found:
    entries: Sequence[Entry] = ()
    count: int = 0
    """At most `MOST`."""
    more: bool = False
    professions: Sequence[tuple[str, int]] = ()
    departments: Sequence[tuple[str, int]] = ()


class Search:
    """For one person: their favourites, and the structures whose colleagues show themselves."""

    def __init__(self, unit_of_work: UnitOfWork, account: str, mine: Sequence[str]) -> None:
        self._unit_of_work = unit_of_work
        self._account = account
        self._mine = tuple(mine)

    def find(self, query: Query, size: int = PAGE) -> Found:
        if query.empty:
            return Found()
        with self._unit_of_work() as connection:
            ids = self._matching(connection, query)
            if not ids:
                return Found()
            some = ids[:MOST]
            page = self._shown().where(entries.c.id.in_(some)).order_by(*_ORDER)
            return Found(
                entries=_whole(connection, page.limit(size).offset((query.page - 1) * size)),
                count=len(some),
                more=len(ids) > MOST,
                professions=_professions(connection, some),
                departments=_departments(connection, some),
            )

    def one(self, key: str) -> Entry | None:
        with self._unit_of_work() as connection:
            wanted = self._shown().where(entries.c.key == key)
            return next(iter(_whole(connection, wanted)), None)

    def liked(self) -> Sequence[Entry]:
        """Favourites that may still be found."""
        with self._unit_of_work() as connection:
            wanted = self._shown().where(self._liked()).order_by(*_ORDER)
            return _whole(connection, wanted.limit(200))

    def suggested(self, typed: str) -> Sequence[str]:
        """Names that begin so, each once."""
        words = asked(typed)
        if not words or len(words[0]) < 2:
            return ()
        with self._unit_of_work() as connection:
            ids = self._matching(connection, Query(who=typed))
            names = (
                select(entries.c.given, entries.c.family)
                .where(entries.c.id.in_(ids[:MOST]))
                .order_by(*_ORDER)
                .limit(_SUGGESTED)
            )
            found = connection.execute(names)
            return list(dict.fromkeys(f"{row.given} {row.family}".strip() for row in found))

    def _shown(self) -> Select[Any]:
        return select(entries, self._liked().label("liked")).where(found_by(self._mine))

    def _liked(self) -> ColumnElement[bool]:
        return exists().where(
            favourites.c.key == entries.c.key, favourites.c.account == self._account
        )

    def _matching(self, connection: Connection, query: Query) -> Sequence[int]:
        """The ids of all that fit, one more than `MOST` at most; none when nothing was asked."""
        wanted = select(entries.c.id).where(found_by(self._mine))
        who, exact = query.who.strip()[:LONGEST], True
        if _NUMBER.fullmatch(who):
            number = "".join(who.split()).casefold()
            # With the digit of its kind before it, as « identification nationale » writes it.
            wanted = wanted.where(entries.c.number.in_((number, number[1:])))
        elif "@" in who:
            mail = exists().where(places.c.entry == entries.c.id, places.c.mail == who.lower())
            wanted = wanted.where(mail)
        else:
            exact = False
        typed = {"who": "" if exact else who, "activity": query.activity, "place": query.where}
        looked = {name: words for name, each in typed.items() if (words := asked(each))}
        if looked:
            wanted = _worded(connection, wanted, looked)
        elif not exact:
            return ()
        return connection.execute(_faceted(wanted, query).limit(MOST + 1)).scalars().all()


def _worded(
    connection: Connection, wanted: Select[Any], looked: Mapping[str, Sequence[str]]
) -> Select[Any]:
    """Every word must begin one of the entry's.

    They are folded: letters and digits only, no sign of either database's language of queries.
    """
    index, key = words(connection)
    wanted = wanted.join(index, key == entries.c.id)
    if connection.dialect.name == "sqlite":
        each = (
            f'{name} : "{word}" *' for name, beginnings in looked.items() for word in beginnings
        )
        return wanted.where(text(f"{WORDS} MATCH :match").bindparams(match=" AND ".join(each)))
    for name, beginnings in looked.items():
        vector = func.to_tsvector(literal_column("'simple'"), index.c[name])
        query = " & ".join(f"{word}:*" for word in beginnings)
        wanted = wanted.where(
            vector.bool_op("@@")(func.to_tsquery(literal_column("'simple'"), query))
        )
    return wanted


def _whole(connection: Connection, wanted: Select[Any]) -> Sequence[Entry]:
    found = connection.execute(wanted).all()
    there: dict[int, list[Place]] = defaultdict(list)
    if found:
        rows = select(places).where(places.c.entry.in_([row.id for row in found]))
        for row in connection.execute(rows.order_by(places.c.id)):
            there[row.entry].append(_place(row))
    return [
        Entry(person=_person(row), places=tuple(there[row.id]), favourite=row.liked)
        for row in found
    ]


def _faceted(wanted: Select[Any], query: Query) -> Select[Any]:
    if query.profession:
        wanted = wanted.where(entries.c.profession == query.profession)
    if query.department:
        there = exists().where(
            places.c.entry == entries.c.id, places.c.department == query.department
        )
        wanted = wanted.where(there)
    return wanted


def _professions(connection: Connection, ids: Sequence[int]) -> Sequence[tuple[str, int]]:
    many = func.count().label("many")
    rows = (
        select(entries.c.profession, many)
        .where(entries.c.id.in_(ids), entries.c.profession != "")
        .group_by(entries.c.profession)
        .order_by(many.desc(), entries.c.profession)
        .limit(_FACETS)
    )
    return [(row[0], row[1]) for row in connection.execute(rows)]


def _departments(connection: Connection, ids: Sequence[int]) -> Sequence[tuple[str, int]]:
    many = func.count(distinct(places.c.entry)).label("many")
    rows = (
        select(places.c.department, many)
        .where(places.c.entry.in_(ids), places.c.department != "")
        .group_by(places.c.department)
        .order_by(many.desc(), places.c.department)
        .limit(_FACETS)
    )
    return [(row[0], row[1]) for row in connection.execute(rows)]


def _person(row: Any) -> Person:
    names = ("key", "system", "number", "family", "given", "civility", "profession")
    return Person(**{name: getattr(row, name) for name in names})


def _place(row: Any) -> Place:
    names = ("structure", "profession", "skill", "mode", "role", "street", "postcode")
    others = ("town", "department", "region", "telephone", "mail")
    return Place(**{name: getattr(row, name) for name in (*names, *others)})
