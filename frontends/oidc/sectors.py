"""Among whom a person has one name: OpenID Connect Core 8, subject types and sectors."""

import json
from typing import TYPE_CHECKING, Final, Literal
from urllib.parse import urlsplit

from hub import Fetched, Fetcher

if TYPE_CHECKING:
    from .clients import OidcClient

SubjectType = Literal["pairwise", "public"]
PUBLIC: Final = "public:"
"""The one sector of all services that asked for public subjects."""
_MOST: Final = 1000
"""Addresses in a sector's document."""


def sector_of(declared: "OidcClient") -> str:
    """Empty: the service is a sector of its own."""
    if declared.subject_type == "public":
        return PUBLIC
    host = _host(declared.sector_identifier_uri or "")
    return f"sector:{host}" if host else ""


def sector_of_stranger(declared: "OidcClient") -> str:
    """The same for a client that registered itself: the host it answers at, as Core 8.1 says."""
    hosts = hosts_of(declared)
    if declared.subject_type == "public" or declared.sector_identifier_uri or len(hosts) != 1:
        return sector_of(declared)
    # Every application on every machine answers at a loopback address: that is nobody's sector.
    return f"sector:{min(hosts)}" if declared.application_type == "web" else ""


def hosts_of(declared: "OidcClient") -> frozenset[str]:
    return frozenset(filter(None, map(_host, declared.redirect_uris)))


def sector_problem(declared: "OidcClient", fetcher: Fetcher) -> str | None:
    """What is wrong with the document at `sector_identifier_uri`, if it has one."""
    uri = declared.sector_identifier_uri
    if uri is None:
        return None
    # Not from the cache: what the last service to name it was let in by may stand there no more.
    match fetcher.anew(uri):
        case Fetched(body=body):
            listed = _listed(body)
        case _:
            return "cannot be fetched"
    if listed is None:
        return "is not a JSON list of addresses"
    # Core 8.1: or anybody could learn the names that another's services know people by.
    missing = set(declared.redirect_uris) - listed
    return "does not list every redirect_uri" if missing else None


def _listed(body: bytes) -> frozenset[str] | None:
    try:
        read = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(read, list) or len(read) > _MOST:
        return None
    return frozenset(read) if all(isinstance(each, str) for each in read) else None


def _host(uri: str) -> str:
    try:
        return (urlsplit(uri).hostname or "").rstrip(".")
    except ValueError:
        return ""
