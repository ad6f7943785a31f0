"""A prepared statement runs as SQLAlchemy's own way would: same rows, same types, same failures."""

from datetime import timedelta

import pytest
from sqlalchemy import bindparam, delete, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from hub.contract.errors import StoreUnavailable
from hub.prepared import Statement
from hub.store.database import Database
from hub.store.tables import lease, one_time, trail
from hub.testing.toolbox import NOON
from tests.statements import statements

PUT = Statement(insert(lease))
FIND = Statement(select(lease).where(lease.c.name == bindparam("wanted")))
EVERY = Statement(select(lease.c.name).order_by(lease.c.name))
LATER = NOON + timedelta(seconds=1)
PROLONG = Statement(
    update(lease)
    .where(lease.c.name == bindparam("wanted"), lease.c.node == "a")
    .values(until=LATER)
    .returning(lease.c.until)
)
FORGET = Statement(delete(lease).where(lease.c.node == bindparam("whose")))
ROW = {"name": "n", "node": "a", "until": NOON}


def names(database: Database) -> list[str]:
    with database.transaction() as work:
        return [row.name for row in EVERY.all(work, {})]


def test_what_is_written_is_read_in_the_types_of_the_table(database: Database) -> None:
    with database.transaction() as work:
        assert PUT.run(work, ROW) == 1
    with database.transaction() as work:
        row = FIND.first(work, {"wanted": "n"})
        through = work.execute(select(lease)).one()
    assert tuple(row) == tuple(through) == ("n", "a", NOON)
    assert (row.name, row.until) == ("n", NOON)


def test_bytes_come_back_as_bytes(database: Database) -> None:
    put, read = Statement(insert(one_time)), Statement(select(one_time.c.content))
    with database.transaction() as work:
        put.run(work, {"key": "k", "content": b"\0\xff", "expires_at": NOON})
        assert read.first(work, {}).content == b"\0\xff"


def test_what_is_not_there_is_none(database: Database) -> None:
    with database.transaction() as work:
        assert FIND.first(work, {"wanted": "n"}) is None
        assert PROLONG.first(work, {"wanted": "n"}) is None
        assert FORGET.run(work, {"whose": "a"}) == 0
        assert EVERY.all(work, {}) == []


def test_a_change_tells_what_it_returns_and_how_many_it_changed(database: Database) -> None:
    with database.transaction() as work:
        PUT.run_all(work, [{**ROW, "name": each} for each in "nmo"])
        assert PROLONG.first(work, {"wanted": "n"}).until == LATER
        assert FORGET.run(work, {"whose": "a"}) == 3


def test_many_rows_are_one_statement_and_no_row_is_none(database: Database) -> None:
    with statements(database.engine) as seen, database.transaction() as work:
        PUT.run_all(work, [])
        assert seen == []
        PUT.run_all(work, [ROW, {**ROW, "name": "m"}])
    assert len(seen) == 1
    assert names(database) == ["m", "n"]


def test_it_is_kept_and_undone_with_its_unit_of_work(database: Database) -> None:
    with pytest.raises(KeyError), database.transaction() as work:
        PUT.run(work, ROW)
        raise KeyError
    with database.one_connection():
        with pytest.raises(KeyError), database.transaction() as work:
            PUT.run(work, ROW)
            raise KeyError
        with database.transaction() as work:
            PUT.run(work, {**ROW, "name": "m"})
        # Another connection sees it: it was kept when its unit was left.
        with database.engine.connect() as other:
            assert other.execute(select(lease.c.name)).scalars().all() == ["m"]
    assert names(database) == ["m"]


def test_a_broken_rule_of_the_tables_shows_no_values(database: Database) -> None:
    with pytest.raises(IntegrityError) as raised, database.transaction() as work:
        PUT.run(work, {**ROW, "node": "secret"})
        PUT.run(work, {**ROW, "node": "secret"})
    assert "secret" not in str(raised.value)
    assert names(database) == []


def test_a_missing_table_is_an_outage(database: Database) -> None:
    with database.transaction() as work:
        work.execute(text("DROP TABLE lease"))
    with pytest.raises(StoreUnavailable), database.transaction() as work:
        FIND.first(work, {"wanted": "n"})
    with database.transaction() as work:
        assert work.execute(text("SELECT 1")).scalar_one() == 1


def test_a_parameter_forgotten_or_unknown_is_an_error(database: Database) -> None:
    with pytest.raises(KeyError), database.transaction() as work:
        FIND.first(work, {})
    with pytest.raises(TypeError), database.transaction() as work:
        PUT.run(work, {**ROW, "nobody": 1})
    assert names(database) == []


def test_a_number_nobody_asked_for_is_not_returned(database: Database) -> None:
    entry = {"at": NOON, "action": "a", "details": "{}"}
    with statements(database.engine) as seen, database.transaction() as work:
        Statement(insert(trail)).run(work, entry)
    assert "RETURNING" not in seen[0]


def test_reading_leaves_no_transaction_open(database: Database) -> None:
    with database.one_connection():
        with database.transaction() as work:
            FIND.first(work, {"wanted": "n"})
        driver = work.connection.dbapi_connection
        assert driver is not None
        idle = not driver.in_transaction if database.is_sqlite else driver.info.transaction_status
        assert idle == (True if database.is_sqlite else 0)
