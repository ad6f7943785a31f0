"""Identifier and password: signing in, changing it, getting back in without it."""

from collections.abc import Iterable

from hub import (
    PUBLIC,
    AuthenticationMethod,
    Pages,
    RequiredAction,
    Settings,
    Toolbox,
    hookimpl,
)

from .pages import blueprint
from .parts import change_of, method_of, pages_of


@hookimpl
def authentication_methods(settings: Settings, toolbox: Toolbox) -> Iterable[AuthenticationMethod]:
    return [method_of(settings, toolbox)]


@hookimpl
def required_actions(settings: Settings, toolbox: Toolbox) -> Iterable[RequiredAction]:
    return [change_of(settings, toolbox)]


@hookimpl
def pages(settings: Settings, toolbox: Toolbox) -> Iterable[Pages]:
    return [Pages(blueprint=blueprint(pages_of(settings, toolbox)), access=PUBLIC)]
