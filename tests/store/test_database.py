"""A unit of work is all or nothing, and its failures never read as an unknown person."""

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import event, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from hub.contract.errors import ConfigError, StoreUnavailable
from hub.store.database import PATIENCE_SECONDS, Database, open_database
from hub.store.tables import lease
from hub.testing.toolbox import NOON

ROW = {"name": "n", "node": "a", "until": NOON}


def _names(database: Database) -> list[str]:
    with database.transaction() as session:
        return list(session.execute(select(lease.c.name)).scalars())


def test_a_unit_of_work_is_kept_when_left(database: Database) -> None:
    with database.transaction() as session:
        session.execute(insert(lease).values(ROW))
    assert _names(database) == ["n"]


def test_a_unit_of_work_is_undone_by_an_error(database: Database) -> None:
    with pytest.raises(KeyError), database.transaction() as session:
        session.execute(insert(lease).values(ROW))
        raise KeyError
    with pytest.raises(KeyError), database.transaction() as transaction:
        transaction.execute(insert(lease).values(ROW))
        raise KeyError
    assert _names(database) == []


def test_what_could_not_be_kept_is_not_kept_by_whoever_comes_next(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def disk_full(_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as broken:
        broken.setattr(database.engine.dialect, "do_commit", disk_full)
        with pytest.raises(StoreUnavailable), database.transaction() as transaction:
            transaction.execute(insert(lease).values(ROW))
    with database.transaction() as transaction:
        transaction.execute(insert(lease).values({**ROW, "name": "next"}))
    assert _names(database) == ["next"]


def test_a_broken_rule_of_the_tables_is_not_an_outage(database: Database) -> None:
    with pytest.raises(IntegrityError) as raised, database.transaction() as transaction:
        transaction.execute(insert(lease), [{**ROW, "node": "secret"}, ROW])
    assert "secret" not in str(raised.value)


def test_a_missing_table_is_an_outage(database: Database) -> None:
    with pytest.raises(StoreUnavailable), database.transaction() as transaction:
        transaction.execute(text("SELECT * FROM nowhere"))


def test_a_reader_does_not_wait_for_a_writer(database: Database) -> None:
    with database.transaction() as writer:
        writer.execute(insert(lease).values(ROW))
        assert _names(database) == []
    assert _names(database) == ["n"]


def test_reading_before_writing_never_loses_the_race_to_upgrade(database: Database) -> None:
    with database.transaction() as first:
        first.execute(select(lease)).all()
        with database.transaction() as second:
            second.execute(insert(lease).values(ROW))
        first.execute(update(lease).values(node="b"))
    with database.transaction() as transaction:
        assert transaction.execute(select(lease.c.node)).scalar_one() == "b"


def test_a_moment_comes_back_to_the_microsecond(database: Database) -> None:
    moment = NOON.replace(microsecond=123457)
    with database.transaction() as transaction:
        transaction.execute(insert(lease).values({**ROW, "until": moment}))
        assert transaction.execute(select(lease.c.until)).scalar_one() == moment


def test_sqlite_waits_for_its_turn_and_keeps_its_references(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path}/hub.db")
    database.create_if_missing()
    with database.transaction() as transaction:
        told = [
            transaction.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "foreign_keys", "busy_timeout")
        ]
    database.engine.dispose()
    assert told == ["wal", 1, 5000]


def test_nobody_else_is_hurried(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path}/hub.db")
    database.create_if_missing()
    with database.transaction() as transaction:
        database.hurry(transaction)
        hurried = transaction.exec_driver_sql("PRAGMA busy_timeout").scalar_one()
    with database.transaction() as transaction:
        patient = transaction.exec_driver_sql("PRAGMA busy_timeout").scalar_one()
    database.engine.dispose()
    assert hurried < patient == PATIENCE_SECONDS * 1000


def test_a_writer_that_waits_too_long_is_an_outage(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path}/hub.db")
    database.create_if_missing()
    event.listen(database.engine, "checkout", _impatient)
    with database.transaction() as transaction:
        transaction.exec_driver_sql("CREATE TABLE t (n)")
    with database.transaction() as first:
        first.exec_driver_sql("INSERT INTO t VALUES (1)")
        with (
            pytest.raises(StoreUnavailable, match="locked"),
            database.transaction() as second,
        ):
            second.exec_driver_sql("INSERT INTO t VALUES (2)")
    database.engine.dispose()


@pytest.mark.parametrize("url", ["", "hub.db", "mysql://x/y", "sqlite://", "sqlite:///:memory:"])
def test_an_address_that_cannot_work_is_a_configuration_error(url: str) -> None:
    with pytest.raises(ConfigError) as raised:
        open_database(url)
    assert raised.value.path == "database"


def _impatient(connection: object, *rest: object) -> None:
    connection.execute("PRAGMA busy_timeout=10")  # type: ignore[attr-defined]


def _checkouts(database: Database) -> list[object]:
    taken: list[object] = []
    event.listen(database.engine, "checkout", lambda raw, record, proxy: taken.append(raw))
    return taken


def test_a_short_request_takes_one_connection_for_all_its_units(database: Database) -> None:
    database.engine.dispose()
    taken = _checkouts(database)
    with database.one_connection():
        for _ in range(3):
            assert _names(database) == []
    assert len(taken) == 1
    assert _names(database) == []
    # A file's connection stays at hand; a server's goes back to the pool, which asks it again.
    assert len(taken) == (1 if database.is_sqlite else 2)


def test_a_unit_inside_another_has_a_connection_of_its_own(database: Database) -> None:
    with database.one_connection(), database.transaction() as outer:
        outer.execute(insert(lease).values(ROW))
        assert _names(database) == []
    assert _names(database) == ["n"]


def test_what_failed_in_a_shared_connection_is_undone_before_the_next(database: Database) -> None:
    with database.one_connection():
        with pytest.raises(KeyError), database.transaction() as transaction:
            transaction.execute(insert(lease).values(ROW))
            raise KeyError
        with database.transaction() as transaction:
            transaction.execute(insert(lease).values({**ROW, "name": "next"}))
    assert _names(database) == ["next"]


def test_a_commit_that_failed_leaves_nothing_in_a_shared_connection(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def disk_full(_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    with database.one_connection():
        with monkeypatch.context() as broken:
            broken.setattr(database.engine.dialect, "do_commit", disk_full)
            with pytest.raises(StoreUnavailable), database.transaction() as transaction:
                transaction.execute(insert(lease).values(ROW))
        with database.transaction() as transaction:
            transaction.execute(insert(lease).values({**ROW, "name": "next"}))
    assert _names(database) == ["next"]


def test_a_connection_given_back_is_the_next_one_lent_and_none_outlives_the_engine(
    database: Database,
) -> None:
    seen = []
    for _ in range(3):
        with database.transaction() as work:
            seen.append(work.connection.dbapi_connection)
    assert len({id(each) for each in seen}) == 1
    database.engine.dispose()
    with pytest.raises((sqlite3.ProgrammingError, psycopg.OperationalError)):
        seen[0].cursor().execute("SELECT 1")  # type: ignore[union-attr]


def test_nobody_waits_for_a_connection_that_lies_at_hand(tmp_path: Path) -> None:
    """Forty at once, more than any pool holds, and each inside the next."""
    file = open_database(f"sqlite:///{tmp_path}/hub.db")
    file.create_if_missing()
    began = threading.Barrier(40, timeout=PATIENCE_SECONDS)

    def one() -> None:
        with file.transaction() as transaction:
            transaction.execute(text("SELECT 1"))
            began.wait()

    for _ in range(2):
        with ThreadPoolExecutor(40) as threads:
            for each in [threads.submit(one) for _ in range(40)]:
                each.result()
    file.engine.dispose()


def _keep(database: Database, name: str) -> None:
    with database.transaction() as transaction:
        transaction.execute(insert(lease).values({**ROW, "name": name}))


def test_what_is_written_together_stands_whole_or_not_at_all(database: Database) -> None:
    with pytest.raises(KeyError), database.together():
        _keep(database, "act")
        assert _names(database) == ["act"]
        _keep(database, "entry")
        raise KeyError
    assert _names(database) == []
    with database.together():
        _keep(database, "act")
        with database.together():
            _keep(database, "entry")
        with ThreadPoolExecutor(1) as elsewhere:
            assert elsewhere.submit(_names, database).result() == []
    assert sorted(_names(database)) == ["act", "entry"]


def test_of_what_is_written_together_a_part_that_fails_is_undone_alone(database: Database) -> None:
    with database.together():
        with pytest.raises(KeyError), database.transaction() as first:
            first.execute(insert(lease).values({**ROW, "name": "first"}))
            raise KeyError
        _keep(database, "act")
        with pytest.raises(IntegrityError):
            _keep(database, "act")
        with pytest.raises(KeyError), database.transaction() as failing:
            failing.execute(insert(lease).values({**ROW, "name": "failing"}))
            _keep(database, "inside")
            raise KeyError
        _keep(database, "entry")
    assert sorted(_names(database)) == ["act", "entry"]


def test_the_end_that_cannot_be_kept_leaves_nothing(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def disk_full(_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    done: list[str] = []
    with monkeypatch.context() as broken:
        broken.setattr(database.engine.dialect, "do_commit", disk_full)
        with pytest.raises(StoreUnavailable), database.together():
            _keep(database, "act")
            database.afterwards(lambda: done.append("told"))
    assert _names(database) == [] and not done


def test_what_waits_for_the_end_is_done_once_it_stands(database: Database) -> None:
    seen: list[list[str]] = []
    with database.together():
        database.afterwards(lambda: seen.append(_names(database)))
        _keep(database, "act")
        assert not seen
    assert seen == [["act"]]
    database.afterwards(lambda: seen.append([]))
    assert len(seen) == 2
