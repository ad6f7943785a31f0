"""The stand-in region: `hub demo` says where it is and who may sign in how."""

from collections.abc import Iterable

from hub import Command, ConfigError, Settings, Toolbox, hookimpl

from .notice import command


@hookimpl
def commands(settings: Settings, toolbox: Toolbox) -> Iterable[Command]:
    # Its people all share one printed password: none of it may stand beside real ones.
    if settings.environment == "production":
        raise ConfigError("plugins", "demo is never enabled in production")
    return (command(toolbox),)
