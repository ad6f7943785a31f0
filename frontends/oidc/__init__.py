"""OpenID Connect towards services: code flow with PKCE, refresh, UserInfo, logout."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from functools import partial

from hub import (
    Command,
    Holding,
    Job,
    Pages,
    RequiredAction,
    SatosaModule,
    Service,
    Settings,
    Tables,
    Toolbox,
    hookimpl,
)

from .choose_account import ChooseAccount
from .clients import frontend_config
from .consent import Consent
from .consent_pages import consent_pages
from .client_book import understood
from .developer_pages import developer_pages
from .device_parts import pages_of_devices
from .holdings import kept_of_people
from .initial_tokens import make_token
from .keys_rotation import Rotation, rotate_keys
from .purge import purge
from .settings import oidc_settings
from .tables import TABLES


@hookimpl
def protocol_frontends(settings: Settings, services: Sequence[Service]) -> Iterable[SatosaModule]:
    module = f"{__name__}.frontend.OidcFrontend"
    config = frontend_config(settings, services)
    ours = understood(services, settings.public_address)
    return [SatosaModule(name="oidc", module=module, config=config, services=ours)]


@hookimpl
def required_actions(settings: Settings, toolbox: Toolbox) -> Iterable[RequiredAction]:
    return [Consent(toolbox), ChooseAccount()]


@hookimpl
def pages(settings: Settings, toolbox: Toolbox) -> Iterable[Pages]:
    developers = developer_pages(oidc_settings(settings), toolbox)
    return [*pages_of_devices(settings, toolbox), consent_pages(settings, toolbox), developers]


@hookimpl
def tables(settings: Settings) -> Iterable[Tables]:
    return [TABLES]


@hookimpl
def jobs(settings: Settings, toolbox: Toolbox) -> Iterable[Job]:
    rotation = Rotation(oidc_settings(settings), toolbox)
    return [
        Job(name="oidc.purge", every=timedelta(minutes=10), run=partial(purge, toolbox)),
        Job(name="oidc.rotate_keys", every=timedelta(hours=1), run=rotation.turn),
    ]


@hookimpl
def commands(settings: Settings, toolbox: Toolbox) -> Iterable[Command]:
    rotation = Rotation(oidc_settings(settings), toolbox)
    summary = "publish the next signing keys, or change them at once"
    return [
        Command(name="rotate-keys", summary=summary, run=partial(rotate_keys, rotation)),
        Command(
            name="registration-token",
            summary="print an initial access token: --uses 1 --lifetime P7D",
            run=partial(make_token, toolbox),
        ),
    ]


@hookimpl
def holdings(settings: Settings, toolbox: Toolbox) -> Iterable[Holding]:
    return kept_of_people(toolbox)
