"""What the operator says about the message centre: `[plugin.smpp]`."""

from typing import Annotated

from pydantic import Field

from hub import ConfigError, Settings, value


@value
class SmppSettings:
    host: str
    system_id: str
    password_file: str
    source: str
    """Whom the message comes from: up to eleven letters, or a number."""
    port: Annotated[int, Field(ge=1, le=65535)] = 2775
    system_type: str = ""
    source_ton: Annotated[int, Field(ge=0, le=6)] = 5
    """5: letters; 1: international number; 0: as the centre decides."""
    source_npi: Annotated[int, Field(ge=0, le=18)] = 0
    tls: bool = False
    """SMPP in clear only within a private network or a tunnel: it carries the password."""
    authorities: str = ""
    """A PEM file of authorities trusted instead of the system's."""
    timeout: Annotated[float, Field(gt=0, le=60)] = 5
    """Seconds for each answer of the centre."""


def password(own: SmppSettings, settings: Settings) -> str:
    """From its file: a secret written in hub.toml ends up in a repository."""
    kept = settings.secret(own.password_file, "plugin.smpp.password_file")
    # SMPP 3.4, 4.1.1: nine octets with the final zero; the library would cut it silently.
    if not kept.isascii() or not 0 < len(kept) <= 8:
        raise ConfigError("plugin.smpp.password_file", "must hold one to eight ASCII characters")
    return kept
