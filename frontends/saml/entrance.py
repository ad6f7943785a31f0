"""How SAML services come in while the hub runs: the frontend's part in `hub service`."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Final

from hub import (
    ConfigError,
    ConfigErrors,
    DeclaredPeer,
    Json,
    NewSecret,
    Service,
    ServiceId,
)

from .book import Listed, understood
from .declared import DECLARED, SamlService, SamlSettings, declared_by, problems
from .told import Told

_log: Final = logging.getLogger(__name__)
_DANGERS: Final[Mapping[str, str]] = {
    "sha1": "whoever finds a collision forges this service's requests. Ask for RSA-SHA256.",
    "cbc": "whoever may ask this service often enough reads its assertions. Ask for AES-GCM.",
    "rsa15": "whoever may ask this service often enough opens its assertions. Ask for RSA-OAEP.",
}


class Entrance:
    """Implements `TakesServices`."""

    def let_in(self, settings: SamlSettings, listed: Sequence[Listed], told: Told) -> None:
        self._own = settings
        self._told = told
        for each in listed:
            _warn(each.service, each.declared)

    def checked(self, service: Service) -> Service:
        """With its metadata in the table itself: every process reads it there."""
        at = f"service.{service.id}.saml"
        assert isinstance(service.peer, DeclaredPeer)
        declared = declared_by(service.peer.table, at)
        wrong = [ConfigError(f"{at}.{key}", said) for key, said in problems(declared, service, "")]
        if declared.metadata_url:
            wrong.append(ConfigError(f"{at}.metadata_url", "is for hub.toml only"))
        if wrong:
            raise ConfigErrors(wrong)
        if declared.metadata:
            text = _file(declared.metadata, at)
            declared = replace(declared, metadata="", metadata_xml=text)
        understood(service.id, declared, declared.metadata_xml.encode())
        _warn(service.id, declared)
        return replace(service, peer=replace(service.peer, table=_written(declared)))

    def with_secret(
        self, table: Mapping[str, Json], former_until: datetime | None
    ) -> NewSecret | None:
        """A SAML service has a key of its own, which only its metadata shows."""
        return None

    def end_service(self, service: ServiceId) -> None:
        self._told.forget(service)


def _written(declared: SamlService) -> dict[str, Json]:
    table: dict[str, Json] = DECLARED.dump_python(declared, mode="json", exclude_defaults=True)
    return table


def _file(name: str, at: str) -> str:
    try:
        return Path(name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise ConfigErrors([ConfigError(f"{at}.metadata", "cannot be read")]) from None


def _warn(service: str, declared: SamlService) -> None:
    """One line for each exception: in the log at every start, on screen in `hub check`."""
    for weak in declared.weak:
        _log.warning("service.%s.saml.weak has %s: %s", service, weak, _DANGERS[weak])
