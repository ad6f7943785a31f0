"""People who come from Pro Santé Connect."""

from collections.abc import Iterable

from hub import IdentityBackend, MethodCard, MethodName, SatosaModule, Settings, hookimpl

from .means import possible
from .settings import config, provider_of

NAME = "psc"


@hookimpl
def identity_backends(settings: Settings) -> Iterable[IdentityBackend]:
    told, own = config(settings)
    card = MethodCard(name=MethodName(NAME), title=told.title, identifies=True, icon=told.icon)
    module = SatosaModule(name=NAME, module=f"{__name__}.backend.PscBackend", config=own)
    yield IdentityBackend(module=module, card=card, possible=possible(provider_of(told).issuer))
