"""The pictures of services: fetched by the hub, so that no browser asks a stranger for one."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Final

from satosa.response import Response

from hub import Fetched, Fetcher, RawRequest, Registry, Service, ServiceId, value

PATH: Final = "/oidc/logo"
LARGEST: Final = 100_000
_A_DAY: Final = ("Cache-Control", "public, max-age=86400")
# A picture that is none after all runs nothing and loads nothing in the hub's name.
_INERT: Final = ("Content-Security-Policy", "default-src 'none'; sandbox")


@value
class Picture:
    body: bytes
    kind: str


def picture(uri: str, fetcher: Fetcher) -> Picture | None:
    """What stands there, when it is a picture of ours to show; whatever its sender calls it."""
    match fetcher.get(uri):
        case Fetched(body=body) if len(body) <= LARGEST and (kind := _kind(body)):
            return Picture(body=body, kind=kind)
        case _:
            return None


def shown_at(client_id: str, uri: str | None, fetcher: Fetcher) -> str:
    """An address of our own, another for each picture; empty when there is none to show."""
    if uri is None or picture(uri, fetcher) is None:
        return ""
    return f"{PATH}/{client_id}?{sha256(uri.encode()).hexdigest()[:8]}"


class Logos:
    def __init__(
        self, registry: Registry, services: Mapping[ServiceId, Service], fetcher: Fetcher
    ) -> None:
        self._registry = registry
        self._services = services
        self._fetcher = fetcher

    def respond(self, raw: RawRequest, client_id: str) -> Response:
        uri = self._uri(ServiceId(client_id))
        found = picture(uri, self._fetcher) if uri else None
        if found is None:
            return Response("", status="404 Not Found")
        return Response(found.body, headers=[_A_DAY, _INERT], content=found.kind)

    def _uri(self, name: ServiceId) -> str | None:
        # Only of services people may meet: the hub fetches for nobody else.
        there = self._registry.find(name) if name in self._services else None
        metadata = there.kept.get("metadata") if there else None
        uri = metadata.get("logo_uri") if isinstance(metadata, dict) else None
        return uri if isinstance(uri, str) else None


def _kind(body: bytes) -> str | None:
    """By its first bytes. No SVG: it is a document that may hold scripts."""
    if body.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if body.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if body.startswith(b"RIFF") and body[8:12] == b"WEBP":
        return "image/webp"
    return None
