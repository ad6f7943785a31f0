"""Files of people in the database: found by their référent, done once, sealed, and forgotten."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from hub.contract.identifiers import AccountId
from hub.people.creating import Described
from hub.people.importing import KEPT, Counts, Fate, ImportLine, ImportRun, RunState
from hub.store.database import Database
from hub.store.import_tables import import_line, import_run
from hub.store.imports import CLAIMED_FOR, SqlImports
from hub.store.purge import purge
from hub.store.sealing import KeyRing
from hub.testing.hub import NOON

CAROL, DAN = AccountId("carol"), AccountId("dan")
RUN = ImportRun(id="r-1", account=CAROL, made_at=NOON, state=RunState.READING, name="équipe.csv")


def line(at: int, fate: Fate | None = Fate.CREATED, **said: str) -> ImportLine:
    typed = Described(family_name="Secret", given_name="Zoé", **said)
    account = AccountId(f"a-{at}") if fate else None
    return ImportLine(number=at, typed=typed, fate=fate, account=account)


@pytest.fixture
def book(database: Database, keys: KeyRing) -> SqlImports:
    made = SqlImports(database, keys)
    made.begin(RUN)
    return made


def test_a_file_is_found_by_its_own_referent_for_a_week(book: SqlImports) -> None:
    assert book.find("r-1", CAROL, NOON) == RUN
    assert book.find("r-1", DAN, NOON) is None and not book.of(DAN, NOON)
    assert [each.id for each in book.of(CAROL, NOON)] == ["r-1"]
    assert book.find("r-1", CAROL, NOON + KEPT) is None


def test_a_file_moves_from_one_state_to_the_next_once(book: SqlImports) -> None:
    assert book.move("r-1", RunState.READING, RunState.JUDGING)
    assert not book.move("r-1", RunState.READING, RunState.JUDGING)
    assert [each.state for each in book.under_way(NOON)] == [RunState.JUDGING]
    book.add("r-1", [line(1), line(2, None)])
    book.begin(replace(RUN, id="r-2"))
    book.add("r-2", [line(1)])
    assert not book.move("r-1", RunState.READING, RunState.STOPPED, "many")
    assert book.counts("r-1").total == 2
    assert book.move("r-1", RunState.JUDGING, RunState.STOPPED, "many")
    assert (book.counts("r-1").total, book.counts("r-2").total) == (0, 1)
    found = book.find("r-1", CAROL, NOON)
    assert found and (found.state, found.why) == (RunState.STOPPED, "many")
    assert not book.under_way(NOON)


def test_lines_are_judged_in_order_and_never_again_once_shown(book: SqlImports) -> None:
    book.add("r-1", [line(number, None) for number in (4, 2, 3)])
    assert [each.number for each in book.unjudged("r-1", 2)] == [2, 3]
    book.judged("r-1", [line(2)])
    late = replace(line(2, Fate.REFUSED), why="twice")
    book.judged("r-1", [late])
    assert book.page("r-1", Fate.CREATED, 0, 9) == [line(2)]
    assert [each.number for each in book.unjudged("r-1", 9)] == [3, 4]
    assert [each.number for each in book.page("r-1", None, 2, 9)] == [3, 4]


def test_an_earlier_line_about_the_same_person_is_found_by_number_or_mail(
    book: SqlImports,
) -> None:
    first = line(2, None, number="8 99700000123", mail="Zoe@x.test")
    by_number, by_mail = line(3, None, number="99700000123"), line(4, None, mail="zoe@X.test")
    other, nobody = line(5, None, mail="other@x.test"), line(6, None)
    book.add("r-1", [first, by_number, by_mail, other, nobody])
    every = [first, by_number, by_mail, other, nobody]
    assert book.repeated("r-1", every) == {3, 4}
    assert [book.repeated("r-1", [each]) for each in every] == [set(), {3}, {4}, set(), set()]


def test_what_is_to_be_done_is_claimed_by_one_alone_and_by_another_after_a_while(
    book: SqlImports,
) -> None:
    book.add("r-1", [line(2), line(3, Fate.REFUSED), line(4, Fate.UPDATED), line(5)])
    assert [each.number for each in book.claim("r-1", 2, NOON)] == [2, 4]
    assert [each.number for each in book.claim("r-1", 2, NOON)] == [5]
    assert not book.claim("r-1", 2, NOON + CLAIMED_FOR - timedelta(seconds=1))
    book.settle("r-1", replace(line(2), settled=True))
    again = book.claim("r-1", 9, NOON + CLAIMED_FOR)
    assert [each.number for each in again] == [4, 5]
    assert book.counts("r-1") == Counts(created=2, updated=1, refused=1, due=2)


def test_two_workers_at_once_never_take_the_same_line(book: SqlImports) -> None:
    book.add("r-1", [line(number) for number in range(2, 62)])
    with ThreadPoolExecutor(4) as workers:
        taken = list(workers.map(lambda _: book.claim("r-1", 5, NOON), range(16)))
    numbers = [each.number for some in taken for each in some]
    assert sorted(numbers) == sorted(set(numbers))


def test_what_a_line_says_is_sealed_and_goes_with_its_file(
    book: SqlImports, database: Database
) -> None:
    book.add("r-1", [line(2, mail="zoe@x.test")])
    with database.transaction() as transaction:
        row = transaction.execute(select(import_line)).one()
        kept = transaction.execute(select(import_run)).one()
    assert "zoe" not in str(row) and b"Secret" not in row.body and "quipe" not in str(kept)
    purge(database, NOON + KEPT)
    with database.transaction() as transaction:
        for table in (import_run, import_line):
            assert transaction.execute(select(func.count()).select_from(table)).scalar() == 0
