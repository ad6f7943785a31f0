"""The pictures of services: fetched by the hub, so that no browser asks a stranger for one."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Final

from satosa.response import Response

from hub import Fetched, Fetcher, RawRequest, Registry, Service, ServiceId, pictures, value

PATH: Final = "/oidc/logo"
LARGEST: Final = 100_000
NONE: Final = (
    "leads to no PNG, JPEG or WebP picture"
    f" of at most {pictures.MOST} x {pictures.MOST} pixels and {LARGEST} bytes"
)
_A_DAY: Final = ("Cache-Control", "public, max-age=86400")
# A picture that is none after all runs nothing and loads nothing in the hub's name.
_INERT: Final = ("Content-Security-Policy", "default-src 'none'; sandbox")
_AS_SAID: Final = ("X-Content-Type-Options", "nosniff")


class NoPicture(Exception):
    """A document, a bomb, or too much of it."""


@value
class Shown:
    body: bytes
    kind: str


def picture(uri: str, fetcher: Fetcher) -> Shown | None:
    """What stands there, when it is a picture of ours to show; whatever its sender calls it."""
    found = fetcher.get(uri)
    return _shown(found.body) if isinstance(found, Fetched) else None


def shown_at(client_id: str, uri: str | None, fetcher: Fetcher) -> str:
    """An address of our own, another for each picture; empty: nothing answers there today.

    Raise `NoPicture` for what is there and must never be shown as one.
    """
    found = fetcher.get(uri) if uri is not None else None
    if uri is None or not isinstance(found, Fetched):
        return ""
    if _shown(found.body) is None:
        raise NoPicture
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
        return Response(found.body, headers=[_A_DAY, _INERT, _AS_SAID], content=found.kind)

    def _uri(self, name: ServiceId) -> str | None:
        # Only of services people may meet: the hub fetches for nobody else.
        there = self._registry.find(name) if name in self._services else None
        metadata = there.kept.get("metadata") if there else None
        uri = metadata.get("logo_uri") if isinstance(metadata, dict) else None
        return uri if isinstance(uri, str) else None


def _shown(body: bytes) -> Shown | None:
    found = pictures.picture_of(body) if len(body) <= LARGEST else None
    return Shown(body=body, kind=found.kind) if found else None
