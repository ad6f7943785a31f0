"""The own store on the hub's real database, made by its migrations."""

from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

import pytest

from hub.contract.identifiers import ActionName
from hub.store.database import Database, open_database
from hub.store.schema import migrate
from hub.testing.people import ANN
from hub.testing.store_kit_accounts import check_account_store
from hub_plugins.stores.own.store import OwnSettings, OwnStore
from hub_plugins.stores.own.tables import tables


def fresh(folder: Path, name: str) -> Database:
    database = open_database(f"sqlite:///{folder / name}.db")
    database.create_if_missing()
    migrate(database, {"own": tables()})
    return database


@pytest.mark.slow
def test_the_own_store_works_on_a_migrated_database(tmp_path: Path) -> None:
    opened: list[Database] = []
    number = count()

    def make() -> OwnStore:
        opened.append(fresh(tmp_path, str(next(number))))
        return OwnStore(OwnSettings(), opened[-1].transaction)

    check_account_store(make)
    for database in opened:
        database.engine.dispose()


@pytest.mark.slow
def test_two_things_fulfilled_at_once_are_both_kept(tmp_path: Path) -> None:
    database = fresh(tmp_path, "hub")
    store = OwnStore(OwnSettings(), database.transaction)
    store.create(ANN)
    actions = [ActionName(f"action.{number}") for number in range(20)]
    with ThreadPoolExecutor(4) as together:
        list(together.map(lambda action: store.fulfil(ANN.id, action), actions))
    kept = store.by_id(ANN.id)
    database.engine.dispose()
    assert kept and kept.fulfilled == set(actions)
