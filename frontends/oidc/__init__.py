"""OpenID Connect towards services: code flow with PKCE, refresh, UserInfo, logout."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from hub import Job, SatosaModule, Service, Settings, Tables, Toolbox, hookimpl

from .clients import frontend_config
from .grants import GrantBook
from .tables import TABLES


@hookimpl
def protocol_frontends(settings: Settings, services: Sequence[Service]) -> Iterable[SatosaModule]:
    module = f"{__name__}.frontend.OidcFrontend"
    return [SatosaModule(name="oidc", module=module, config=frontend_config(settings, services))]


@hookimpl
def tables(settings: Settings) -> Iterable[Tables]:
    return [TABLES]


@hookimpl
def jobs(settings: Settings, toolbox: Toolbox) -> Iterable[Job]:
    purge = GrantBook(toolbox).purge
    return [Job(name="oidc.purge", every=timedelta(minutes=10), run=purge)]
