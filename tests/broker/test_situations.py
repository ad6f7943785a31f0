"""For which place somebody acts: asked once, remembered, changed, and never guessed."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from hub.contract.accounts import Account, Right, Situation, UpstreamIdentity
from hub.contract.assurance import Shortfall
from hub.contract.events import AuthenticationEvent
from hub.contract.identifiers import ActionName, MethodName, ServiceId
from hub.contract.login import Asked, Demand, LoginRequest
from hub.contract.services import Access, DeclaredPeer, Service, Tile
from hub.contract.tasks import Task
from hub.broker.assurance import ActionDue, OutOfReach
from hub.broker.outcomes import Admitted, Ended, Pending, Vouched
from hub.broker.portal import Door, tiles
from hub.broker.scene import Seen
from hub.broker.sessions import opened
from hub.broker.situations import places, settled
from hub.testing.hub import NOON, MemoryHub, service
from hub.testing.methods import VOUCHED, FakeAction
from hub.testing.people import ANN, BOB, CLINIC, SURGERY

NAME = ActionName("situation")
MAIL = service("mail", claims=["situation"])
PRESCRIBING = Service(
    id=ServiceId("drugs"), access=Access(minimum="low", rights=frozenset({"prescriber"}))
)


class FakeSettling(FakeAction):
    """Asks for the place, unless it remembers one."""

    def __init__(self, remembers: str | None = None) -> None:
        super().__init__("situation")
        self.remembers = remembers
        self.tasks: list[Task] = []

    def remembered(self, account: Account, places: Sequence[Situation]) -> str | None:
        return self.remembers

    def is_open(self, task: Task, *, fresh: bool) -> bool:
        self.tasks.append(task)
        return len(task.places) > 1


def hub_of(remembers: str | None = None) -> MemoryHub:
    return MemoryHub(MAIL, PRESCRIBING, actions=[FakeSettling(remembers)])


@pytest.fixture
def hub() -> MemoryHub:
    return hub_of()


def arrive(hub: MemoryHub, name: str = "mail", person: str = "ann") -> None:
    hub.visit(name)
    hub.answer("password", person)


def test_whoever_has_several_places_is_asked_before_any_service(hub: MemoryHub) -> None:
    arrive(hub)

    assert hub.read().decision == ActionDue(action=NAME)
    assert isinstance(hub.complete(), Pending)


def test_the_place_chosen_is_told_and_not_asked_again_in_the_session(hub: MemoryHub) -> None:
    arrive(hub)
    hub.act("situation", situation="clinic")

    assert hub.vouched().situation == CLINIC
    again = hub.visit("mail")
    assert not isinstance(again, Pending | OutOfReach) and again.situation == CLINIC


def test_a_single_place_is_taken_without_a_word(hub: MemoryHub) -> None:
    hub.accounts.change(replace(ANN, situations=(SURGERY,)))
    arrive(hub)

    assert hub.vouched().situation == SURGERY


def test_nobody_is_asked_who_has_no_place(hub: MemoryHub) -> None:
    arrive(hub, person="bob")

    assert hub.vouched().situation is None


def test_the_place_remembered_is_taken_without_a_page() -> None:
    hub = hub_of(remembers="surgery")
    arrive(hub)

    assert hub.vouched().situation == SURGERY


def test_a_remembered_place_that_was_left_is_asked_anew() -> None:
    hub = hub_of(remembers="sold")
    arrive(hub)

    assert hub.read().decision == ActionDue(action=NAME)


def test_a_place_that_is_not_the_person_s_is_no_choice(hub: MemoryHub) -> None:
    arrive(hub)
    hub.act("situation", situation="somebody-elses")

    assert hub.read().decision == ActionDue(action=NAME)


def test_silence_is_kept_rather_than_a_place_guessed(hub: MemoryHub) -> None:
    arrive(hub)

    refused = hub.visit("mail", Asked(passive=True))

    assert refused == OutOfReach(why=Shortfall.INTERACTION_REQUIRED)


def test_a_right_of_one_place_opens_once_that_place_is_chosen(hub: MemoryHub) -> None:
    arrive(hub, "drugs")
    assert hub.read().decision == ActionDue(action=NAME)
    hub.act("situation", situation="clinic")

    assert hub.vouched()


def test_a_right_of_another_place_is_not_seen(hub: MemoryHub) -> None:
    arrive(hub, "drugs")
    hub.act("situation", situation="surgery")

    assert hub.read().decision == OutOfReach(why=Shortfall.RIGHT_MISSING)


def test_a_right_nobody_gave_is_missing_before_any_choice(hub: MemoryHub) -> None:
    hub.accounts.change(replace(ANN, rights=frozenset({Right(name="reader")})))
    arrive(hub, "drugs")

    assert hub.read().decision == OutOfReach(why=Shortfall.RIGHT_MISSING)


def test_without_the_action_no_place_is_settled_and_no_right_of_one_is_seen() -> None:
    hub = MemoryHub(PRESCRIBING, actions=[])
    arrive(hub, "drugs")

    assert hub.read().decision == OutOfReach(why=Shortfall.RIGHT_MISSING)


def test_tiles_follow_the_place() -> None:
    hub = hub_of()
    peer = DeclaredPeer(frontend="test", table={})
    tiled = replace(PRESCRIBING, tile=Tile(title="x", summary=""), peer=peer)
    rules = replace(hub.rules, services={tiled.id: tiled})
    event = AuthenticationEvent(
        account=ANN.id, method=MethodName("card"), evidence=VOUCHED, at=NOON
    )
    doors = {}
    for place in ("clinic", "surgery", None):
        session = replace(opened(event, NOON), situation=place)
        doors[place] = tiles(rules, Seen(session=session, account=ANN), NOON)[0].door

    assert doors == {
        "clinic": Door.OPEN,
        "surgery": Door.RIGHT_MISSING,
        None: Door.ACTION_DUE,
    }


def change(hub: MemoryHub, place: str) -> None:
    """As « Changer de situation » asks."""
    request = LoginRequest(
        service=ServiceId("mail"), received_at=hub.now, demands=(Demand(action=NAME),)
    )
    outcome = hub.broker.begin(request, hub.browser, {})
    assert isinstance(outcome, Pending)
    hub.login = outcome.login
    assert isinstance(hub.act("situation", situation=place), Admitted)


def test_another_place_is_chosen_without_signing_in_again(hub: MemoryHub) -> None:
    arrive(hub)
    hub.act("situation", situation="clinic")
    hub.vouched()
    hub.later(minutes=5)

    change(hub, "surgery")

    ended = hub.complete()
    assert isinstance(ended, Ended) and isinstance(ended.outcome, Vouched)
    told = ended.outcome.authentication
    assert told.situation == SURGERY and told.at == hub.now - timedelta(minutes=5)


def test_a_service_knows_the_session_by_another_name_for_another_place(hub: MemoryHub) -> None:
    arrive(hub)
    hub.act("situation", situation="clinic")
    first = hub.vouched().sid
    again = hub.visit("mail")
    assert not isinstance(again, Pending | OutOfReach) and again.sid == first

    names = {first}
    for place in ("surgery", "clinic"):
        change(hub, place)
        names.add(hub.vouched().sid)

    assert len(names) == 3


WARD = Situation(
    id="psc:10C:F1:S::",
    structure="F1",
    name="CLINIQUE DU PARC",
    role="Médecin, salarié",
    profession="Médecin",
    town="Grandval",
    source="https://psc.test",
    native={"SubjectRole": "[]"},
)


def came(*told: Situation) -> AuthenticationEvent:
    """By a provider that knows those places."""
    upstream = UpstreamIdentity(issuer="https://psc.test", subject="8", situations=told)
    return AuthenticationEvent(
        account=ANN.id, method=MethodName("psc"), evidence=VOUCHED, at=NOON, upstream=upstream
    )


def test_a_provider_adds_the_places_it_knows_to_those_of_the_account() -> None:
    annexe = replace(WARD, name="Annexe")

    assert places(ANN, [came(annexe)]) == (CLINIC, SURGERY, annexe)
    assert places(BOB, [came(annexe)]) == (annexe,)


def test_a_place_both_know_is_one_and_keeps_the_name_its_rights_are_given_for() -> None:
    first, second = places(ANN, [came(WARD)])

    assert (first.id, first.role, first.source) == ("clinic", "doctor", "memory")
    assert (first.town, first.profession, first.native) == ("Grandval", "Médecin", WARD.native)
    assert second == SURGERY


@pytest.mark.parametrize(
    ("own", "same"),
    [
        ({"structure": "F1"}, True),
        ({"profession": "Médecine"}, True),
        ({"profession": "Pharmacien"}, False),
        ({"town": "GRANDVAL"}, True),
        ({"town": "Ailleurs"}, False),
        ({"structure": "Clinique"}, False),
    ],
)
def test_one_structure_in_one_town_for_one_profession_is_one_place(
    own: dict[str, Any], same: bool
) -> None:
    known = replace(ANN, situations=(replace(CLINIC, **own),))

    assert len(places(known, [came(WARD)])) == (1 if same else 2)


def test_of_two_activities_at_one_place_one_completes_it_and_the_other_stays() -> None:
    other = replace(WARD, id="psc:10C:F1:L::", role="Médecin, libéral")
    known = replace(ANN, situations=(CLINIC,))

    assert [each.id for each in places(known, [came(WARD, other)])] == ["clinic", other.id]


def test_a_choice_that_is_no_longer_known_is_none() -> None:
    assert settled((CLINIC, SURGERY), "sold") is None
    assert settled((CLINIC,), "surgery") == CLINIC
    assert settled((CLINIC, SURGERY), None) is None
