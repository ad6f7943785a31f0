"""A method or an action that breaks moves nothing, and the trail says that it did."""

import pytest

from hub.contract.errors import StoreUnavailable
from hub.contract.steps import Answer
from hub.contract.identifiers import ActionName
from hub.contract.tasks import Task
from hub.broker.assurance import ActionDue
from hub.broker.contained import StepFailed
from hub.testing.hub import MemoryHub, service
from hub.testing.methods import FakeAction
from hub.testing.people import ANN


def breaks() -> None:
    raise RuntimeError("a telephone number nobody must read")


def away() -> None:
    raise StoreUnavailable("disk")


class BrokenAction(FakeAction):
    def begin(self, task: Task) -> None:  # type: ignore[override]
        breaks()

    def advance(self, task: Task, answer: Answer) -> None:  # type: ignore[override]
        breaks()


def test_a_method_that_breaks_leaves_its_line_and_moves_nothing() -> None:
    hub = MemoryHub()
    hub.visit("low")
    before = hub.read().login
    hub.password.meanwhile = breaks
    with pytest.raises(StepFailed) as failed:
        hub.answer("password")
    assert hub.read().login == before and hub.records.sessions == {}
    line = hub.records.trail[-1]
    assert (line.action, line.support) == ("method.failed", failed.value.support)
    assert line.details == {"place": "password", "kind": "RuntimeError"}


def test_an_action_that_breaks_leaves_its_line_under_the_person() -> None:
    hub = MemoryHub(service("low", "low", "terms"))
    hub.rules.actions[ActionName("terms")] = BrokenAction("terms")  # type: ignore[index]
    hub.visit("low")
    hub.prove("password")
    with pytest.raises(StepFailed):
        hub.act("terms")
    line = hub.records.trail[-1]
    assert (line.action, line.account) == ("method.failed", ANN.id)
    assert line.details == {"place": "do/terms", "kind": "RuntimeError"}


def test_an_action_that_breaks_on_arrival_waits_for_a_click() -> None:
    hub = MemoryHub(service("low"), service("terms", "low", "terms"))
    hub.visit("low")
    hub.prove("password")
    hub.rules.actions[ActionName("terms")] = BrokenAction("terms")  # type: ignore[index]
    hub.visit("terms")
    assert hub.read().login.turn is None and hub.read().decision == ActionDue(
        action=ActionName("terms")
    )


@pytest.mark.parametrize("nonsense", [None, True, "Proved", {"account": "a-1"}])
def test_an_answer_the_contract_does_not_know_lets_nobody_in(nonsense: object) -> None:
    hub = MemoryHub()
    hub.visit("low")
    hub.password.advance = lambda attempt, answer: nonsense  # type: ignore[method-assign,assignment,return-value]
    with pytest.raises(StepFailed):
        hub.answer("password")
    assert hub.records.sessions == {}
    assert hub.records.trail[-1].details == {"place": "password", "kind": "TypeError"}


@pytest.mark.parametrize("nonsense", [None, True, ("strong",), [object()]])
def test_a_method_that_promises_nonsense_is_left_out(nonsense: object) -> None:
    hub = MemoryHub()
    hub.password.hopes = nonsense  # type: ignore[assignment]
    hub.visit("low")
    assert hub.choices() == ["card"]


def test_a_database_that_is_away_is_no_fault_of_the_method() -> None:
    hub = MemoryHub()
    hub.visit("low")
    hub.password.meanwhile = away
    with pytest.raises(StoreUnavailable):
        hub.answer("password")
    assert all(line.action != "method.failed" for line in hub.records.trail)
