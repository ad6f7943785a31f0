"""Writes the directory, a batch at a time: entries, their places, and the words that find them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, Literal, TypeVar

from sqlalchemy import Connection, delete, exists, func, insert, column, or_, select, table, update
from sqlalchemy.dialects import postgresql, sqlite

from .entries import Entry, Person, Place
from .folding import folded, joined
from .tables import WORDS, audience, entries, hidden, places, words

Source = Literal["national", "region"]
NATIONAL: Final = "national"
REGION: Final = "region"
_T = TypeVar("_T")
_SHORT: Final = 255
_MANY: Final = 500
"""Keys in one statement: databases bound the number of their parameters."""


class Index:
    """Within one unit of work."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._insert: Any = sqlite.insert if self._sqlite else postgresql.insert

    @property
    def _sqlite(self) -> bool:
        return self._connection.dialect.name == "sqlite"

    def write(self, found: Sequence[Entry], source: Source, seen: int) -> int:
        """Add or renew them; how many were kept. Who hides is not written."""
        silent = self._hidden(each.person.key for each in found)
        kept = [each for each in found if each.person.key not in silent]
        if not kept:
            return 0
        ids = self._people([each.person for each in kept], source, seen)
        self._places(kept, ids, source, seen)
        self.reword(list(ids.values()))
        return len(kept)

    def forget(self, keys: Iterable[str]) -> None:
        for some in _cut(sorted(set(keys))):
            self._remove(select(entries.c.id).where(entries.c.key.in_(some)))

    def hide(self, account: str, keys: Iterable[str]) -> None:
        """From now on nothing is written under these keys, and nothing is left."""
        wanted = sorted(set(keys))
        row = [{"key": key, "account": account} for key in wanted]
        if row:
            self._connection.execute(self._insert(hidden).on_conflict_do_nothing(), row)
        self.forget(wanted)

    def show(self, account: str) -> None:
        """The next import, and the next look at the region's accounts, bring them back."""
        self._connection.execute(delete(hidden).where(hidden.c.account == account))

    def limit(self, key: str, structures: Sequence[str]) -> None:
        """Only people of these structures find it; nothing: everybody does."""
        entry = self._connection.execute(
            update(entries)
            .where(entries.c.key == key)
            .values(limited=bool(structures))
            .returning(entries.c.id)
        ).scalar()
        if entry is None:
            return
        self._connection.execute(delete(audience).where(audience.c.entry == entry))
        if structures:
            rows = [{"entry": entry, "structure": each[:_SHORT]} for each in structures]
            self._connection.execute(insert(audience), rows)

    def drop_older(self, source: Source, seen: int) -> None:
        """What this round of *source* did not name any more."""
        old = places.c.source == source, places.c.seen < seen
        touched = select(places.c.entry).where(*old).distinct()
        concerned = self._connection.execute(touched).scalars().all()
        self._connection.execute(delete(places).where(*old))
        if source == NATIONAL:
            gone = update(entries).where(entries.c.national < seen)
            self._connection.execute(gone.values(national=None))
        else:
            there = exists().where(places.c.entry == entries.c.id, places.c.source == REGION)
            gone = update(entries).where(entries.c.regional.is_(True), ~there)
            self._connection.execute(gone.values(regional=False, limited=False))
        unknown = entries.c.national.is_(None), entries.c.regional.is_(False)
        self._remove(select(entries.c.id).where(*unknown))
        self.reword(concerned)

    def leave_region(self, keys: Sequence[str]) -> int:
        """Whatever stands under these keys because of an account; how many places that was."""
        mine = entries.c.key.in_(keys)
        concerned = self._connection.execute(select(entries.c.id).where(mine)).scalars().all()
        regional = places.c.entry.in_(concerned), places.c.source == REGION
        gone = self._connection.execute(delete(places).where(*regional)).rowcount
        alone = update(entries).where(mine).values(regional=False, limited=False)
        self._connection.execute(alone)
        self._remove(select(entries.c.id).where(mine, entries.c.national.is_(None)))
        self.reword(concerned)
        return gone

    def compact(self) -> None:
        """FTS5 keeps the words of who left until its segments are merged."""
        if self._sqlite:
            merge = insert(table(WORDS, column(WORDS))).values({WORDS: "optimize"})
            self._connection.execute(merge)

    def older(self, seen: int) -> tuple[int, int]:
        """How many national entries the round *seen* did not name, and how many there are."""
        older = func.count().filter(entries.c.national < seen)
        asked = select(older, func.count()).where(entries.c.national.is_not(None))
        gone, every = self._connection.execute(asked).one()
        return gone, every

    def reword(self, ids: Sequence[int]) -> None:
        """Compose again the words of these entries, from all their places."""
        index, key = words(self._connection)
        for some in _cut(ids):
            rows = self._worded(some, key.name)
            self._connection.execute(delete(index).where(key.in_(some)))
            if rows:
                self._connection.execute(insert(index), rows)

    def _worded(self, ids: Sequence[int], key: str) -> list[dict[str, object]]:
        there: dict[int, list[Any]] = defaultdict(list)
        asked = select(places).where(places.c.entry.in_(ids)).order_by(places.c.id)
        for place in self._connection.execute(asked):
            there[place.entry].append(place)
        people = select(entries).where(entries.c.id.in_(ids))
        return [
            {key: each.id, **_words(each, there[each.id])}
            for each in self._connection.execute(people)
        ]

    def _hidden(self, keys: Iterable[str]) -> frozenset[str]:
        found: set[str] = set()
        for some in _cut(sorted(set(keys))):
            asked = select(hidden.c.key).where(hidden.c.key.in_(some))
            found.update(self._connection.execute(asked).scalars())
        return frozenset(found)

    def _people(self, people: Sequence[Person], source: Source, seen: int) -> Mapping[str, int]:
        rows = {each.key: _row(each, source, seen) for each in people}
        add = self._insert(entries)
        said = ("family", "given", "civility", "profession", "sorted")
        new: dict[str, object] = {name: add.excluded[name] for name in said}
        if source == NATIONAL:
            write = add.on_conflict_do_update(
                index_elements=["key"], set_={**new, "national": seen}
            )
        else:
            # The national directory knows the names better than the region does.
            write = add.on_conflict_do_update(index_elements=["key"], set_={"regional": True})
        self._connection.execute(write, list(rows.values()))
        ids: dict[str, int] = {}
        for some in _cut(list(rows)):
            asked = select(entries.c.key, entries.c.id).where(entries.c.key.in_(some))
            ids.update((row.key, row.id) for row in self._connection.execute(asked))
        return ids

    def _places(
        self, found: Sequence[Entry], ids: Mapping[str, int], source: Source, seen: int
    ) -> None:
        rows = {
            (entry := ids[each.person.key], place.mark): {
                **_place(place),
                "entry": entry,
                "source": source,
                "mark": place.mark,
                "seen": seen,
            }
            for each in found
            for place in each.places
        }
        if rows:
            add = self._insert(places)
            same = ["entry", "source", "mark"]
            self._connection.execute(
                add.on_conflict_do_update(index_elements=same, set_={"seen": seen}),
                list(rows.values()),
            )

    def _remove(self, ids: Any) -> None:
        gone = self._connection.execute(ids).scalars().all()
        index, key = words(self._connection)
        for some in _cut(gone):
            self._connection.execute(delete(index).where(key.in_(some)))
            for each in (places, audience):
                self._connection.execute(delete(each).where(each.c.entry.in_(some)))
            self._connection.execute(delete(entries).where(entries.c.id.in_(some)))


def found_by(mine: Sequence[str]) -> Any:
    """The entries that somebody of the structures *mine* may find."""
    shown = exists().where(audience.c.entry == entries.c.id, audience.c.structure.in_(mine))
    return or_(entries.c.limited.is_(False), shown)


def _cut(many: Sequence[_T]) -> Iterable[Sequence[_T]]:
    return (many[start : start + _MANY] for start in range(0, len(many), _MANY))


def _row(person: Person, source: Source, seen: int) -> Mapping[str, object]:
    texts = {
        name: getattr(person, name)[:_SHORT]
        for name in ("system", "number", "family", "given", "civility", "profession")
    }
    return {
        **texts,
        "key": person.key,
        "sorted": folded(f"{person.family} {person.given}")[:512],
        "national": seen if source == NATIONAL else None,
        "regional": source == REGION,
    }


def _place(place: Place) -> Mapping[str, object]:
    names = ("structure", "profession", "skill", "mode", "role", "postcode", "town")
    others = ("department", "region", "telephone", "mail")
    return {
        **{name: getattr(place, name)[:_SHORT] for name in (*names, *others)},
        "street": place.street[:1024],
    }


def _words(person: Any, there: Sequence[Any]) -> Mapping[str, str]:
    done = ("profession", "skill", "role", "mode")
    where = ("town", "postcode", "department", "region", "structure")
    return {
        "who": joined((person.family, person.given)),
        "activity": joined((person.profession, *_texts(there, done))),
        "place": joined(_texts(there, where)),
    }


def _texts(there: Sequence[Any], names: Sequence[str]) -> Iterable[str]:
    return (getattr(place, name) for place in there for name in names)
