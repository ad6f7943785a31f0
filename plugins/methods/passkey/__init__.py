"""Passkeys: WebAuthn with user verification."""

from collections.abc import Iterable

from hub import AuthenticationMethod, Settings, Toolbox, hookimpl

from .method import PasskeyMethod
from .settings import PasskeySettings, party_of


@hookimpl
def authentication_methods(settings: Settings, toolbox: Toolbox) -> Iterable[AuthenticationMethod]:
    read = settings.section("passkey", PasskeySettings)
    return (PasskeyMethod(party_of(read, settings), toolbox),)
