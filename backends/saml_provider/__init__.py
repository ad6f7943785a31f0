"""People who come from a SAML provider: a hospital's, a university's."""

from collections.abc import Iterable
from functools import partial

from hub import IdentityBackend, Job, Settings, Tables, Toolbox, hookimpl

from .declared import declared
from .refreshing import refresh
from .settings import SamlProviderSettings
from .tables import TABLES


@hookimpl
def identity_backends(settings: Settings) -> Iterable[IdentityBackend]:
    return declared(settings, f"{__name__}.backend.SamlProviderBackend")


@hookimpl
def tables(settings: Settings) -> Iterable[Tables]:
    return [TABLES]


@hookimpl
def jobs(settings: Settings, toolbox: Toolbox) -> Iterable[Job]:
    every = settings.section("saml_provider", SamlProviderSettings).refresh
    return [Job(name="saml_provider.refresh", every=every, run=partial(refresh, settings, toolbox))]
