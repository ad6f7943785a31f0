"""Limits beyond the kit: at once, from everywhere, and between two beginnings."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from hub.contract.identifiers import MethodName
from hub.store.database import Database
from hub.store.sealing import KeyRing
from hub.store.tables import metadata
from hub.store.throttle import Limits, MethodLimits, SqlThrottle
from hub.testing.small_store_kits import TRY
from hub.testing.toolbox import MemoryClock

BEGIN = replace(TRY, step="begin")
LIMITS = Limits(
    per_method={
        "code": MethodLimits(begins=4, gap=timedelta(seconds=30)),
        "card": MethodLimits(tries=5, pause=timedelta(minutes=1)),
    }
)


@pytest.fixture
def throttle(database: Database, keys: KeyRing, clock: MemoryClock) -> SqlThrottle:
    return SqlThrottle(database, keys, clock, LIMITS)


def _guess_from_everywhere(throttle: SqlThrottle, times: int) -> list[timedelta | None]:
    return [
        throttle.spend(replace(TRY, source=f"10.0.{number}.0/24", browser=f"x{number}"))
        for number in range(times)
    ]


@pytest.mark.slow
def test_of_fifty_guesses_sent_at_once_three_go_on(throttle: SqlThrottle) -> None:
    with ThreadPoolExecutor(10) as pool:
        waits = list(pool.map(lambda _: throttle.spend(TRY), range(50)))
    assert waits.count(None) == 3


def test_a_method_may_have_limits_of_its_own(throttle: SqlThrottle, clock: MemoryClock) -> None:
    card = replace(TRY, method=MethodName("card"))
    assert [throttle.spend(card) for _ in range(6)] == [*[None] * 5, timedelta(minutes=1)]
    clock.later(minutes=1)
    assert throttle.spend(card) is None


def test_wrong_answers_further_apart_than_the_pause_do_not_add_up(
    throttle: SqlThrottle, clock: MemoryClock
) -> None:
    for _ in range(9):
        assert throttle.spend(TRY) is None
        clock.later(minutes=5)


def test_beginning_again_waits_what_is_left_of_the_gap(
    throttle: SqlThrottle, clock: MemoryClock
) -> None:
    assert throttle.spend(BEGIN) is None
    clock.later(seconds=12)
    assert throttle.spend(BEGIN) == timedelta(seconds=18)
    clock.later(seconds=18)
    assert throttle.spend(BEGIN) is None


def test_beginnings_are_limited_within_the_hour(throttle: SqlThrottle, clock: MemoryClock) -> None:
    for _ in range(4):
        assert throttle.spend(BEGIN) is None
        clock.later(minutes=1)
    assert throttle.spend(BEGIN) == timedelta(minutes=56)
    clock.later(minutes=56)
    assert throttle.spend(BEGIN) is None


def test_a_method_without_limits_begins_as_often_as_it_likes(throttle: SqlThrottle) -> None:
    card = replace(BEGIN, method=MethodName("card"))
    assert [throttle.spend(card) for _ in range(50)] == [None] * 50


def test_guesses_from_everywhere_wait_longer_and_longer(
    throttle: SqlThrottle, clock: MemoryClock
) -> None:
    assert _guess_from_everywhere(throttle, 11) == [*[None] * 10, timedelta(seconds=30)]
    stranger = replace(TRY, source="new", browser="new")
    for steps in (1, 2, 3, 4):
        clock.later(seconds=30 * steps)
        stranger = replace(stranger, source=f"new {steps}")
        assert throttle.spend(stranger) is None
        assert throttle.spend(stranger) == timedelta(seconds=30 * (steps + 1))


def test_the_wait_never_exceeds_its_longest(
    database: Database, keys: KeyRing, clock: MemoryClock
) -> None:
    steep = Limits(spread=1, spread_step=timedelta(minutes=6))
    throttle = SqlThrottle(database, keys, clock, steep)
    waits = []
    for number in range(5):
        stranger = replace(TRY, source=f"{number}", browser="")
        assert throttle.spend(stranger) is None
        wait = throttle.spend(stranger)
        waits.append(wait)
        clock.later(seconds=wait.total_seconds() if wait else 0)
    assert waits == [timedelta(minutes=minutes) for minutes in (6, 12, 12, 12, 12)]


def test_a_refused_guess_from_everywhere_spends_nothing(
    throttle: SqlThrottle, clock: MemoryClock
) -> None:
    _guess_from_everywhere(throttle, 10)
    stranger = replace(TRY, source="new", browser="new")
    for _ in range(9):
        assert throttle.spend(stranger) == timedelta(seconds=30)
    clock.later(seconds=30)
    assert throttle.spend(stranger) is None


def test_nobody_locks_a_person_out_of_the_browser_they_know(throttle: SqlThrottle) -> None:
    throttle.spend(TRY)
    throttle.clear(TRY)
    _guess_from_everywhere(throttle, 20)
    assert throttle.spend(TRY) is None
    assert throttle.spend(replace(TRY, source="another network")) is None
    assert throttle.spend(replace(TRY, source="s", browser="unknown")) is not None


def test_a_known_browser_is_known_for_its_own_person_only(throttle: SqlThrottle) -> None:
    mine = replace(TRY, who="b-2")
    throttle.spend(mine)
    throttle.clear(mine)
    _guess_from_everywhere(throttle, 20)
    assert throttle.spend(replace(TRY, source="s")) is not None


def test_signing_in_does_not_help_who_guesses(throttle: SqlThrottle) -> None:
    _guess_from_everywhere(throttle, 9)
    throttle.spend(TRY)
    throttle.clear(TRY)
    assert throttle.spend(replace(TRY, source="a", browser="a")) is None
    assert throttle.spend(replace(TRY, source="c", browser="c")) is not None


def test_answers_that_were_not_wrong_do_not_add_up_from_everywhere(throttle: SqlThrottle) -> None:
    for number in range(30):
        stranger = replace(TRY, source=f"{number}", browser=f"{number}")
        assert throttle.spend(stranger) is None
        throttle.give_back(stranger)


def test_neither_person_nor_network_nor_browser_stands_in_the_tables(
    throttle: SqlThrottle, database: Database
) -> None:
    named = replace(TRY, who="ann@hub.test", browser="this browser")
    throttle.spend(named)
    throttle.clear(named)
    throttle.spend(named)
    with database.transaction() as transaction:
        shown = "".join(
            repr(transaction.execute(select(table)).all()) for table in metadata.sorted_tables
        )
    assert not [each for each in (named.who, named.source, named.browser) if each in shown]


def test_a_browser_known_by_its_password_guesses_codes_like_a_stranger(
    throttle: SqlThrottle,
) -> None:
    thief = replace(TRY, browser="thief")
    throttle.clear(thief)
    code = replace(thief, method=MethodName("totp"))
    waits = [throttle.spend(replace(code, source=f"10.1.{each}.0/24")) for each in range(11)]
    assert waits == [*[None] * 10, timedelta(seconds=30)]
