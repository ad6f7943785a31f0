"""Reads the SAML services of `hub.toml`, their files included, all errors at once."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter

from hub import (
    ConfigError,
    ConfigErrors,
    DeclaredPeer,
    HubError,
    Json,
    Service,
    Settings,
    saml,
)

from .book import Listed, speaks, understood
from .declared import SETTINGS, SamlService, SamlSettings, declared_by, problems
from .entities import entities

LISTED: Final = TypeAdapter(tuple[Listed, ...])


def saml_settings(settings: Settings) -> SamlSettings:
    """The section with its paths made whole."""
    given = settings.section("saml", SamlSettings)
    folder = str(settings.file(given.folder)) if given.folder else ""
    return replace(given, keys=str(settings.file(given.keys)), folder=folder)


def frontend_config(settings: Settings, services: Sequence[Service]) -> Mapping[str, Json]:
    """What the frontend is loaded with, or every error with its path."""
    own = saml_settings(settings)
    return {
        "settings": SETTINGS.dump_python(own, mode="json"),
        "services": LISTED.dump_python(tuple(listed(settings, services)), mode="json"),
    }


def listed(settings: Settings, services: Sequence[Service]) -> Sequence[Listed]:
    own = saml_settings(settings)
    found: list[Listed] = []
    errors: list[ConfigError] = []
    for service in services:
        if speaks(service):
            try:
                found.append(_listed(settings, own, service))
            except ConfigErrors as wrong:
                errors.extend(wrong.errors)
    errors.extend(_twins(found))
    if errors:
        raise ConfigErrors(errors)
    return found


def _listed(settings: Settings, own: SamlSettings, service: Service) -> Listed:
    at = f"service.{service.id}.saml"
    assert isinstance(service.peer, DeclaredPeer)
    declared = declared_by(service.peer.table, at)
    wrong = [
        ConfigError(f"{at}.{key}", said) for key, said in problems(declared, service, own.folder)
    ]
    if wrong:
        raise ConfigErrors(wrong)
    xml = _xml(settings, own, declared, at)
    if xml:
        understood(service.id, declared, xml.encode())
    pinned = _pinned(settings, declared.metadata_certificate, f"{at}.metadata_certificate")
    return Listed(service=service.id, declared=declared, xml=xml, certificate=pinned)


def _pinned(settings: Settings, name: str, at: str) -> str:
    if not name:
        return ""
    text = _read(settings.file(name), at)
    try:
        saml.Certificate.of(text)
    except saml.Untrusted:
        problem = "holds no certificate of a fit key, or more than it"
        raise ConfigErrors([ConfigError(at, problem)]) from None
    return text


def _xml(settings: Settings, own: SamlSettings, declared: SamlService, at: str) -> str:
    if declared.metadata_url:
        return ""
    if declared.metadata_xml:
        return declared.metadata_xml
    if declared.metadata:
        return _read(settings.file(declared.metadata), f"{at}.metadata")
    for file in sorted(Path(own.folder).glob("*.xml")):
        text = _read(file, "plugin.saml.folder")
        if declared.entity_id in _names(text):
            return text
    problem = "no file in plugin.saml.folder is of this entity"
    raise ConfigErrors([ConfigError(f"{at}.entity_id", problem)])


def _names(text: str) -> frozenset[str]:
    try:
        return frozenset(entities(text.encode()))
    except saml.Untrusted:
        # One bad file among many says nothing of this service.
        return frozenset()


def _read(file: Path, at: str) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise ConfigErrors([ConfigError(at, f"{file.name} cannot be read")]) from None


def _twins(found: Sequence[Listed]) -> Sequence[ConfigError]:
    seen: dict[str, str] = {}
    wrong: list[ConfigError] = []
    for each in found:
        if not each.xml:
            continue
        try:
            entity = understood(each.service, each.declared, each.xml.encode()).entity.id
        except HubError:
            continue
        if entity in seen:
            problem = f"{entity!r} is already that of {seen[entity]!r}"
            wrong.append(ConfigError(f"service.{each.service}.saml.metadata", problem))
        seen[entity] = each.service
    return wrong
