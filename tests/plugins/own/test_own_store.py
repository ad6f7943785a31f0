"""The hub's own account store."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace

import pytest

from hub import AccountStore, Identifier, KeepsAccounts, Linkable, Searchable, Situation
from hub.contract.settings import Settings
from hub.testing.people import ANN, BOB, CLINIC
from hub.testing.settings import TableSettings
from hub.testing.store_kit_accounts import AT_PSC, PSC, check_account_store
from hub.testing.tables import Statements, memory_database
from hub.testing.toolbox import MemoryToolbox
from hub_plugins.stores import own
from hub_plugins.stores.own.store import OwnSettings, OwnStore
from hub_plugins.stores.own.tables import METADATA


@pytest.fixture
def opened() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def test_the_own_store_keeps_accounts_as_every_store_must(opened: ExitStack) -> None:
    def make() -> OwnStore:
        unit_of_work, _, engine = memory_database(METADATA)
        opened.callback(engine.dispose)
        return OwnStore(OwnSettings(), unit_of_work)

    check_account_store(make)


def test_the_hook_contributes_a_store_with_every_ability() -> None:
    settings: Settings = TableSettings()
    (store,) = own.account_stores(settings, MemoryToolbox("own"))
    assert isinstance(store, KeepsAccounts) and isinstance(store, Linkable)
    assert isinstance(store, Searchable)
    typed: AccountStore = store
    assert typed.name == "own"


@pytest.mark.parametrize("look", ["by_id", "by_login", "by_upstream"])
def test_a_person_is_read_in_one_statement(kept: tuple[OwnStore, Statements], look: str) -> None:
    store, statements = kept
    store.create(ANN)
    store.link(ANN.id, AT_PSC)
    statements.clear()
    given = {"by_id": ANN.id, "by_login": "ann", "by_upstream": PSC}[look]
    assert getattr(store, look)(given).id == ANN.id
    assert len(statements.sql) == 1


def test_everybody_in_a_structure_is_listed_once(store: OwnStore) -> None:
    night = Situation(id="night", structure=CLINIC.structure, role="doctor", source="own")
    store.create(replace(ANN, situations=(CLINIC, night)))
    store.create(replace(BOB, situations=(CLINIC,), locked=True))
    assert [each.id for each in store.in_structure(CLINIC.structure)] == [ANN.id, BOB.id]
    store.change(replace(ANN, situations=()))
    assert [each.id for each in store.in_structure(CLINIC.structure)] == [BOB.id]


def test_an_identifier_comes_before_another_persons_mail(store: OwnStore) -> None:
    login = replace(BOB.identifiers[0], number="ann@hub.test")
    store.create(ANN)
    store.create(replace(BOB, identifiers=(login,), contacts=()))
    found = store.by_login("ann@hub.test")
    assert found and found.id == BOB.id


def test_numbers_of_other_systems_open_nothing(store: OwnStore) -> None:
    badge = replace(ANN.identifiers[0], system="badge", number="777")
    store.create(replace(ANN, identifiers=(badge,)))
    assert store.by_login("777") is None


def test_who_keeps_out_of_sight_is_listed_as_long_as_they_wish(store: OwnStore) -> None:
    store.create(replace(ANN, attributes={"visibility": ("hidden",)}))
    store.create(replace(BOB, attributes={"visibility": ("structures",)}))
    assert list(store.not_visible()) == [ANN.id]
    store.change(replace(ANN, attributes={}))
    store.change(replace(BOB, attributes={"visibility": ("hidden",)}))
    assert list(store.not_visible()) == [BOB.id]


def test_a_declared_number_is_kept_as_such_until_it_is_proved(store: OwnStore) -> None:
    number = Identifier(system="rpps", number="99700075064", declared=True)
    store.create(replace(ANN, identifiers=(number,)))
    (kept,) = store.numbered(Identifier(system="rpps", number="99700075064"))
    assert [each.declared for each in kept.identifiers] == [True]
    store.change(replace(kept, identifiers=(replace(number, declared=False),)))
    (kept,) = store.numbered(number)
    assert [each.declared for each in kept.identifiers] == [False]
