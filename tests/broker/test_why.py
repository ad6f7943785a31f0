"""« Pourquoi ? » tells what the sign-in itself would decide, from each place one may stand."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from hub.contract.accounts import Account, Right
from hub.contract.assurance import Shortfall
from hub.contract.events import AuthenticationEvent, Evidence
from hub.contract.identifiers import MethodName, ServiceId, SessionId
from hub.contract.services import Access, Service
from hub.broker.assurance import ActionDue, MoreNeeded, OutOfReach, Satisfied
from hub.broker.outcomes import Pending
from hub.broker.records import BrowserSession
from hub.broker.why import Answered, Replay, Start, due, first_steps, why
from hub.testing.hub import NOON, MemoryHub, service
from hub.testing.methods import MAIL, PASSWORD, FakeAction
from hub.testing.people import ANN, CLINIC
from hub.testing.policies import HIGH, LOW, NONE

RECENT = replace(service("fresh", "low"), access=Access(minimum="low", max_age=timedelta(hours=1)))


@pytest.fixture
def hub() -> MemoryHub:
    reading = Access(minimum="low", rights=frozenset({"reader", "prescriber", "cutter"}))
    return MemoryHub(
        service("low"),
        service("high", "high"),
        service("terms", "low", "terms"),
        RECENT,
        Service(id=ServiceId("rights"), access=reading),
        actions=(FakeAction("terms"),),
    )


def asked(
    hub: MemoryHub, name: str, account: Account = ANN, live: Sequence[BrowserSession] = ()
) -> Answered:
    return why(hub.rules, hub.rules.services[ServiceId(name)], account, live, hub.now)


def only(answered: Answered, start: Start, method: str = "") -> Replay:
    found = [each for each in answered.replays if each.start is start]
    return next(each for each in found if not method or each.method == method)


def session(*proved: Evidence, ago: timedelta = timedelta(), place: str = "") -> BrowserSession:
    events = tuple(
        AuthenticationEvent(
            account=ANN.id, method=MethodName(each.authenticator), evidence=each, at=NOON - ago
        )
        for each in proved
    )
    began = NOON - ago
    return BrowserSession(
        id=SessionId("s-1"),
        account=ANN.id,
        events=events,
        began_at=began,
        situation=place or None,
    )


def test_nothing_proved_leads_to_what_finds_out_who_is_there(hub: MemoryHub) -> None:
    replay = only(asked(hub, "low"), Start.NOTHING)
    assert isinstance(replay.decision, MoreNeeded) and replay.reached == NONE
    assert first_steps(replay) == ["password", "card"]


def test_each_means_is_tried_alone_and_says_how_far_it_leads(hub: MemoryHub) -> None:
    answered = asked(hub, "high")
    assert answered.means == ["password", "code", "card"]
    password = only(answered, Start.MEANS, "password")
    assert password.reached == LOW and first_steps(password) == ["code", "card"]
    card = only(answered, Start.MEANS, "card")
    assert isinstance(card.decision, Satisfied) and card.reached == HIGH


def test_a_live_session_is_replayed_as_it_stands(hub: MemoryHub) -> None:
    live = session(PASSWORD, MAIL, place="clinic")
    replay = only(asked(hub, "high", live=[live]), Start.SESSION)
    assert isinstance(replay.decision, Satisfied)
    assert (replay.session, replay.place) == ("s-1", CLINIC)


def test_a_proof_too_old_for_this_service_is_said_to_be_needed_again(hub: MemoryHub) -> None:
    old = session(PASSWORD, ago=timedelta(hours=2))
    fresh = only(asked(hub, "fresh", live=[old]), Start.SESSION)
    assert isinstance(fresh.decision, MoreNeeded) and fresh.reached == LOW
    assert isinstance(only(asked(hub, "low", live=[old]), Start.SESSION).decision, Satisfied)


def test_terms_not_accepted_are_named(hub: MemoryHub) -> None:
    replay = only(asked(hub, "terms"), Start.MEANS, "password")
    assert replay.decision == ActionDue(action=FakeAction("terms").name)
    assert due(replay) == "terms"


def test_rights_missing_or_held_elsewhere_are_told_apart(hub: MemoryHub) -> None:
    answered = asked(hub, "rights")
    assert (answered.lacking, answered.elsewhere) == (["cutter"], ["prescriber"])
    missing = OutOfReach(why=Shortfall.RIGHT_MISSING)
    assert {type(each.decision) for each in answered.replays} == {OutOfReach}
    assert all(each.decision == missing for each in answered.replays)
    held = replace(ANN, rights=frozenset(Right(name=n) for n in ("reader", "prescriber", "cutter")))
    assert only(asked(hub, "rights", held), Start.NOTHING).decision != missing


def test_a_suspended_account_is_told_as_such_from_everywhere(hub: MemoryHub) -> None:
    answered = asked(hub, "low", replace(ANN, locked=True), [session(PASSWORD)])
    locked = OutOfReach(why=Shortfall.ACCOUNT_LOCKED)
    assert [each.decision for each in answered.replays] == [locked] * len(answered.replays)


def test_a_method_switched_off_is_no_way_any_more(hub: MemoryHub) -> None:
    off = frozenset({MethodName("card"), MethodName("code")})
    hub.rules = replace(hub.rules, off=lambda: off)
    answered = asked(hub, "high")
    assert answered.means == ["password"]
    nothing_helps = OutOfReach(why=Shortfall.NO_METHOD_REACHES_LEVEL)
    assert only(answered, Start.MEANS, "password").decision == nothing_helps


def test_the_answer_is_that_of_the_sign_in_itself(hub: MemoryHub) -> None:
    """Walked with the broker, step by step, each verdict is the one that was foretold."""
    foretold = only(asked(hub, "high"), Start.MEANS, "password")
    assert isinstance(hub.visit("high"), Pending)
    hub.answer("password")
    assert hub.read().decision == foretold.decision


def test_what_no_policy_explains_is_still_worth_something(hub: MemoryHub) -> None:
    (row,) = only(asked(hub, "low"), Start.MEANS, "password").rows
    assert (row.authenticator, row.row, row.level) == ("password", "", LOW)


def test_nothing_is_kept_of_a_replay(hub: MemoryHub) -> None:
    asked(hub, "high", live=[session(PASSWORD)])
    assert not hub.records.sessions and not hub.records.logins and not hub.records.trail
