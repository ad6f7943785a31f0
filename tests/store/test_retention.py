"""Retention: what is over goes, a run proves it in the trail, the rest of the chain is whole."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, func, insert, select, update

from hub.contract.accounts import Account
from hub.contract.audit import AuditEntry
from hub.contract.holdings import Holding, Standing
from hub.contract.identifiers import AccountId
from hub.people.rights import Grant
from hub.retention_settings import RetentionSettings, problems
from hub.store import verifying
from hub.store.database import Database
from hub.store.linking import known_keys
from hub.store.retention import Retention
from hub.store.rights import SqlRights
from hub.store.sealing import KeyRing
from hub.store.tables import checkpoint, metadata, right_grant, trail, trail_key
from hub.store.trail import SqlTrail
from hub.store.trail_purge import PURGED, SIGNATURE, UNTIL
from hub.testing.toolbox import MemoryClock

KEPT = RetentionSettings(trail=timedelta(days=200))


class Shares:
    """What a plugin keeps, as a number."""

    kind = "emage.shares"
    kept_for: timedelta | None = timedelta(days=3)

    def __init__(self, rows: int = 2) -> None:
        self.rows = rows

    def standing(self) -> Standing:
        return Standing(rows=self.rows)

    def forget(self, account: Account) -> int:
        return 0

    def purge(self, now: datetime) -> int:
        gone, self.rows = self.rows, 0
        return gone


class Broken(Shares):
    kind = "broken.things"

    def purge(self, now: datetime) -> int:
        raise RuntimeError("away")


class Year:
    """A hub whose trail grew by two entries each month, signed each time."""

    def __init__(self, database: Database, keys: KeyRing, clock: MemoryClock) -> None:
        self.database = database
        self.clock = clock
        self.trail = SqlTrail(database, keys, clock)
        self.shares = Shares()
        for month in range(12):
            self.note("login.vouched", "old" if month < 3 else "ann")
            self.note("session.expired", None)
            self.trail.link()
            self.trail.checkpoint()
            clock.later(days=30)

    def note(self, action: str, account: str | None) -> None:
        whose = AccountId(account) if account else None
        self.trail.note(AuditEntry(at=self.clock(), action=action, account=whose))

    def run(self, *holdings: Holding) -> Mapping[str, int]:
        kept = (self.database, self.clock, KEPT, self.trail, holdings or (self.shares,))
        gone = Retention(*kept).run()
        self.trail.link()
        return gone

    def count(self) -> int:
        with self.database.transaction() as transaction:
            return transaction.execute(select(func.count()).select_from(trail)).scalar_one()


@pytest.fixture
def year(database: Database, keys: KeyRing, clock: MemoryClock) -> Year:
    return Year(database, keys, clock)


def test_the_oldest_part_of_the_trail_goes_and_the_rest_is_whole(year: Year) -> None:
    assert year.run()["trail"] == 12
    verdict = year.trail.verify()
    assert verdict.whole and (verdict.linked, verdict.purged) == (13, 12), verdict.words
    assert "after 12 that retention took away" in verdict.words
    with year.database.transaction() as transaction:
        oldest = transaction.execute(select(func.min(trail.c.at))).scalar_one()
        kept = transaction.execute(select(trail_key.c.account)).scalars().all()
    assert year.clock() - oldest < KEPT.trail
    assert kept == ["ann"], "a key without entries goes with them"


def test_each_run_proves_itself_in_the_trail_with_counts_by_kind(year: Year) -> None:
    year.run()
    with year.database.transaction() as transaction:
        said = transaction.execute(
            select(trail.c.details).where(trail.c.action == "retention.purged")
        ).scalar_one()
    assert '"emage.shares": "2"' in said and '"trail": "12"' in said
    assert '"trail_until": "12"' in said


def test_a_run_with_nothing_to_erase_writes_nothing(year: Year) -> None:
    year.run()
    before = year.count()
    assert not any(year.run().values())
    assert year.count() == before


def test_a_second_purge_moves_the_beginning_on(year: Year) -> None:
    year.run()
    year.clock.later(days=60)
    year.note("login.vouched", "ann")
    year.trail.link()
    year.trail.checkpoint()
    assert year.run()["trail"] == 4
    assert year.trail.verify().purged == 16 and year.trail.verify().whole


def test_a_purge_in_the_middle_of_a_reading_is_no_false_alarm(
    year: Year, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verifying, "AT_ONCE", 5)
    purged: list[int] = []

    def in_the_middle(*given: Any) -> dict[str, bytes]:
        if not purged:
            purged.append(year.run()["trail"])
        return known_keys(*given)

    monkeypatch.setattr(verifying, "known_keys", in_the_middle)
    verdict = year.trail.verify()
    assert purged == [12]
    assert verdict.whole and (verdict.linked, verdict.purged) == (24, 0), verdict.words
    assert year.trail.verify().purged == 12 and year.trail.verify().whole


def test_who_only_deletes_the_first_entries_is_found_out(year: Year) -> None:
    """The signature is there, at entry 12: what is missing is the entry that says so."""
    with year.database.transaction() as transaction:
        transaction.execute(delete(trail).where(trail.c.sequence <= 12))
        transaction.execute(delete(checkpoint).where(checkpoint.c.size < 12))
    assert not year.trail.verify().whole


def test_who_deletes_more_than_was_told_is_found_out(year: Year) -> None:
    year.run()
    with year.database.transaction() as transaction:
        transaction.execute(delete(trail).where(trail.c.sequence <= 14))
    assert not year.trail.verify().whole


@pytest.mark.parametrize("signature", ["", "00" * 64, "none"])
@pytest.mark.parametrize("linked", [True, False])
@pytest.mark.parametrize("until", [12, 20])
def test_a_forged_word_of_retention_hides_nothing(
    year: Year, until: int, linked: bool, signature: str
) -> None:
    """Whoever writes in the tables may write that entry too, and have it linked."""
    told = {UNTIL: str(until), SIGNATURE: signature}
    forged = AuditEntry(at=year.clock(), action=PURGED, details=told)
    year.trail.note(forged)
    if linked:
        year.trail.link()
    with year.database.transaction() as transaction:
        transaction.execute(delete(trail).where(trail.c.sequence <= until))
        transaction.execute(delete(checkpoint).where(checkpoint.c.size < until))
    verdict = year.trail.verify()
    assert (verdict.whole, verdict.bad) == (False, 1), verdict.words


@pytest.mark.parametrize(
    "details",
    [
        '[{"trail_until": "12"}]',
        '{"a": ' * 60_000 + '"trail_until": "12"',
        '{"trail_until": "12", "trail_signature": ["00"]}',
    ],
    ids=["a list", "deep", "a signature that is none"],
)
def test_a_word_of_retention_that_is_none_is_an_answer_and_not_a_crash(
    year: Year, details: str
) -> None:
    with year.database.transaction() as transaction:
        transaction.execute(delete(trail).where(trail.c.sequence <= 12))
        transaction.execute(delete(checkpoint).where(checkpoint.c.size < 12))
        row = {"at": year.clock(), "action": PURGED, "details": details}
        transaction.execute(insert(trail).values(row))
    verdict = year.trail.verify()
    assert (verdict.whole, verdict.bad) == (False, 1), verdict.words


def test_the_word_of_one_purge_is_not_the_word_of_a_later_one(year: Year) -> None:
    year.run()
    with year.database.transaction() as transaction:
        said = transaction.execute(select(trail.c.details).where(trail.c.action == PURGED)).scalar()
        transaction.execute(delete(trail).where(trail.c.sequence <= 14))
        transaction.execute(delete(checkpoint).where(checkpoint.c.size < 14))
    told = {**json.loads(str(said)), UNTIL: "14"}
    year.trail.note(AuditEntry(at=year.clock(), action=PURGED, details=told))
    year.trail.link()
    assert not year.trail.verify().whole


def test_what_is_recent_is_missing_even_if_the_hub_itself_took_it_away(year: Year) -> None:
    year.trail.purge(year.clock() - timedelta(days=31), {})
    assert not year.trail.verify().whole


def test_a_trail_is_whole_from_the_moment_it_was_cut(year: Year) -> None:
    year.note("login.vouched", "ann")
    year.trail.purge(year.clock() - KEPT.trail, {})
    assert year.trail.verify().whole and year.trail.verify().unlinked == 0


def test_a_beginning_that_nobody_signed_is_none(year: Year) -> None:
    year.run()
    with year.database.transaction() as transaction:
        transaction.execute(
            update(checkpoint).where(checkpoint.c.size == 12).values(signature=b"\0" * 64)
        )
    assert not year.trail.verify().whole


def test_a_plugin_that_fails_keeps_nothing_of_the_others_from_going(year: Year) -> None:
    assert year.run(Broken(), year.shares)["emage.shares"] == 2


def test_rights_that_are_over_go_after_a_year_and_no_other(
    database: Database, clock: MemoryClock, keys: KeyRing
) -> None:
    rights = SqlRights(database)
    for name, until in (("over", clock() - timedelta(days=365)), ("ends", clock()), ("on", None)):
        grant = Grant(
            id=name,
            account=AccountId("ann"),
            name="mail.reader",
            since=clock() - timedelta(days=900),
            until=until,
        )
        rights.give(grant)
    Retention(database, clock, RetentionSettings(), SqlTrail(database, keys, clock), ()).run()
    with database.transaction() as transaction:
        assert set(transaction.execute(select(right_grant.c.id)).scalars()) == {"ends", "on"}


def test_every_table_of_the_core_is_shown_or_leads_to_nobody(year: Year) -> None:
    shown = {each.kind: each for each in _retention(year).shown()}
    # No person stands in these: who leads the nodes, which services joined, how the chain ends.
    nobody = {"edition", "service_off", "trail_head", "checkpoint", "trail_key", "upstream_session"}
    assert {table for table in metadata.tables if table not in shown} <= nobody | _CONSOLE
    assert shown["trail"].standing.rows == 24 and shown["trail"].lasts == "200 days"
    assert shown["emage.shares"].lasts == "3 days"
    assert shown["one_time"].lasts == "until it expires"
    assert shown["credential"].lasts == "as long as the account"


def test_nothing_may_be_kept_for_no_time_and_the_trail_not_under_six_months() -> None:
    wrong = problems(RetentionSettings(trail=timedelta(days=90), messages=timedelta()))
    assert [each.path for each in wrong] == ["retention.messages", "retention.trail"]
    assert not problems(RetentionSettings())


def _retention(year: Year) -> Retention:
    return Retention(year.database, year.clock, KEPT, year.trail, (year.shares,))


_CONSOLE = frozenset({"announcement", "method_off"})
"""What the operator's console owns: announcements, switches; no table of people."""
