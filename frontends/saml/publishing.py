"""Publishes the hub's metadata: made anew once an hour, signed, the same for everybody."""

from datetime import timedelta
from threading import Lock
from typing import Final

from lxml import etree
from satosa.response import Response

from hub import Toolbox, saml

from .declared import SamlSettings
from .keys import SamlKeys
from .metadata import Described, metadata

_FRESH: Final = timedelta(hours=1)


class Publisher:
    def __init__(
        self, settings: SamlSettings, keys: SamlKeys, address: str, toolbox: Toolbox
    ) -> None:
        self._settings = settings
        self._keys = keys
        self._address = address
        self._toolbox = toolbox
        self._lock = Lock()
        self._made: tuple[float, bytes] | None = None

    def respond(self) -> Response:
        headers = [
            ("Cache-Control", "public, max-age=3600"),
            # On screen its text would be a page of ours; services fetch it, people save it.
            ("Content-Disposition", 'inline; filename="hub-metadata.xml"'),
        ]
        text = self._current().decode()
        return Response(text, headers=headers, content="application/samlmetadata+xml")

    def _current(self) -> bytes:
        now = self._toolbox.clock().timestamp()
        with self._lock:
            if self._made is None or abs(now - self._made[0]) >= _FRESH.total_seconds():
                self._made = (now, self._written())
            return self._made[1]

    def _written(self) -> bytes:
        said = Described(
            entity_id=f"{self._address}/saml/metadata",
            address=self._address,
            certificates=self._keys.published,
            settings=self._settings,
            languages=self._toolbox.languages,
            now=self._toolbox.clock(),
        )
        root = metadata(said)
        if self._settings.sign_metadata:
            saml.sign(root, self._keys.of_metadata)
        written: bytes = etree.tostring(root)
        return written
