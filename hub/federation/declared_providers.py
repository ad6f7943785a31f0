"""Providers that stand in hub.toml, by SATOSA's own backends and as SATOSA documents them."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from satosa.yaml import load as read_yaml

from hub.contract.errors import ConfigError, ConfigErrors
from hub.contract.events import Evidence
from hub.contract.federation import IdentityBackend, SatosaModule
from hub.contract.identifiers import MethodName
from hub.contract.methods import MethodCard
from hub.federation.provider import ATTRIBUTES, ProviderModule
from hub.federation.translation import Reading
from hub.settings import PossibleSettings, ProviderSettings

OWNER: Final = "hub"
FOLDER: Final = "<folder>"


def declared(providers: Mapping[str, ProviderSettings], folder: Path) -> list[ProviderModule]:
    """Raise `ConfigErrors` with every file that cannot be read."""
    modules: list[ProviderModule] = []
    wrong: list[ConfigError] = []
    for name, given in providers.items():
        try:
            modules.append(_declared(name, given, folder))
        except ConfigError as error:
            wrong.append(error)
    if wrong:
        raise ConfigErrors(wrong)
    return modules


def _declared(name: str, given: ProviderSettings, folder: Path) -> ProviderModule:
    at = f"provider.{name}"
    if bool(given.file) == bool(given.config):
        raise ConfigError(at, "needs `file` or `config`, and not both")
    whole = _read(given.file, folder, f"{at}.file") if given.file else {"config": given.config}
    module = given.module or whole.get("module")
    if not isinstance(module, str):
        raise ConfigError(f"{at}.module", "neither here nor in `file`")
    config = _filled(whole.get("config", {}), folder, f"{at}.config")
    names = given.internal_attributes
    key = f"{at}.internal_attributes"
    backend = IdentityBackend(
        module=SatosaModule(name=name, module=module, config=config),
        card=MethodCard(name=MethodName(name), title=given.title, identifies=True, icon=given.icon),
        possible=(_possible(given.possible),),
    )
    return ProviderModule(
        backend=backend,
        owner=OWNER,
        reading=Reading(
            identifiers=given.identifiers, attributes=given.attributes, name=given.name
        ),
        micro_services=[*_micro_services(given.micro_services, folder, f"{at}.micro_services")],
        internal_attributes=_read(names, folder, key) if names else ATTRIBUTES,
    )


def _possible(given: PossibleSettings) -> Evidence:
    return Evidence(
        factors=frozenset(given.factors),
        authenticator=given.authenticator,
        amr=given.amr,
        phishing_resistant=given.phishing_resistant,
    )


def _micro_services(files: Iterable[str], folder: Path, at: str) -> Iterable[Mapping[str, Any]]:
    for file in files:
        yield _filled(_read(file, folder, at), folder, at)


def _read(file: str, folder: Path, at: str) -> Mapping[str, Any]:
    try:
        told = read_yaml((folder / file).read_text(encoding="utf-8"))
    except Exception as error:  # SATOSA's reader fails in its own ways: unset variables, tags
        # Its text may quote the file, which may hold a secret.
        raise ConfigError(at, f"{file} cannot be read: {type(error).__name__}") from error
    if not isinstance(told, Mapping):
        raise ConfigError(at, f"{file} holds no table")
    return told


def _filled(config: Any, folder: Path, at: str) -> dict[str, Any]:
    try:
        text = json.dumps(config)
    except (TypeError, ValueError) as error:
        raise ConfigError(at, "holds what JSON cannot: SATOSA needs that it can") from error
    place = json.dumps(str(folder.resolve()))[1:-1]
    filled: dict[str, Any] = json.loads(text.replace(FOLDER, place))
    return filled
