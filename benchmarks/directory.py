"""A search in the directory of a million lines, beside the bare question to the index."""

import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import Final

from sqlalchemy import text

from benchmarks.table import Section
from hub.contract.values import value
from hub.store.database import Database, open_database
from hub.store.schema import migrate
from hub_services.directory.generating import lines
from hub_services.directory.importing import Importing
from hub_services.directory.search import PAGE, Query, Search
from hub_services.directory.tables import TABLES
from tests.peers.database import cluster

LINES: Final = 1_000_000
TIMES: Final = 30
QUERIES: Final = (
    Query(who="lemaitre elise"),
    Query(who="le", where="nancy"),
    Query(activity="medecin"),
    Query(activity="cardio", where="grand est"),
    Query(who="zzz"),
)
_SQLITE: Final = text("SELECT rowid FROM directory_words WHERE directory_words MATCH :m LIMIT :n")
_POSTGRESQL: Final = "to_tsvector('simple', {0}) @@ to_tsquery('simple', :{0})"


@value
class Side:
    name: str
    database: Database
    seconds: float
    """It took to bring the lines in."""


def section() -> Section:
    with tempfile.TemporaryDirectory(prefix="hub-directory-") as made, ExitStack() as stack:
        file = Path(made) / "extraction.txt"
        with file.open("w", encoding="utf-8") as stream:
            stream.writelines(lines(LINES))
        places = {
            "SQLite": f"sqlite:///{made}/hub.db",
            "PostgreSQL": stack.enter_context(cluster()).create("directory"),
        }
        sides = [stack.enter_context(_filled(name, at, file)) for name, at in places.items()]
        return _judged(sides, [row for side in sides for row in _asked(side)])


@contextmanager
def _filled(name: str, address: str, file: Path) -> Iterator[Side]:
    database = open_database(address)
    migrate(database, {"directory": TABLES})
    began = time.perf_counter()
    Importing(database.transaction, lambda _: None).run(file)
    seconds = time.perf_counter() - began
    if name == "PostgreSQL":
        with database.engine.connect() as connection:
            connection.exec_driver_sql("ANALYZE")
    yield Side(name=name, database=database, seconds=seconds)
    database.engine.dispose()


def _asked(side: Side) -> Iterator[tuple[str, ...]]:
    search = Search(side.database.transaction, "somebody", ["some structure"])
    for query in QUERIES:
        ours, bare = [], []
        for _ in range(TIMES):
            began = time.perf_counter()
            found = search.find(query)
            ours.append(time.perf_counter() - began)
            bare.append(_bare(side.database, query))
        own, least = median(ours) * 1000, median(bare) * 1000
        words = " · ".join(filter(None, (query.who, query.activity, query.where)))
        count = f"{found.count}{'+' if found.more else ''}"
        yield side.name, words, count, f"{own:.1f}", f"{least:.2f}", f"{own / least:.1f}"


def _bare(database: Database, query: Query) -> float:
    """The first page's ids and nothing else: no order, no names, no facets, no audience."""
    typed = {"who": query.who, "activity": query.activity, "place": query.where}
    words = {name: each.split() for name, each in typed.items() if each}
    with database.transaction() as connection:
        began = time.perf_counter()
        if database.is_sqlite:
            each = (f'{name} : "{word}" *' for name, some in words.items() for word in some)
            connection.execute(_SQLITE, {"m": " AND ".join(each), "n": PAGE}).all()
        else:
            tests = " AND ".join(map(_POSTGRESQL.format, words))
            sql = text(f"SELECT entry FROM directory_words WHERE {tests} LIMIT {PAGE}")
            each = (" & ".join(f"{word}:*" for word in some) for some in words.values())
            connection.execute(sql, dict(zip(words, each, strict=True))).all()
        return time.perf_counter() - began


def _judged(sides: list[Side], rows: list[tuple[str, ...]]) -> Section:
    brought = ", ".join(f"{side.name} {side.seconds:.0f} s" for side in sides)
    return Section(
        title="The directory",
        how=(
            f"{LINES} invented lines of the national extraction. Milliseconds of wall time for one "
            f"search, medians of {TIMES}, in turn with the bare question: the first {PAGE} ids of "
            "the index. A search also counts, orders, keeps to whom the reader may see, reads "
            "places and favourites, and counts by profession and department."
        ),
        head=("database", "words", "found", "search ms", "index ms", "times"),
        rows=tuple(rows),
        verdict=f"The import took {brought}. Nothing was promised but to say so.",
        kept=True,
    )
