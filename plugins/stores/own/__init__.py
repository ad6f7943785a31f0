"""Accounts the hub keeps in its own database."""

from collections.abc import Iterable

from hub import AccountStore, Settings, Tables, Toolbox, hookimpl

from . import tables as own_tables
from .store import OwnSettings, OwnStore


@hookimpl
def account_stores(settings: Settings, toolbox: Toolbox) -> Iterable[AccountStore]:
    return [OwnStore(settings.section("own", OwnSettings), toolbox.unit_of_work)]


@hookimpl
def tables(settings: Settings) -> Iterable[Tables]:
    return [own_tables.tables()]
