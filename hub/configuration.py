"""Reads hub.toml into frozen settings, or says everything that is wrong with it at once."""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

from pydantic import TypeAdapter, ValidationError

from hub.contract.errors import ConfigError, ConfigErrors
from hub.contract.identifiers import ActionName, ServiceId
from hub.contract.services import Access, DeclaredPeer, Launch, Service, Tile
from hub.contract.values import Json, value
from hub.secret_files import read_words
from hub.written import written
from hub.retention_settings import problems as kept_too_short
from hub.service_settings import ServiceSettings
from hub.settings import HubSettings, OutboundSettings

T = TypeVar("T")
_SERVICE: Final = re.compile(r"\[\s*service\.\"?([^\".\]\s]+)\"?\s*\](?:\s*#.*)?")


class Configuration:
    """A parsed hub.toml: the hub's own part, and the tables kept for those who understand them."""

    def __init__(self, folder: Path, hub: HubSettings, tables: "Tables") -> None:
        self.folder = folder
        self.places: Mapping[ServiceId, str] = {}
        """Where each service is written, as `hub.toml:42`."""
        self.written: Mapping[str, str] = {}
        """The same of every table, and of each key before the first: by dotted path."""
        self.hub = hub
        self.environment = hub.environment
        self.public_address = hub.public_address
        self.workers = hub.workers
        self._tables = tables

    def section(self, name: str, shape: type[T]) -> T:
        return parsed(self._tables.plugins.get(name, {}), shape, f"plugin.{name}")

    def secret(self, path: str, at: str) -> str:
        return read_words(self.file(path), at)

    def file(self, path: str) -> Path:
        return self.folder / path

    @property
    def secrets(self) -> Path:
        return self.file(self.hub.secrets)

    def sections(self) -> frozenset[str]:
        return frozenset(self._tables.plugins)

    def services(self) -> tuple[Service, ...]:
        return tuple(
            _service(name, given, self._tables.peers.get(name, {}))
            for name, given in self.hub.service.items()
        )


@value
class Tables:
    """What the core reads without understanding: by plugin, and by service for its frontend."""

    plugins: Mapping[str, Mapping[str, Json]]
    peers: Mapping[str, Mapping[str, Json]]


def read(path: Path) -> Configuration:
    """Parse the file at *path*, or raise `ConfigErrors` naming each wrong key."""
    try:
        text = path.read_text(encoding="utf-8")
        raw = tomllib.loads(text)
    except FileNotFoundError:
        raise ConfigErrors([ConfigError(str(path), "no such file")]) from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigErrors([ConfigError(str(path), f"cannot be read: {error}")]) from error
    configuration = configured(raw, path.parent)
    configuration.places = _places(path.name, text)
    configuration.written = written(path.name, text)
    return configuration


def _places(file: str, text: str) -> Mapping[ServiceId, str]:
    lines = enumerate(text.splitlines(), start=1)
    heads = ((number, _SERVICE.fullmatch(line.strip())) for number, line in lines)
    return {ServiceId(head[1]): f"{file}:{number}" for number, head in heads if head}


def configured(raw: Mapping[str, Any], folder: Path) -> Configuration:
    """The same for a table already in memory; relative paths start at *folder*."""
    own, tables = _split(raw)
    hub = parsed(own, HubSettings, "")
    wrong = [*_contradictions(hub), *_nothing(hub), *_strangers(hub, tables)]
    wrong += kept_too_short(hub.retention)
    if wrong:
        raise ConfigErrors(wrong)
    return Configuration(folder, hub, tables)


def parsed(table: Mapping[str, Any], shape: type[T], at: str) -> T:
    """*table* as a *shape*, or `ConfigErrors` with the path of each wrong key below *at*."""
    try:
        return TypeAdapter(shape).validate_python(dict(table))
    except ValidationError as error:
        raise ConfigErrors(
            [
                ConfigError(".".join([*([at] if at else []), *map(str, each["loc"])]), each["msg"])
                for each in error.errors()
            ]
        ) from None


def _split(raw: Mapping[str, Any]) -> tuple[dict[str, Any], Tables]:
    own = {key: table for key, table in raw.items() if key not in {"plugin", "service"}}
    peers: dict[str, Mapping[str, Json]] = {}
    own["service"] = {}
    for name, table in _mapping(raw.get("service")).items():
        frontend = _mapping(table).get("frontend")
        own["service"][name] = table
        if frontend in _mapping(table):
            peers[name] = _mapping(table[frontend])
            own["service"][name] = {key: kept for key, kept in table.items() if key != frontend}
    return own, Tables(plugins=_mapping(raw.get("plugin")), peers=peers)


def _mapping(thing: Any) -> Mapping[str, Any]:
    return thing if isinstance(thing, Mapping) else {}


def _contradictions(hub: HubSettings) -> list[ConfigError]:
    """What each key may say alone and not together with the others."""
    address = urlsplit(hub.public_address)
    checks: list[tuple[str, Callable[[], bool], str]] = [
        (
            "public_address",
            lambda: address.scheme == "https" or hub.environment != "production",
            "must be https outside the demo: passwords and cookies would travel in clear",
        ),
        (
            "public_address",
            lambda: bool(address.netloc) and not (address.path or address.query),
            "must be scheme and host only: browsers and services are given paths below it",
        ),
        (
            "session.idle",
            lambda: timedelta(0) < hub.session.idle <= hub.session.longest,
            "must be more than nothing and at most session.longest",
        ),
        (
            "languages",
            lambda: "fr" in hub.languages,
            "must contain fr: every sentence exists in it",
        ),
        ("plugins", lambda: len(set(hub.plugins)) == len(hub.plugins), "names a plugin twice"),
        ("methods", lambda: len(set(hub.methods)) == len(hub.methods), "names a method twice"),
        ("trusted_hops", lambda: hub.trusted_hops >= 0, "must not be negative"),
    ]
    return [ConfigError(path, problem) for path, holds, problem in checks if not holds()]


def _strangers(hub: HubSettings, tables: Tables) -> list[ConfigError]:
    # A table nobody reads is most often a name misspelt, and its settings silently not in force.
    unread = [name for name in tables.plugins if name not in hub.plugins]
    wrong = [ConfigError(f"plugin.{name}", "this plugin is not in `plugins`") for name in unread]
    called = {*hub.plugins, *hub.service}
    for name in hub.outbound.parties:
        if name.partition("/")[0] not in called:
            problem = "neither a plugin nor a service is so called"
            wrong.append(ConfigError(f"outbound.parties.{name}", problem))
    return wrong


def _nothing(hub: HubSettings) -> Iterator[ConfigError]:
    """Limits within which no party could ever answer."""
    tables = {f"outbound.parties.{name}": each for name, each in hub.outbound.parties.items()}
    for path, table in {"outbound": hub.outbound, **tables}.items():
        for each in fields(OutboundSettings):
            limit = getattr(table, each.name, None) if each.name != "parties" else None
            least = timedelta(0) if isinstance(limit, timedelta) else 0
            if limit is not None and limit <= least:
                yield ConfigError(f"{path}.{each.name}", "must be more than nothing")


def _service(name: str, given: ServiceSettings, peer: Mapping[str, Json]) -> Service:
    # Off the portal or not, a service has a name: sign-in and consent pages say who asks.
    tile = Tile(
        title=given.title,
        summary=given.summary,
        icon=given.icon,
        more=given.more,
        listed=given.tile,
    )
    launch = Launch(
        address=given.launch, deep_link=given.deep_link, parameters=dict(given.parameters)
    )
    return Service(
        id=ServiceId(name),
        access=Access(
            minimum=given.minimum,
            rights=frozenset(given.rights),
            requires=tuple(ActionName(each) for each in given.requires),
            max_age=given.max_age,
        ),
        claims=frozenset(given.claims),
        tile=tile,
        launch=launch if given.launch else None,
        peer=DeclaredPeer(frontend=given.frontend, table=peer) if given.frontend else None,
    )
