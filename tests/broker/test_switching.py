"""The last way to a service is found out before it is closed."""

from dataclasses import replace

import pytest

from hub.contract.identifiers import MethodName, ServiceId
from hub.broker.assurance import OutOfReach
from hub.broker.outcomes import Pending
from hub.broker.records import OtherPerson
from hub.broker.switching import still_reached
from hub.contract.steps import Refused
from hub.testing.hub import MemoryHub
from hub.testing.people import ANN


@pytest.mark.parametrize(
    ("off", "reached"),
    [
        ((), True),
        (("card",), True),
        (("code",), True),
        (("password",), True),
        (("card", "code"), False),
        (("card", "password"), False),
        (("card", "code", "password"), False),
    ],
)
def test_a_service_is_reached_as_long_as_one_way_is_left(
    off: tuple[str, ...], reached: bool
) -> None:
    hub = MemoryHub()
    rules = replace(hub.rules, off=lambda: frozenset(MethodName(each) for each in off))
    assert still_reached(rules, rules.services[ServiceId("high")], ANN, hub.now) is reached


def test_what_this_person_has_not_set_up_is_no_way_for_them() -> None:
    hub = MemoryHub()
    hub.card.possible = lambda account: hub.card.hopes if account is None else ()  # type: ignore[method-assign]
    rules = replace(hub.rules, off=lambda: frozenset({MethodName("code")}))
    assert not still_reached(rules, rules.services[ServiceId("high")], ANN, hub.now)


def test_what_is_switched_off_while_somebody_uses_it_takes_no_answer() -> None:
    off: set[MethodName] = set()
    hub = MemoryHub()
    object.__setattr__(hub.rules, "off", lambda: frozenset(off))
    assert isinstance(hub.visit("high"), Pending)
    hub.choose("card")
    off.add(MethodName("card"))
    assert "card" not in hub.choices()
    answer = hub.answer("card")
    assert isinstance(answer, Refused) and not isinstance(answer, OtherPerson)
    assert not hub.records.sessions
    off.clear()
    assert "card" in hub.choices()


def test_a_proof_that_waits_is_dropped_when_its_method_is_switched_off() -> None:
    off: set[MethodName] = set()
    hub = MemoryHub()
    object.__setattr__(hub.rules, "off", lambda: frozenset(off))
    hub.visit("high")
    hub.answer("password", "ann")
    assert isinstance(hub.prove("card", "bob"), OtherPerson)
    off.add(MethodName("card"))
    assert hub.continue_as() is None
    scene = hub.read()
    assert scene.login.turn is None and scene.seen and scene.seen.account.id == ANN.id
    assert {each.account for each in hub.records.sessions.values()} == {ANN.id}


def test_what_cannot_be_reached_any_more_says_so_at_once() -> None:
    hub = MemoryHub()
    everything = frozenset(hub.rules.methods)
    object.__setattr__(hub.rules, "off", lambda: everything)
    assert isinstance(hub.visit("low"), OutOfReach)
