"""« Annuaire »: professionals found by who, activity and where."""

from collections.abc import Iterable
from functools import partial

from hub import (
    Access,
    Command,
    Holding,
    Job,
    Launch,
    Pages,
    Service,
    ServiceId,
    Settings,
    Tables,
    Tile,
    Toolbox,
    hookimpl,
)

from .commands import run
from .holdings import kept_of_people
from .pages import directory_pages
from .people import People
from .settings import directory_settings
from .tables import TABLES


@hookimpl
def services(settings: Settings) -> Iterable[Service]:
    shown = directory_settings(settings)
    tile = Tile(title=shown.title, summary=shown.summary, icon="users", more=shown.more)
    address = f"{settings.public_address}/apps/directory/"
    access = Access(minimum=shown.minimum)
    yield Service(
        id=ServiceId("directory"), access=access, tile=tile, launch=Launch(address=address)
    )


@hookimpl
def pages(settings: Settings, toolbox: Toolbox) -> Iterable[Pages]:
    return [directory_pages(directory_settings(settings), toolbox)]


@hookimpl
def tables(settings: Settings) -> Iterable[Tables]:
    return [TABLES]


@hookimpl
def jobs(settings: Settings, toolbox: Toolbox) -> Iterable[Job]:
    every = directory_settings(settings).accounts_every
    return [Job(name="directory.people", every=every, run=People(toolbox).turn)]


@hookimpl
def commands(settings: Settings, toolbox: Toolbox) -> Iterable[Command]:
    summary = "import FILE: bring in the national extraction · generate N FILE: invented lines"
    return [Command(name="directory", summary=summary, run=partial(run, toolbox))]


@hookimpl
def holdings(settings: Settings, toolbox: Toolbox) -> Iterable[Holding]:
    return kept_of_people(toolbox)
