"""The place a professional acts for: asked once, remembered on demand, changed from the header."""

from collections.abc import Iterable

from hub import (
    Access,
    AccountId,
    Holding,
    Pages,
    RequiredAction,
    Settings,
    Tables,
    Toolbox,
    hookimpl,
    kept_rows,
)

from . import tables as situation_tables
from .action import ChooseSituation
from .pages import SituationPages, blueprint
from .tables import DEFAULTS, Defaults


@hookimpl
def required_actions(settings: Settings, toolbox: Toolbox) -> Iterable[RequiredAction]:
    def note(action: str, account: AccountId, place: str) -> None:
        toolbox.note(action, account, place=place)

    return [ChooseSituation(Defaults(toolbox.unit_of_work), note)]


@hookimpl
def pages(settings: Settings, toolbox: Toolbox) -> Iterable[Pages]:
    drawn = SituationPages(toolbox, Defaults(toolbox.unit_of_work))
    return [Pages(blueprint=blueprint(drawn), access=Access(minimum="simple"), listed=True)]


@hookimpl
def tables(settings: Settings) -> Iterable[Tables]:
    return [situation_tables.tables()]


@hookimpl
def holdings(settings: Settings, toolbox: Toolbox) -> Iterable[Holding]:
    whose, work = DEFAULTS.c.account, toolbox.unit_of_work
    rows = kept_rows.KeptRows("situation.defaults", DEFAULTS, whose, work)
    return [kept_rows.ToldRows(rows, lambda row: {"place": row.place})]
