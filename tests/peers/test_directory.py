"""The directory finds the same on PostgreSQL as on SQLite."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from hub.store.database import Database, open_database
from hub.store.schema import migrate
from hub_services.directory.entries import Entry
from hub_services.directory.generating import lines
from hub_services.directory.importing import Importing
from hub_services.directory.index import Index
from hub_services.directory.search import Query, Search
from hub_services.directory.tables import TABLES
from tests.peers.database import Cluster

pytestmark = [pytest.mark.postgres, pytest.mark.slow]

QUERIES = (
    Query(who="lemaitre"),
    Query(who="hel ngu"),
    Query(activity="cardio", where="grand est"),
    Query(activity="medecin", department="Moselle"),
    Query(who="99700000012"),
    Query(where="centre hosp", profession="Infirmier"),
    Query(who="'); --"),
)


def test_both_databases_find_the_same(postgres: Cluster, tmp_path: Path) -> None:
    file = tmp_path / "extraction.txt"
    file.write_text("".join(lines(400)), encoding="utf-8")
    found = []
    for address in (f"sqlite:///{tmp_path}/hub.db", postgres.create("directory")):
        with filled(address, file) as database:
            search = Search(database.transaction, "somebody", ["a structure"])
            answers = [search.find(query) for query in QUERIES]
            found.append([(a.count, a.professions, people(a.entries)) for a in answers])
            with database.transaction() as connection:
                Index(connection).hide("an account", ["rpps:99700000012"])
            assert search.find(Query(who="99700000012")).count == 0
            again = Importing(database.transaction, lambda _: None).run(file, again=True)
            assert again.lines == 400
            assert search.find(Query(who="99700000012")).count == 0
    assert found[0] == found[1]
    assert [bool(count) for count, _, _ in found[0]] == [True] * 6 + [False]


@contextmanager
def filled(address: str, file: Path) -> Iterator[Database]:
    database = open_database(address)
    migrate(database, {"directory": TABLES})
    assert Importing(database.transaction, lambda _: None).run(file).unread == 0
    yield database
    database.engine.dispose()


def people(entries: Sequence[Entry]) -> list[tuple[str, int]]:
    return [(each.person.key, len(each.places)) for each in entries]
