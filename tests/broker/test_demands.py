"""What one request demands of the person, besides what its service requires of everybody."""

import pytest

from hub.contract.assurance import Shortfall
from hub.contract.events import Authentication
from hub.contract.identifiers import ActionName, ServiceId
from hub.contract.login import Asked, Demand, LoginRequest
from hub.contract.steps import Answer, Ask, Done
from hub.contract.tasks import Task
from hub.broker.assurance import ActionDue, OutOfReach, Satisfied
from hub.broker.outcomes import Admitted, Ended, Pending, Vouched
from hub.testing.hub import MemoryHub, service

AGREE = ActionName("agree")


class Agree:
    name = AGREE

    def __init__(self) -> None:
        self.remembered: set[str] = set()
        self.told: list[bool] = []

    def is_open(self, task: Task, *, fresh: bool) -> bool:
        self.told.append(fresh)
        return bool(task.about.get("always")) or task.account.id not in self.remembered

    def begin(self, task: Task) -> Ask:
        return Ask(template="agree.html", values={"what": task.about.get("what")})

    def advance(self, task: Task, answer: Answer) -> Done:
        self.remembered.add(task.account.id)
        return Done()


@pytest.fixture
def agree() -> Agree:
    return Agree()


@pytest.fixture
def hub(agree: Agree) -> MemoryHub:
    hub = MemoryHub(service("mail"), service("news", "low", "terms"))
    assert isinstance(hub.rules.actions, dict)
    hub.rules.actions[AGREE] = agree
    return hub


def demanding(
    hub: MemoryHub, name: str = "mail", *, always: bool = False, passive: bool = False
) -> Vouched | Pending | OutOfReach:
    request = LoginRequest(
        service=ServiceId(name),
        received_at=hub.now,
        asked=Asked(passive=passive),
        demands=(Demand(action=AGREE, about={"what": "name", "always": always}),),
    )
    outcome = hub.broker.begin(request, hub.browser, {})
    if isinstance(outcome, Pending):
        hub.login = outcome.login
    return outcome


def signed_in(hub: MemoryHub, name: str = "ann") -> None:
    hub.visit("mail")
    hub.answer("password", name)
    assert hub.vouched()
    hub.later(minutes=1)


def test_a_demand_stands_between_the_proof_and_the_service(hub: MemoryHub) -> None:
    demanding(hub)
    hub.answer("password")
    assert hub.read().decision == ActionDue(action=AGREE)
    shown = hub.broker.act(hub.login, hub.browser, AGREE, None)
    assert isinstance(shown, Ask) and shown.values == {"what": "name"}
    assert isinstance(hub.act("agree"), Admitted) and hub.vouched()


def test_what_is_remembered_is_not_asked_and_what_always_holds_is(hub: MemoryHub) -> None:
    signed_in(hub)
    demanding(hub)
    hub.act("agree")
    assert hub.vouched()
    assert isinstance(demanding(hub), Vouched)
    assert isinstance(demanding(hub, always=True), Pending)
    hub.act("agree")
    assert hub.vouched()
    assert isinstance(demanding(hub, always=True), Pending)


def test_silently_an_open_demand_is_an_error_and_a_met_one_is_none(hub: MemoryHub) -> None:
    signed_in(hub)
    assert demanding(hub, passive=True) == OutOfReach(why=Shortfall.CONSENT_REQUIRED)
    demanding(hub)
    hub.act("agree")
    assert isinstance(demanding(hub, passive=True), Vouched)


def test_what_the_service_requires_of_everybody_comes_first(hub: MemoryHub) -> None:
    signed_in(hub)
    required = OutOfReach(why=Shortfall.INTERACTION_REQUIRED)
    assert demanding(hub, "news", passive=True) == required
    demanding(hub, "news")
    assert hub.read().decision == ActionDue(action=ActionName("terms"))
    hub.act("terms")
    assert hub.read().decision == ActionDue(action=AGREE)


def test_what_one_person_agreed_to_is_asked_of_the_next(hub: MemoryHub, agree: Agree) -> None:
    demanding(hub, always=True)
    hub.answer("password")
    hub.act("agree")
    assert isinstance(hub.read().decision, Satisfied)
    seen = hub.read().seen
    assert seen
    hub.records.end(seen.session.id)
    hub.answer("password", "bob")
    assert hub.read().decision == ActionDue(action=AGREE)


def test_an_action_knows_whether_the_person_signed_in_just_now(
    hub: MemoryHub, agree: Agree
) -> None:
    signed_in(hub)
    demanding(hub)
    assert set(agree.told) == {False}
    agree.told.clear()
    hub.browser = type(hub.browser)(key="another", session=None, source="192.0.2.0/24")
    demanding(hub)
    hub.answer("password")
    assert set(agree.told) == {True}


def test_a_request_without_demands_asks_no_action(hub: MemoryHub, agree: Agree) -> None:
    signed_in(hub)
    assert isinstance(hub.visit("mail"), Authentication) and agree.told == []


def test_whoever_declines_ends_the_login_and_the_service_is_told(hub: MemoryHub) -> None:
    signed_in(hub)
    demanding(hub)
    hub.broker.decline(hub.login, hub.browser)
    ended = hub.complete()
    assert isinstance(ended, Ended) and ended.outcome == OutOfReach(why=Shortfall.DECLINED)


def test_a_login_declined_is_not_completed_by_proving_more(hub: MemoryHub) -> None:
    hub.visit("mail")
    hub.broker.decline(hub.login, hub.browser)
    hub.answer("password")
    ended = hub.complete()
    assert isinstance(ended, Ended) and ended.outcome == OutOfReach(why=Shortfall.DECLINED)
