"""A national number that was only declared: it finds its person, and counts as nobody's proof."""

from dataclasses import replace

import pytest

from hub.broker.accounts import AllStores
from hub.broker.assurance import Known
from hub.broker.facts import facts
from hub.contract.accounts import Account, Identifier, UpstreamIdentity
from hub.people.creating import account_of, described
from hub.people.links import Links
from hub.people.requests import AccountRequest, Typed
from hub.testing.memory import MemoryAccounts
from hub.testing.people import ANN, BOB, CLINIC
from hub.testing.store_kits import EVENT
from hub.testing.toolbox import NOON, MemoryToolbox

NUMBER = Identifier(system="rpps", number="99700075064")
OTHER = Identifier(system="rpps", number="99700434378")
DECLARED = replace(NUMBER, declared=True)
CARD = UpstreamIdentity(issuer="cps", subject="card", identifiers=(NUMBER,))


class Office:
    def __init__(self, *people: Account) -> None:
        self.people = MemoryAccounts(people)
        self.toolbox = MemoryToolbox("hub", self.people)
        self.stores = AllStores([self.people])
        self.links = Links(self.toolbox, self.stores)

    def carried(self, account: Account) -> list[tuple[str, bool]]:
        found = self.people.by_id(account.id)
        assert found
        return [(each.number, each.declared) for each in found.identifiers]

    def actions(self) -> list[tuple[str, str | None]]:
        return [(each.action, each.account) for each in self.toolbox.noted]


def carrying(account: Account, *identifiers: Identifier) -> Account:
    return replace(account, identifiers=identifiers)


def test_what_a_referent_or_a_request_types_is_declared() -> None:
    typed = described({"given_name": "A", "family_name": "B", "role": "R", "number": NUMBER.number})
    new = account_of(typed, ANN.id, CLINIC, invited=True)
    assert [each.number for each in new.identifiers if each.declared] == [NUMBER.number]
    asked = Typed(
        given_name="A",
        family_name="B",
        mail="a@b.test",
        profession="P",
        structure="S",
        number=NUMBER.number,
    )
    request = AccountRequest(id="r", made_at=NOON, structure=None, typed=asked)
    assert [each.declared for each in request.identifiers] == [True]


def test_no_service_is_told_a_declared_number_and_a_proved_one_beside_it_is() -> None:
    account = carrying(ANN, replace(OTHER, declared=True))
    shown = replace(EVENT, account=ANN.id, upstream=CARD)
    unproved = facts(Known(account=account, events=()))
    told = facts(Known(account=account, events=(shown,)))
    assert "rpps" not in unproved and told["rpps"] == (NUMBER.number,)


def test_what_the_declared_number_let_in_proves_it_for_nobody_else() -> None:
    ann = carrying(ANN, DECLARED)
    office = Office(ann)
    assert office.stores.whose(CARD) == ann
    office.links.remember(ann, CARD, "cps")
    assert office.carried(ANN) == [(NUMBER.number, True)]
    assert office.actions() == [("link.remembered", ANN.id)]
    kept = office.people.by_id(ANN.id)
    assert kept
    by_password = replace(EVENT, account=ANN.id, upstream=None)
    by_card = replace(EVENT, account=ANN.id, upstream=CARD)
    assert "rpps" not in facts(Known(account=kept, events=(by_password,)))
    assert facts(Known(account=kept, events=(by_card,)))["rpps"] == (NUMBER.number,)


def test_whoever_holds_the_account_and_the_card_makes_the_declared_number_a_proved_one() -> None:
    ann = carrying(ANN, DECLARED)
    office = Office(ann)
    assert office.links.add(ann, CARD, "cps", "Carte", "fr") is None
    assert office.carried(ANN) == [(NUMBER.number, False)]
    assert office.actions() == [("identifier.proved", ANN.id), ("link.added", ANN.id)]


def test_a_card_known_already_ends_what_somebody_declared_since() -> None:
    ann = carrying(ANN)
    office = Office(ann)
    assert office.links.add(ann, CARD, "cps", "Carte", "fr") is None
    office.people.create(carrying(BOB, DECLARED))
    assert office.stores.whose(CARD) == office.people.by_id(ANN.id)
    office.links.remember(ann, CARD, "cps")
    assert office.carried(BOB) == []
    assert ("identifier.ended", BOB.id) in office.actions()


def test_a_proof_of_another_number_ends_the_declared_one() -> None:
    ann = carrying(ANN, replace(OTHER, declared=True))
    office = Office(ann)
    assert office.links.add(ann, CARD, "cps", "Carte", "fr") is None
    assert office.carried(ANN) == []
    assert ("identifier.ended", ANN.id) in office.actions()


def test_whoever_proves_the_number_of_another_ends_it_there_and_enters_their_own_account() -> None:
    ann, bob = carrying(ANN, DECLARED), carrying(BOB, NUMBER)
    office = Office(ann, bob)
    assert office.stores.whose(CARD) == bob
    office.links.remember(bob, CARD, "cps")
    assert office.carried(ANN) == [] and office.carried(BOB) == [(NUMBER.number, False)]
    assert ("identifier.ended", ANN.id) in office.actions()


def test_a_number_proved_twice_still_opens_neither_account() -> None:
    office = Office(carrying(ANN, NUMBER), carrying(BOB, NUMBER))
    assert not isinstance(office.stores.whose(CARD), Account)


@pytest.mark.parametrize("own", [OTHER, NUMBER])
def test_a_number_that_was_proved_is_never_ended(own: Identifier) -> None:
    beside = Identifier(system="adeli", number="759912345", declared=True)
    ann = carrying(ANN, own, beside)
    office = Office(ann)
    office.links.remember(ann, CARD, "cps")
    assert office.carried(ANN) == [(own.number, False), (beside.number, True)]
    assert not [each for each, _ in office.actions() if each.startswith("identifier")]
