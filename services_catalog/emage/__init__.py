"""« e-mage »: a study shared with somebody outside, who has no account here."""

from collections.abc import Iterable
from functools import partial

from hub import PUBLIC, Access, Job, Pages, Settings, Tables, Toolbox, hookimpl

from .api import api_routes
from .recipient import recipient_routes
from .sender import sender_routes
from .settings import emage_settings
from .shares import Shares
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
def jobs(settings: Settings, toolbox: Toolbox) -> Iterable[Job]:
    read = emage_settings(settings)
    shares = Shares(read, toolbox)
    return [Job(name="emage.purge", every=read.purged_every, run=partial(shares.purge))]
