"""Codes sent by SMS or mail."""

from collections.abc import Iterable

from hub import AuthenticationMethod, Settings, Toolbox, hookimpl

from .method import SentCode
from .settings import SentCodeSettings


@hookimpl
def authentication_methods(settings: Settings, toolbox: Toolbox) -> Iterable[AuthenticationMethod]:
    return (SentCode(settings.section("sent_code", SentCodeSettings), toolbox),)
