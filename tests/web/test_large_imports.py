"""Files of many lines: few questions for each, turns that end in time, nothing done twice."""

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from sqlalchemy import ColumnElement, Table, func, select

from hub.contract.accounts import Searchable
from hub.import_job import TURN, import_job
from hub.people.creating import Described
from hub.people.import_reading import Line
from hub.people.import_work import AT_ONCE, IN_HAND, Importing
from hub.people.importing import ImportLine, ImportRun, RunState
from hub.store.imports import CLAIMED_FOR, SqlImports
from hub.store.tables import message, trail
from hub.testing.running import RunningHub
from hub.worker import within
from tests.flows.referent import CAROL, CLINIC, console_hub
from tests.statements import statements

pytestmark = pytest.mark.slow
RUN = "r-1"


@pytest.fixture
def running(tmp_path: Path) -> RunningHub:
    return console_hub(tmp_path)


def importing(running: RunningHub) -> Importing:
    found = vars(running.app.wsgi)["_pages"].extensions["hub_desk"].importing
    assert isinstance(found, Importing)
    return found


def line(number: int) -> Line:
    typed = Described(
        family_name=f"Nom{number}",
        given_name="Cléo",
        mail=f"m{number}@clinique.test",
        number=f"{99710000000 + number}",
        role="Infirmière",
        structure=CLINIC,
    )
    return Line(number=number, typed=typed)


def brought(running: RunningHub, many: int, name: str = RUN) -> ImportRun:
    run = ImportRun(id=name, account=CAROL.id, made_at=running.clock(), state=RunState.READING)
    importing(running).take_up(run, map(line, range(2, many + 2)))
    return now(running, name)


def now(running: RunningHub, name: str = RUN) -> ImportRun:
    found = importing(running).book.find(name, CAROL.id, running.clock())
    assert found
    return found


def to_be_done(running: RunningHub, many: int) -> ImportRun:
    """Judged, and agreed to."""
    brought(running, many)
    while now(running).state is RunState.JUDGING:
        importing(running).turn([])
    assert importing(running).book.counts(RUN).created == many
    assert importing(running).book.move(RUN, RunState.SHOWN, RunState.APPLYING)
    return now(running)


def questions(ran: Sequence[str]) -> int:
    """One for each line would be too many; a savepoint asks nothing."""
    return sum(not each.startswith(("SAVEPOINT", "RELEASE")) for each in ran)


def test_two_hundred_lines_are_judged_in_as_many_questions_as_one(running: RunningHub) -> None:
    run = brought(running, AT_ONCE + 1)
    with statements(running.app.database.engine) as many:
        assert importing(running).go_on(run, [])
    with statements(running.app.database.engine) as one:
        assert importing(running).go_on(run, [])
    # The last one also shows the file: one move, one look at its figures, one entry.
    assert questions(many) <= questions(one) <= 18


def test_a_line_that_opens_an_account_costs_ten_statements_at_most(running: RunningHub) -> None:
    run = to_be_done(running, AT_ONCE)
    with statements(running.app.database.engine) as ran:
        assert importing(running).go_on(run, [])
    assert importing(running).book.counts(RUN).due == 0
    assert questions(ran) <= 10 * AT_ONCE + 50


def test_a_turn_goes_on_while_there_is_time_and_no_longer(running: RunningHub) -> None:
    run, book = brought(running, 3 * AT_ONCE), importing(running).book
    importing(running).turn([], Times(0))
    assert book.counts(run.id).unjudged == 2 * AT_ONCE
    importing(running).turn([], Times(1))
    assert book.counts(run.id).unjudged == 0
    importing(running).turn([])
    assert book.move(run.id, RunState.SHOWN, RunState.APPLYING)
    importing(running).turn([], Times(0))
    assert book.counts(run.id).due == 3 * AT_ONCE - IN_HAND
    importing(running).turn([], Times(9))
    assert book.counts(run.id).due == 3 * AT_ONCE - IN_HAND - 8 * IN_HAND


def test_a_turn_ends_in_time_between_two_files_and_the_next_serves_the_others(
    running: RunningHub,
) -> None:
    names = ["r-1", "r-2", "r-3"]
    runs = [brought(running, AT_ONCE + 1, name) for name in names]
    book, served = importing(running).book, []
    for _ in range(2 * len(names)):
        importing(running).turn([], Times(0))
        served.append([book.counts(each.id).unjudged for each in runs])
    left = AT_ONCE + 1
    assert served[:3] == [[1, left, left], [1, 1, left], [1, 1, 1]]
    assert served[3:] == [[0, 1, 1], [0, 0, 1], [0, 0, 0]]


def test_a_file_that_waits_for_a_dead_worker_keeps_nobody_busy(running: RunningHub) -> None:
    run = to_be_done(running, IN_HAND)
    assert len(importing(running).book.claim(run.id, IN_HAND, running.clock())) == IN_HAND
    asked = Times(100)
    importing(running).turn([], asked)
    assert asked.left >= 98 and importing(running).book.counts(RUN).due == IN_HAND


def test_the_job_leaves_the_other_jobs_their_second() -> None:
    job = import_job(Importing.__new__(Importing), {})
    assert TURN < job.every.total_seconds() < 1
    moments = iter([0.0, 0.5, 0.8])
    more = within(TURN, lambda: next(moments))
    assert more() and not more()


class Times:
    """True so many times."""

    def __init__(self, many: int) -> None:
        self.left = many

    def __call__(self) -> bool:
        self.left -= 1
        return self.left >= 0


class Killed(BaseException):
    """The process ends here."""


class Dying(SqlImports):
    """The hub is killed just before the line of that number is written down."""

    def __init__(self, running: RunningHub, last: int) -> None:
        kept = vars(importing(running).book)
        super().__init__(kept["_database"], kept["_seal"])
        self._last = last

    def settle(self, run: str, line: ImportLine) -> None:
        if line.number == self._last:
            raise Killed
        super().settle(run, line)


@pytest.mark.parametrize("last", [2, IN_HAND // 2, IN_HAND + 1])
def test_whoever_is_killed_in_the_middle_loses_nothing_and_does_nothing_twice(
    running: RunningHub, last: int
) -> None:
    run, many = to_be_done(running, 2 * IN_HAND), 2 * IN_HAND
    here = importing(running)
    alive, here.book = here.book, Dying(running, last)
    with pytest.raises(Killed):
        here.turn([], Times(9))
    here.book = alive
    running.clock.later(seconds=CLAIMED_FOR.total_seconds() + 1)
    finished(here, lambda: now(running).state is RunState.DONE)
    counts = here.book.counts(run.id)
    assert (counts.created, counts.due, counts.refused) == (many, 0, 0)
    named = Counter(f"Cléo Nom{number}" for number in range(2, many + 2))
    assert people(running) == named + Counter(["Carol Test", "Ann Test"])
    assert rows(running, message) == many
    assert rows(running, trail, trail.c.action == "account.opened") == many


def finished(here: Importing, over: Callable[[], bool]) -> None:
    for _ in range(9):
        here.turn([], Times(9))
        if over():
            return
    raise AssertionError("it does not come to an end")


def people(running: RunningHub) -> Counter[str]:
    stores = [each for each in running.app.stores.values() if isinstance(each, Searchable)]
    return Counter(each.display_name for store in stores for each in store.in_structure(CLINIC))


def rows(running: RunningHub, table: Table, *where: ColumnElement[bool]) -> int:
    asked = select(func.count()).select_from(table).where(*where)
    with running.app.database.transaction() as transaction:
        return int(transaction.execute(asked).scalar_one())
