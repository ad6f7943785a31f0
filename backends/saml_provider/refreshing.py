"""Fetches providers' metadata from its address: what cannot be believed changes nothing."""

import logging
from typing import Any, Final

import httpx
from sqlalchemy.dialects import postgresql, sqlite

from hub import HubError, Settings, Toolbox, saml

from .entity import entity
from .settings import Provider, SamlProviderSettings
from .tables import fetched

_LARGEST: Final = 20_000_000
_log: Final = logging.getLogger(__name__)
_INSERTS: Final[dict[str, Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def refresh(settings: Settings, toolbox: Toolbox) -> None:
    """Fetch each; of what is not taken the log names the kind, and the last good one stays."""
    providers = settings.section("saml_provider", SamlProviderSettings).providers
    for name, provider in providers.items():
        if provider.metadata_url:
            try:
                _keep(toolbox, name, _believed(name, provider, settings, toolbox))
            except (httpx.HTTPError, HubError) as problem:
                why = problem.why if isinstance(problem, saml.Untrusted) else type(problem).__name__
                _log.warning("saml_provider.metadata_not_taken provider=%s why=%s", name, why)


def _believed(name: str, provider: Provider, settings: Settings, toolbox: Toolbox) -> bytes:
    with toolbox.outbound(name).stream("GET", provider.metadata_url) as answer:
        answer.raise_for_status()
        raw = b""
        for piece in answer.iter_bytes():
            raw += piece
            if len(raw) > _LARGEST:
                raise saml.Untrusted("too_large")
    pinned = saml.Certificate.of(settings.file(provider.metadata_certificate).read_bytes())
    # What was signed, and nothing beside it, is what is kept.
    xml = saml.canonical(saml.genuine(saml.metadata(raw), [pinned]))
    until = entity(xml, provider.entity_id).until
    # An old document played again would bring back a key that was taken away.
    if until is not None and until <= toolbox.clock():
        raise saml.Untrusted("expired")
    return xml


def _keep(toolbox: Toolbox, name: str, xml: bytes) -> None:
    at = int(toolbox.clock().timestamp())
    with toolbox.unit_of_work() as database:
        new = _INSERTS[database.dialect.name](fetched).values(provider=name, xml=xml, at=at)
        changed = {"xml": xml, "at": at}
        database.execute(new.on_conflict_do_update(index_elements=["provider"], set_=changed))
