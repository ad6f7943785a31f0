"""Fetches metadata from its addresses: what cannot be believed changes nothing."""

import logging
from datetime import datetime, timedelta
from typing import Any, Final

import httpx
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from hub import HubError, Settings, Toolbox, saml

from .book import Listed, understood
from .listing import listed
from .tables import fetched

_LARGEST: Final = 20_000_000
_log: Final = logging.getLogger(__name__)
_INSERTS: Final[dict[str, Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def refresh(settings: Settings, toolbox: Toolbox) -> None:
    """Fetch each; what cannot be believed is named in the log, and the last good one stays."""
    for each in listed(settings, list(toolbox.services.values())):
        if each.declared.metadata_url:
            try:
                _keep(toolbox, each.service, _believed(toolbox, each))
            except (httpx.HTTPError, HubError) as problem:
                _log.warning(
                    "saml.metadata_not_taken service=%s kind=%s",
                    each.service,
                    type(problem).__name__,
                )


def _believed(toolbox: Toolbox, named: Listed) -> bytes:
    with toolbox.outbound(named.service).stream("GET", named.declared.metadata_url) as answer:
        answer.raise_for_status()
        xml = b""
        for piece in answer.iter_bytes():
            xml += piece
            if len(xml) > _LARGEST:
                raise saml.Untrusted("too_large")
    if named.certificate:
        pinned = saml.Certificate.of(named.certificate)
        # What was signed, and nothing beside it, is what is kept.
        xml = saml.canonical(saml.genuine(saml.metadata(xml), [pinned]))
    sp = understood(named.service, named.declared, xml)
    _check_end(sp.entity.until, named.declared.metadata_days, toolbox.clock())
    return xml


def _check_end(until: datetime | None, days: int, now: datetime) -> None:
    if until and until <= now:
        raise saml.Untrusted("expired")
    if days and (until is None or until > now + timedelta(days=days)):
        raise saml.Untrusted("endless")


def _keep(toolbox: Toolbox, service: str, xml: bytes) -> None:
    at = int(toolbox.clock().timestamp())
    with toolbox.unit_of_work() as database:
        known = database.execute(select(fetched.c.xml).where(fetched.c.service == service)).scalar()
        if known == xml:
            return
        new = _INSERTS[database.dialect.name](fetched).values(service=service, xml=xml, at=at)
        changed = {"xml": xml, "at": at}
        database.execute(new.on_conflict_do_update(index_elements=["service"], set_=changed))
