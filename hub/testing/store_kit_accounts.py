"""What every account store that may be written to must do, whatever it writes to."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Protocol

import pytest

from hub.contract.accounts import (
    Account,
    AccountStore,
    Contact,
    ErasesAccounts,
    FindsByNumber,
    Identifier,
    KeepsAccounts,
    KnowsStructures,
    Link,
    Linkable,
    Right,
    Searchable,
    UpstreamIdentity,
)
from hub.contract.errors import HubError
from hub.contract.identifiers import AccountId, ActionName, ChannelKind
from hub.contract.many import by_ids, by_logins, by_numbers, in_structures
from hub.testing.people import ANN, BOB

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
PSC = UpstreamIdentity(issuer="https://psc.test", subject="s-1")
AT_PSC = Link(issuer=PSC.issuer, subject=PSC.subject, via="psc", name="MARTIN Ann", since=NOON)
TERMS = ActionName("terms.portal")


class WritableStore(
    AccountStore,
    KeepsAccounts,
    ErasesAccounts,
    Linkable,
    FindsByNumber,
    KnowsStructures,
    Protocol,
):
    """What the kit exercises."""


MakeStore = Callable[[], WritableStore]
"""A new, empty store."""


def check_account_store(make: MakeStore) -> None:
    for check in (
        _a_person_is_found_by_id_and_by_each_name,
        _a_stranger_is_none,
        _a_name_has_one_canonical_form,
        _an_unproved_address_finds_nobody,
        _a_shared_address_finds_nobody,
        _one_identifier_is_one_person,
        _a_declared_number_names_nobody,
        _a_change_replaces_what_the_person_is,
        _suspending_and_fulfilling_survive_a_change,
        _rights_are_not_kept,
        _nobody_is_changed_into_being,
        _a_link_is_one_persons,
        _links_are_listed_and_removed,
        _an_address_is_no_link,
        _a_number_is_found_in_its_own_system,
        _structures_are_those_of_its_people,
        _many_are_found_as_each_alone,
        _nobody_is_found_once_erased,
        _an_erased_id_is_never_used_again,
    ):
        check(make())


def _kept(account: Account) -> Account:
    return replace(account, rights=frozenset())


def _a_person_is_found_by_id_and_by_each_name(store: WritableStore) -> None:
    store.create(ANN)
    assert store.by_id(ANN.id) == _kept(ANN)
    for name in ("ann", "10001", "ann@hub.test"):
        assert store.by_login(name) == _kept(ANN), name


def _a_stranger_is_none(store: WritableStore) -> None:
    store.create(ANN)
    assert store.by_id(AccountId("nobody")) is None
    for name in ("", " ", "nobody", "ann\0", "\ud800", "a" * 10_000, "ann\n10001"):
        assert store.by_login(name) is None, repr(name)
    assert store.by_upstream(PSC) is None


def _a_name_has_one_canonical_form(store: WritableStore) -> None:
    store.create(ANN)
    for name in (" ANN ", "Ａｎｎ", "ANN@Hub.test"):
        assert store.by_login(name) == _kept(ANN), name
    for lookalike in ("аnn", "ann.", "a nn"):
        assert store.by_login(lookalike) is None, lookalike


def _an_unproved_address_finds_nobody(store: WritableStore) -> None:
    store.create(BOB)
    assert store.by_login("ann@hub.test") is None


def _a_shared_address_finds_nobody(store: WritableStore) -> None:
    shared = Contact(kind=ChannelKind("mail"), address="ward@hub.test", validated=True)
    store.create(replace(ANN, contacts=(shared,)))
    store.create(replace(BOB, contacts=(shared,)))
    assert store.by_login("ward@hub.test") is None


def _one_identifier_is_one_person(store: WritableStore) -> None:
    store.create(ANN)
    again = replace(BOB, identifiers=(Identifier(system="login", number="ANN"),))
    with pytest.raises(HubError) as refused:
        store.create(again)
    assert "ann" not in str(refused.value)
    assert store.by_id(BOB.id) is None
    with pytest.raises(HubError):
        store.create(ANN)


def _a_declared_number_names_nobody(store: WritableStore) -> None:
    """It finds its account, keeps nobody who proved it out, and is declared once."""
    proved = Identifier(system="rpps", number="99700075064")
    declared = (replace(proved, declared=True),)
    store.create(replace(BOB, identifiers=declared))
    assert store.by_login(proved.number) is None
    assert [each.id for each in store.numbered(proved)] == [BOB.id]
    with pytest.raises(HubError):
        store.create(replace(BOB, id=AccountId("again"), identifiers=declared))
    store.create(replace(ANN, identifiers=(proved,)))
    found = store.by_login(proved.number)
    assert found and found.id == ANN.id
    store.change(replace(BOB, identifiers=(*declared, *BOB.identifiers)))


def _a_change_replaces_what_the_person_is(store: WritableStore) -> None:
    store.create(ANN)
    renamed = replace(ANN, identifiers=(Identifier(system="login", number="anna"),), contacts=())
    store.change(renamed)
    assert store.by_login("anna") == _kept(renamed)
    for former in ("ann", "10001", "ann@hub.test"):
        assert store.by_login(former) is None, former


def _suspending_and_fulfilling_survive_a_change(store: WritableStore) -> None:
    store.create(ANN)
    store.suspend(ANN.id)
    store.fulfil(ANN.id, TERMS)
    store.fulfil(ANN.id, TERMS)
    store.change(replace(ANN, display_name="Ann M."))
    changed = store.by_id(ANN.id)
    assert changed and changed.locked
    assert changed.fulfilled == {TERMS}
    assert changed.display_name == "Ann M."
    store.reopen(ANN.id)
    assert store.by_id(ANN.id) == replace(changed, locked=False)


def _rights_are_not_kept(store: WritableStore) -> None:
    store.create(ANN)
    store.change(replace(ANN, rights=frozenset({Right(name="operator")})))
    kept = store.by_id(ANN.id)
    assert kept and not kept.rights


def _nobody_is_changed_into_being(store: WritableStore) -> None:
    with pytest.raises(HubError):
        store.change(ANN)
    with pytest.raises(HubError):
        store.suspend(ANN.id)
    with pytest.raises(HubError):
        store.fulfil(ANN.id, TERMS)
    assert store.by_id(ANN.id) is None


def _a_link_is_one_persons(store: WritableStore) -> None:
    store.create(ANN)
    store.create(BOB)
    store.link(ANN.id, AT_PSC)
    store.link(ANN.id, replace(AT_PSC, name="again"))
    assert store.by_upstream(PSC) == _kept(ANN)
    assert store.by_upstream(replace(PSC, issuer="https://other.test")) is None
    assert store.by_upstream(replace(PSC, subject="s-1\0")) is None
    with pytest.raises(HubError) as refused:
        store.link(BOB.id, AT_PSC)
    assert "s-1" not in str(refused.value) and ANN.id not in str(refused.value)
    assert store.by_upstream(PSC) == _kept(ANN)


def _links_are_listed_and_removed(store: WritableStore) -> None:
    store.create(ANN)
    store.create(BOB)
    later = replace(AT_PSC, issuer="https://hospital.test", since=NOON + timedelta(hours=1))
    for each in (later, AT_PSC):
        store.link(ANN.id, each)
    assert list(store.links(BOB.id)) == []
    assert set(store.links(ANN.id)) == {AT_PSC, later}
    assert not store.unlink(BOB.id, AT_PSC)
    assert store.unlink(ANN.id, AT_PSC)
    assert not store.unlink(ANN.id, AT_PSC)
    assert store.by_upstream(PSC) is None
    assert list(store.links(ANN.id)) == [later]


def _an_address_is_no_link(store: WritableStore) -> None:
    store.create(ANN)
    mail = {"email": ("ann@hub.test",), "mail": ("ann@hub.test",)}
    assert store.by_upstream(replace(PSC, subject="ann@hub.test", attributes=mail)) is None


def _a_number_is_found_in_its_own_system(store: WritableStore) -> None:
    twin = Identifier(system="rpps", number="10001")
    store.create(ANN)
    store.create(replace(BOB, identifiers=(Identifier(system="login", number="20002"),)))
    assert list(store.numbered(twin)) == [_kept(ANN)]
    # A login that reads like a number is nobody's number.
    assert list(store.numbered(replace(twin, number="20002"))) == []
    for unsaid in ("", "\0", "\ud800"):
        assert list(store.numbered(replace(twin, number=unsaid))) == []
    store.suspend(ANN.id)
    assert [each.locked for each in store.numbered(twin)] == [True]
    store.change(replace(ANN, identifiers=()))
    assert list(store.numbered(twin)) == []


def _structures_are_those_of_its_people(store: WritableStore) -> None:
    assert list(store.structures()) == []
    store.create(ANN)
    assert sorted(store.structures()) == ["Cabinet Martin", "Clinique du Parc"]


def _many_are_found_as_each_alone(store: WritableStore) -> None:
    """Whatever is asked twice, of nobody, or in other letters."""
    shared = Contact(kind=ChannelKind("mail"), address="ward@hub.test", validated=True)
    for each in (ANN, BOB):
        store.create(replace(each, contacts=(*each.contacts, shared)))
    ids = [BOB.id, AccountId("nobody"), ANN.id, BOB.id]
    assert list(by_ids(store, ids)) == [BOB.id, ANN.id]
    assert by_ids(store, ids)[ANN.id] == store.by_id(ANN.id)
    words = ["ann", " ANN ", "20002", "ann@hub.test", "ward@hub.test", "nobody", "ann\0", ""]
    alone = {each: found for each in words if (found := store.by_login(each))}
    assert by_logins(store, words) == alone and set(alone) >= {"ann", "20002"}
    numbers = [
        Identifier(system="rpps", number="10001"),
        Identifier(system="login", number="bob"),
        Identifier(system="adeli", number="20002"),
    ]
    carrying = {each: carriers for each in numbers if (carriers := store.numbered(each))}
    assert by_numbers(store, numbers) == carrying and len(carrying) == 2
    if isinstance(store, Searchable):
        places = [ANN.situations[0].structure, "Nowhere"]
        there = in_structures(store, places)
        assert there == {each: list(store.in_structure(each)) for each in places}
        assert [each.id for each in there[places[0]]] == [ANN.id]


def _nobody_is_found_once_erased(store: WritableStore) -> None:
    store.create(ANN)
    store.create(BOB)
    store.link(ANN.id, AT_PSC)
    store.erase(ANN.id)
    assert store.by_id(ANN.id) is None
    assert all(store.by_login(each.number) is None for each in ANN.identifiers)
    assert store.by_upstream(PSC) is None
    assert not any(store.numbered(each) for each in ANN.identifiers)
    assert store.by_id(BOB.id) == _kept(BOB)


def _an_erased_id_is_never_used_again(store: WritableStore) -> None:
    store.create(ANN)
    store.erase(ANN.id)
    store.erase(ANN.id)
    with pytest.raises(HubError):
        store.create(ANN)
    store.create(replace(ANN, id=AccountId("ann-again")))
    assert store.by_login("ann") is not None
