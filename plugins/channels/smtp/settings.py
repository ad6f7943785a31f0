"""What the operator says about the mail relay: `[plugin.smtp]`."""

from typing import Annotated, Literal

from pydantic import Field

from hub import ConfigError, Settings, value


@value
class SmtpSettings:
    host: str
    sender: str
    """The address mails come from; also the envelope's, where bounces go."""
    sender_name: str = ""
    port: Annotated[int, Field(ge=1, le=65535)] = 587
    tls: Literal["starttls", "tls", "none"] = "starttls"
    """`none` only towards a relay on the same machine or a network nobody else is on."""
    authorities: str = ""
    """A PEM file of authorities trusted instead of the system's."""
    username: str = ""
    password_file: str = ""
    timeout: Annotated[float, Field(gt=0, le=60)] = 10
    """Seconds for each step of the conversation."""


def password(own: SmtpSettings, settings: Settings) -> str:
    """From its file: a secret written in hub.toml ends up in a repository."""
    if not own.username:
        return ""
    if own.tls == "none":
        raise ConfigError("plugin.smtp.tls", "a password must not travel without TLS")
    return settings.secret(own.password_file, "plugin.smtp.password_file")
