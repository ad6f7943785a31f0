"""Who outside fails and works again: written once when it changes, whoever finds out."""

from datetime import timedelta

import pytest

from hub.contract.audit import AuditEntry
from hub.contract.errors import StoreUnavailable
from hub.people.degraded import Ailing
from hub.store.database import Database
from hub.store.faring import SqlFaring
from hub.store.sealing import KeyRing
from tests.store.faring import NOON, Hub


@pytest.fixture
def hub(database: Database, keys: KeyRing) -> Hub:
    return Hub(database, keys)


def test_a_failure_is_written_once_however_often_it_is_told(hub: Hub) -> None:
    one = hub.process()
    for _ in range(5):
        one.told("carrier", "smtp", False)
        hub.later(seconds=5)
    assert hub.actions() == ["carrier.failing"]
    assert one.ailing() == [Ailing(kind="carrier", name="smtp", since=NOON, last=NOON)]


def test_who_works_again_is_well(hub: Hub) -> None:
    one = hub.process()
    one.told("party", "psc/token", False)
    one.told("party", "psc/token", True)
    one.told("party", "psc/token", True)
    assert hub.actions() == ["party.failing", "party.recovered"]
    assert one.ailing() == []


def test_another_process_may_find_out_that_it_works(hub: Hub) -> None:
    one, other = hub.process(), hub.process()
    other.told("party", "psc/token", True)
    one.told("party", "psc/token", False)
    other.told("party", "psc/token", True)
    # It asked a moment ago: whoever is called a hundred times a second is not asked for each.
    assert one.ailing()
    hub.later(minutes=2)
    other.told("party", "psc/token", True)
    assert one.ailing() == []


def test_a_process_begun_since_finds_out_too(hub: Hub) -> None:
    hub.process().told("carrier", "smtp", False)
    hub.process().told("carrier", "smtp", True)
    assert hub.process().ailing() == []


def test_of_whom_nothing_is_heard_for_a_day_nothing_is_said(hub: Hub) -> None:
    one = hub.process()
    one.told("party", "gone/away", False)
    hub.later(hours=25)
    assert one.ailing() == []


def test_an_outage_of_more_than_a_day_is_still_told(hub: Hub) -> None:
    one = hub.process()
    for _ in range(30):
        one.told("party", "psc/token", False)
        hub.later(hours=1)
    one.told("party", "psc/token", False)
    assert [each.name for each in one.ailing()] == ["psc/token"]
    assert hub.actions() == ["party.failing"] * 2


def test_whom_another_process_called_well_is_told_of_again_within_a_minute(hub: Hub) -> None:
    one, other = hub.process(), hub.process()
    one.told("party", "psc/token", False)
    other.told("party", "psc/token", True)
    one.told("party", "psc/token", False)
    assert one.ailing() == []
    hub.later(minutes=1)
    one.told("party", "psc/token", False)
    assert [each.name for each in one.ailing()] == ["psc/token"]


def test_one_s_recovery_is_not_another_s(hub: Hub) -> None:
    one = hub.process()
    for kind, name in (("carrier", "smtp"), ("party", "smtp"), ("carrier", "sms_http")):
        one.told(kind, name, False)
    one.told("carrier", "smtp", True)
    assert [(each.kind, each.name) for each in one.ailing()] == [
        ("carrier", "sms_http"),
        ("party", "smtp"),
    ]


def test_a_database_away_disturbs_nobody_s_call(database: Database) -> None:
    def away(entry: AuditEntry) -> None:
        raise StoreUnavailable

    SqlFaring(database, away, lambda: NOON).told("carrier", "smtp", False)


def test_a_carrier_that_goes_on_failing_is_written_now_and_then(hub: Hub) -> None:
    one = hub.process()
    for _ in range(12):
        one.told("carrier", "smtp", False)
        hub.later(minutes=1)
    assert hub.actions() == ["carrier.failing"] * 3
    (still,) = one.ailing()
    assert still.since == NOON and hub.now - still.last < timedelta(minutes=5)
