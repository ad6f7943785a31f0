"""Links are proved on both sides, told to both, and never somebody else's."""

from dataclasses import replace

import pytest

from hub.broker.accounts import AllStores
from hub.contract.accounts import Account, Identifier, Link, UpstreamIdentity
from hub.contract.errors import StoreUnavailable
from hub.contract.identifiers import AccountId
from hub.people.links import OTHER_NUMBER, READ_ONLY, TAKEN, Links
from hub.testing.memory import MemoryAccounts
from hub.testing.people import ANN, BOB
from hub.testing.toolbox import MemoryToolbox

NOBODYS = UpstreamIdentity(issuer="https://psc.test", subject="s-1", name="MARTIN Ann")
NUMBERLESS = replace(BOB, identifiers=())


class Office:
    def __init__(self, *people: Account) -> None:
        self.toolbox = MemoryToolbox("hub", MemoryAccounts(people))
        self.links = Links(self.toolbox, AllStores([self.toolbox.people]))

    def add(self, account: Account, identity: UpstreamIdentity) -> object:
        return self.links.add(account, identity, "psc", "Pro Santé Connect", "fr")

    @property
    def told(self) -> list[tuple[str, str]]:
        return [(each.template, each.to) for each in self.toolbox.outbox.messages]


def test_a_link_is_kept_told_and_written_down() -> None:
    office = Office(ANN)
    assert office.add(ANN, NOBODYS) is None
    assert office.toolbox.people.by_upstream(NOBODYS) == ANN
    assert office.told == [("link_added", "ann@hub.test")]
    assert all(each.notice for each in office.toolbox.outbox.messages)
    (noted,) = office.toolbox.noted
    assert (noted.action, noted.account, noted.details) == ("link.added", ANN.id, {"method": "psc"})


def test_the_address_the_provider_knows_is_told_too() -> None:
    office = Office(ANN)
    office.add(ANN, replace(NOBODYS, attributes={"email": ("ann@hospital.test", "b@c.test")}))
    assert [to for _, to in office.told] == ["ann@hospital.test", "ann@hub.test"]


def test_an_identity_linked_to_somebody_else_is_refused() -> None:
    office = Office(ANN, BOB)
    office.add(ANN, NOBODYS)
    assert office.add(BOB, NOBODYS) == TAKEN
    assert office.toolbox.people.by_upstream(NOBODYS) == ANN
    assert len(office.told) == 1


def test_an_identity_whose_number_is_somebody_elses_is_refused() -> None:
    office = Office(ANN, NUMBERLESS)
    anns = replace(NOBODYS, identifiers=(Identifier(system="rpps", number="10001"),))
    assert office.add(NUMBERLESS, anns) == TAKEN
    assert not office.toolbox.people.links(BOB.id)


def test_an_identity_in_doubt_is_nobodys_to_link() -> None:
    twin = replace(BOB, identifiers=ANN.identifiers[1:])
    office = Office(ANN, twin)
    anns = replace(NOBODYS, identifiers=(Identifier(system="rpps", number="10001"),))
    assert office.add(twin, anns) == TAKEN


def test_an_identity_of_another_number_is_refused() -> None:
    other = replace(NOBODYS, identifiers=(Identifier(system="rpps", number="30003"),))
    assert Office(ANN).add(ANN, other) == OTHER_NUMBER


def test_an_account_that_is_nobodys_here_cannot_be_linked() -> None:
    assert Office().add(ANN, NOBODYS) == READ_ONLY


def test_linking_twice_does_no_harm() -> None:
    office = Office(ANN)
    assert [office.add(ANN, NOBODYS), office.add(ANN, NOBODYS)] == [None, None]
    assert len(office.links.of(ANN.id)) == 1


def test_what_is_remembered_is_not_told_and_only_written_down_once() -> None:
    office = Office(ANN)
    for _ in range(2):
        office.links.remember(ANN, NOBODYS, "psc")
    assert [each.action for each in office.toolbox.noted] == ["link.remembered"]
    assert not office.told


def test_a_link_is_removed_once_by_its_owner_and_told() -> None:
    office = Office(ANN, BOB)
    office.toolbox.people.link(ANN.id, Link(issuer="https://psc.test", subject="899700000001"))
    ((key, _),) = office.links.of(ANN.id)
    assert "8997" not in key
    done = [office.links.end(whose, key, "PSC", "fr") for whose in (BOB, ANN, ANN)]
    assert done == [False, True, False]
    assert office.told == [("link_removed", "ann@hub.test")]


@pytest.mark.parametrize("key", ["", "x", "a" * 1000])
def test_an_invented_link_is_not_removed(key: str) -> None:
    office = Office(ANN)
    office.add(ANN, NOBODYS)
    assert not office.links.end(ANN, key, "PSC", "fr")
    assert office.links.of(AccountId("nobody")) == ()


class Away(MemoryAccounts):
    """Its database went away after it was read."""

    def link(self, account_id: AccountId, link: Link) -> None:
        raise StoreUnavailable("in the test")


def test_a_database_that_went_away_is_not_somebody_elses_link() -> None:
    office = Office(ANN)
    office.toolbox.stores["memory"] = Away([ANN])
    with pytest.raises(StoreUnavailable):
        office.add(ANN, NOBODYS)
