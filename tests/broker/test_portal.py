from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import pytest

from hub.contract.accounts import Account, Right
from hub.contract.assurance import Level
from hub.contract.events import Evidence
from hub.contract.identifiers import ActionName, ServiceId
from hub.contract.services import Access, DeclaredPeer, Launch, Service, Tile
from hub.broker.portal import Door, TileView, destination, padlock, tiles
from hub.broker.rules import Rules
from hub.broker.scene import Seen
from hub.broker.sessions import joined, opened
from hub.testing.hub import NOON, MemoryHub, service
from hub.testing.methods import CARD, MAIL, PASSWORD, SMS, FakeMethod, card
from hub.testing.people import ANN
from hub.testing.policies import HIGH, LOW, TOP, TwoFactors
from tests.broker.cases import event

TILE = Tile(title="Mail", summary="Secure mail")
PEER = DeclaredPeer(frontend="oidc", table={})
PORTAL = ServiceId("portal")
TERMS = ActionName("terms")


def shown(access: Access, *, linked: bool = True) -> Service:
    peer = PEER if linked else None
    return Service(id=ServiceId("mail"), access=access, tile=TILE, peer=peer)


def rules(*services: Service, policy: TwoFactors | None = None) -> Rules:
    return MemoryHub(service("portal"), *services, policy=policy).rules


def seen(*evidence: Evidence, account: Account = ANN) -> Seen:
    first, *others = (event(each) for each in evidence)
    session = opened(first, NOON)
    for other in others:
        session = joined(session, other)
    return Seen(session=session, account=account)


def view(access: Access, person: Seen, *, linked: bool = True) -> TileView:
    (only,) = tiles(rules(shown(access, linked=linked)), person, NOON)
    return only


@pytest.mark.parametrize(
    ("access", "door"),
    [
        (Access(minimum="low"), Door.OPEN),
        (Access(minimum="high"), Door.STEP_UP),
        (Access(minimum="top"), Door.OUT_OF_REACH),
        (Access(minimum="low", rights=frozenset({"reader"})), Door.OPEN),
        (Access(minimum="low", rights=frozenset({"boss"})), Door.RIGHT_MISSING),
        (Access(minimum="high", rights=frozenset({"boss"})), Door.RIGHT_MISSING),
        (Access(minimum="low", requires=(TERMS,)), Door.ACTION_DUE),
        (Access(minimum="high", requires=(TERMS,)), Door.STEP_UP),
    ],
)
def test_a_tile_says_what_stands_before_the_service(access: Access, door: Door) -> None:
    assert view(access, seen(PASSWORD)).door is door


def test_a_step_up_names_the_level_it_leads_to() -> None:
    assert view(Access(minimum="high"), seen(PASSWORD)).level == HIGH


class NotSetUp(FakeMethod):
    """Serves others; this person has nothing for it."""

    def possible(self, account: Account | None) -> tuple[Evidence, ...]:
        return () if account else self.hopes


def without_means(
    minimum: str, proved: Evidence = PASSWORD, policy: TwoFactors | None = None
) -> TileView:
    """Of somebody who has a password alone."""
    hub = MemoryHub(service("portal"), shown(Access(minimum=minimum)), policy=policy)
    every = hub.rules.methods
    lacks = {
        name: NotSetUp(card(name), hub.accounts, *each.possible(None))
        for name, each in every.items()
        if name != "password"
    }
    (only,) = tiles(replace(hub.rules, methods={**every, **lacks}), seen(proved), NOON)
    return only


def test_who_cannot_reach_a_level_is_told_which_means_would() -> None:
    found = without_means("high")
    assert found.door is Door.OUT_OF_REACH and found.means == ("code", "card")


def test_what_the_person_has_and_did_not_use_counts_beside_what_is_lacking() -> None:
    found = without_means("high", MAIL, TwoFactors(discounted=frozenset({"mail"})))
    assert found.door is Door.OUT_OF_REACH and "code" in found.means


def test_no_means_is_named_that_would_not_reach_it_either() -> None:
    found = without_means("top")
    assert found.door is Door.OUT_OF_REACH and found.means == ()
    assert view(Access(minimum="top"), seen(PASSWORD)).means == ()


def test_an_action_due_is_named() -> None:
    assert view(Access(minimum="low", requires=(TERMS,)), seen(PASSWORD)).action == TERMS


def test_a_tile_opens_once_the_level_is_proved() -> None:
    assert view(Access(minimum="high"), seen(PASSWORD, SMS)).door is Door.OPEN


def test_a_right_given_for_one_situation_opens_nothing_before_it_is_chosen() -> None:
    prescribers = Access(minimum="low", rights=frozenset({"prescriber"}))
    person = seen(CARD)
    assert view(prescribers, person).door is Door.RIGHT_MISSING
    acting = replace(person, session=replace(person.session, situation="clinic"))
    assert view(prescribers, acting).door is Door.OPEN


def test_somebody_suspended_since_sees_every_tile_locked() -> None:
    suspended = seen(CARD, account=replace(ANN, locked=True))
    assert view(Access(minimum="low"), suspended).door is Door.LOCKED


@pytest.mark.parametrize("minimum", ["high", "top"])
def test_a_plain_link_asks_for_no_level(minimum: str) -> None:
    assert view(Access(minimum=minimum), seen(PASSWORD), linked=False).door is Door.OPEN


def test_a_plain_link_still_needs_its_right() -> None:
    for_bosses = Access(minimum="low", rights=frozenset({"boss"}))
    bosses = replace(ANN, rights=frozenset({Right(name="boss")}))
    assert view(for_bosses, seen(CARD), linked=False).door is Door.RIGHT_MISSING
    assert view(for_bosses, seen(CARD, account=bosses), linked=False).door is Door.OPEN


def test_services_without_a_tile_are_not_shown_and_the_others_keep_their_order() -> None:
    names = [ServiceId(name) for name in ("zebra", "apple")]
    catalogue = [Service(id=name, access=Access(minimum="low"), tile=TILE) for name in names]
    views = tiles(rules(*catalogue), seen(PASSWORD), NOON)
    assert [each.service for each in views] == names


def test_the_padlock_says_what_was_proved_and_what_more_could_be() -> None:
    lock = padlock(rules(), seen(PASSWORD), PORTAL, NOON)
    assert (lock.level, lock.authenticators, lock.at, lock.next) == (LOW, ("password",), NOON, HIGH)


def test_the_padlock_is_as_old_as_its_oldest_proof() -> None:
    session = joined(opened(event(PASSWORD, 90), NOON), event(SMS))
    lock = padlock(rules(), Seen(session=session, account=ANN), PORTAL, NOON)
    assert (lock.level, lock.at) == (HIGH, event(PASSWORD, 90).at)


def test_the_padlock_promises_no_level_that_nothing_reaches() -> None:
    assert padlock(rules(), seen(PASSWORD, SMS), PORTAL, NOON).next is None
    weak = TwoFactors(discounted=frozenset({"sms", "mail", "card"}))
    assert padlock(rules(policy=weak), seen(PASSWORD, MAIL), PORTAL, NOON).next is None


class CardsOnTop(TwoFactors):
    """A card is worth more than two other factors."""

    def achieved(
        self, evidence: Sequence[Evidence], account: Account | None, now: datetime
    ) -> Level:
        card = any(each.authenticator == CARD.authenticator for each in evidence)
        return TOP if card else super().achieved(evidence, account, now)


def test_the_padlock_offers_the_nearest_level_and_not_the_highest() -> None:
    policy = CardsOnTop()
    assert padlock(rules(policy=policy), seen(PASSWORD), PORTAL, NOON).next == HIGH
    assert padlock(rules(policy=policy), seen(PASSWORD, SMS), PORTAL, NOON).next == TOP


MAILBOX = Launch(
    address="https://mail.test/",
    deep_link="https://mail.test/{box}/message/{message}",
    parameters={"message": "[0-9]{1,12}", "box": "[a-z /]+"},
)


def test_a_tile_leads_to_the_launch_address() -> None:
    assert destination(MAILBOX, {}) == "https://mail.test/"


def test_a_link_leads_to_the_record_with_every_value_quoted() -> None:
    asked = {"message": "42", "box": "a/b c"}
    assert destination(MAILBOX, asked) == "https://mail.test/a%2Fb%20c/message/42"


@pytest.mark.parametrize(
    "given",
    [
        {"message": "42"},
        {"box": "a"},
        {"message": "42", "box": "a", "next": "https://evil.test"},
        {"message": "42x", "box": "a"},
        {"message": "42\n", "box": "a"},
        {"message": "٤٢", "box": "a"},
        {"message": "", "box": "a"},
    ],
)
def test_a_link_that_is_not_as_declared_leads_nowhere(given: dict[str, str]) -> None:
    assert destination(MAILBOX, given) is None


def test_a_service_without_a_deep_link_takes_no_parameter() -> None:
    assert destination(Launch(address="https://mail.test/"), {"message": "42"}) is None
