"""What may be said about the development inbox: `[plugin.console]`."""

from typing import Annotated

from pydantic import Field

from hub import ConfigError, Settings, value


@value
class ConsoleSettings:
    letters: Annotated[int, Field(ge=1, le=10_000)] = 200
    """How many of the last messages are kept."""


def not_in_production(settings: Settings) -> None:
    # The inbox is public and shows codes: whoever reads it is whoever they like.
    if settings.environment == "production":
        raise ConfigError("plugins", "'console' shows every code to everybody: not in production")
