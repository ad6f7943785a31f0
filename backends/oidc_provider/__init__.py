"""People who come from an OpenID provider."""

from collections.abc import Iterable

from hub import IdentityBackend, Settings, hookimpl

from .declared import declared


@hookimpl
def identity_backends(settings: Settings) -> Iterable[IdentityBackend]:
    return declared(settings, f"{__name__}.backend.OidcBackend")
