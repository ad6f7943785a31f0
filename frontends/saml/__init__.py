"""Services that speak SAML 2.0."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from functools import partial

from hub import Job, SatosaModule, Service, Settings, Tables, Toolbox, hookimpl

from .listing import frontend_config, saml_settings
from .refreshing import refresh
from .tables import TABLES
from .told import purge


@hookimpl
def protocol_frontends(settings: Settings, services: Sequence[Service]) -> Iterable[SatosaModule]:
    module = f"{__name__}.frontend.SamlFrontend"
    config = frontend_config(settings, services)
    return [SatosaModule(name="saml", module=module, config=config)]


@hookimpl
def tables(settings: Settings) -> Iterable[Tables]:
    return [TABLES]


@hookimpl
def jobs(settings: Settings, toolbox: Toolbox) -> Iterable[Job]:
    every = saml_settings(settings).refresh
    return [
        Job(name="saml.purge", every=timedelta(minutes=10), run=partial(purge, toolbox)),
        Job(name="saml.refresh", every=every, run=partial(refresh, settings, toolbox)),
    ]
