"""« e-mage »: a study shared with somebody outside, who has no account here."""

from collections.abc import Iterable

from hub import PUBLIC, Access, Holding, Pages, Settings, Tables, Toolbox, hookimpl

from .api import api_routes
from .holdings import HeldShares
from .recipient import recipient_routes
from .sender import sender_routes
from .settings import emage_settings
from .tables import TABLES


@hookimpl
def pages(settings: Settings, toolbox: Toolbox) -> Iterable[Pages]:
    read = emage_settings(settings)
    yield Pages(blueprint=api_routes(read, toolbox), access=PUBLIC)
    yield Pages(blueprint=recipient_routes(read, toolbox), access=PUBLIC, under="shared")
    yield Pages(
        blueprint=sender_routes(read, toolbox),
        access=Access(minimum=read.minimum),
        under="mine",
        listed=True,
    )


@hookimpl
def tables(settings: Settings) -> Iterable[Tables]:
    return [TABLES]


@hookimpl
def holdings(settings: Settings, toolbox: Toolbox) -> Iterable[Holding]:
    return [HeldShares(emage_settings(settings), toolbox)]
