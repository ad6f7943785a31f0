"""Messages kept for the development inbox instead of being sent."""

from collections.abc import Iterable

from hub import PUBLIC, Holding, MessageChannel, Pages, Settings, Tables, Toolbox, hookimpl

from . import tables as console_tables
from .channel import ConsoleChannel
from .pages import inbox
from .settings import ConsoleSettings, not_in_production


@hookimpl
def message_channels(settings: Settings, toolbox: Toolbox) -> Iterable[MessageChannel]:
    not_in_production(settings)
    kept = settings.section("console", ConsoleSettings).letters
    return (ConsoleChannel(console_tables.Letters(toolbox.unit_of_work), toolbox.clock, kept),)


@hookimpl
def pages(settings: Settings, toolbox: Toolbox) -> Iterable[Pages]:
    not_in_production(settings)
    blueprint = inbox(console_tables.Letters(toolbox.unit_of_work))
    return (Pages(blueprint=blueprint, access=PUBLIC),)


@hookimpl
def tables(settings: Settings) -> Iterable[Tables]:
    return (console_tables.tables(),)


@hookimpl
def holdings(settings: Settings, toolbox: Toolbox) -> Iterable[Holding]:
    return (console_tables.Letters(toolbox.unit_of_work),)
