"""Six digits from an authenticator application (TOTP)."""

from collections.abc import Iterable

from hub import AuthenticationMethod, Settings, Toolbox, hookimpl

from .method import Totp
from .settings import TotpSettings


@hookimpl
def authentication_methods(settings: Settings, toolbox: Toolbox) -> Iterable[AuthenticationMethod]:
    return (Totp(settings.section("totp", TotpSettings), toolbox),)
