"""What the agent is told by one small file or by options: whose sites may ask, where it listens."""

import os
import re
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from hub import ConfigError, value

PORT: Final = 42917
_ORIGIN: Final = re.compile(r"https://[a-z0-9.-]+(:[0-9]{1,5})?")
# A demonstration on this very machine; anywhere else what is asked must come unchanged.
_LOCAL: Final = re.compile(r"http://(localhost|127\.0\.0\.1)(:[0-9]{1,5})?")


@value
class AgentConfig:
    hubs: tuple[str, ...]
    """Origins whose pages may ask; nobody else's."""
    port: int = PORT
    modules: tuple[Path, ...] = ()
    """PKCS#11 modules to try; empty: the known places."""
    shared: bool = False
    """Whether many people use this workstation: their sessions are kept short."""


def default_file(environ: Mapping[str, str] = os.environ, platform: str = sys.platform) -> Path:
    if platform == "win32":
        return Path(environ.get("PROGRAMDATA", "C:/ProgramData")) / "hub-card-agent.toml"
    if platform == "darwin":
        return Path("/Library/Application Support/hub-card-agent.toml")
    return Path("/etc/hub-card-agent.toml")


def read(file: Path) -> Mapping[str, Any]:
    """What stands in *file*; nothing when there is none. Raise `ConfigError`."""
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(str(file), str(error)) from None


def configured(table: Mapping[str, Any]) -> AgentConfig:
    """Raise `ConfigError` naming the key at fault."""
    for name in table:
        if name not in {"hubs", "port", "modules", "shared"}:
            raise ConfigError(name, "no such setting")
    hubs, port, modules = (table.get("hubs"), table.get("port", PORT), table.get("modules", []))
    shared = table.get("shared", False)
    if not isinstance(hubs, list) or not hubs:
        raise ConfigError("hubs", 'which sites may ask: hubs = ["https://…"], or --hub https://…')
    for hub in hubs:
        if not isinstance(hub, str) or not (_ORIGIN.fullmatch(hub) or _LOCAL.fullmatch(hub)):
            raise ConfigError("hubs", f"{hub!r} is no origin: https://name, without a path")
    if not isinstance(port, int) or not 1024 <= port <= 65535:
        raise ConfigError("port", "a number between 1024 and 65535")
    if not isinstance(modules, list) or not all(isinstance(each, str) for each in modules):
        raise ConfigError("modules", "a list of paths")
    if not isinstance(shared, bool):
        raise ConfigError("shared", "true or false")
    places = tuple(map(Path, modules))
    return AgentConfig(hubs=tuple(hubs), port=port, modules=places, shared=shared)
