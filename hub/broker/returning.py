"""What comes from outside comes back with a ticket: laid by whoever received it, taken once."""

import secrets
from base64 import b64decode, b64encode
from dataclasses import asdict
from typing import Any, Final

from hub.contract.accounts import Situation, UpstreamIdentity
from hub.contract.steps import Answer
from hub.contract.toolbox import OneTimeBox
from hub.contract.values import Json

RETURN_SECONDS: Final = 120


class WebReturning:
    """Implements `hub.contract.returning.Returning` for one plugin."""

    def __init__(self, box: OneTimeBox, plugin: str) -> None:
        self._box = box
        self._plugin = plugin

    def bring_back(self, return_url: str, answer: Answer) -> str:
        ticket = secrets.token_urlsafe(16)
        self._box.put(self._key(return_url, ticket), _written(answer), seconds=RETURN_SECONDS)
        return f"{return_url}?ticket={ticket}"

    def taken(self, path: str, ticket: str) -> Answer | None:
        """`None`: too late, taken already, or laid for another place or by another plugin."""
        content = self._box.take(self._key(path, ticket))
        return None if content is None else _read(content)

    def _key(self, path: str, ticket: str) -> str:
        # The place is part of the key: a ticket of somebody's own login opens no other's.
        return f"{self._plugin} {path} {ticket}"


def _written(answer: Answer) -> dict[str, Json]:
    certificate = answer.certificate
    return {
        "fields": dict(answer.fields),
        "upstream": asdict(answer.upstream) if answer.upstream else None,
        "certificate": None if certificate is None else b64encode(certificate).decode(),
    }


def _read(content: Any) -> Answer:
    certificate = content["certificate"]
    return Answer(
        fields=content["fields"],
        upstream=_identity(content["upstream"]) if content["upstream"] else None,
        certificate=None if certificate is None else b64decode(certificate),
    )


def _identity(kept: dict[str, Any]) -> UpstreamIdentity:
    situations = tuple(Situation(**each) for each in kept["situations"])
    attributes = {name: tuple(texts) for name, texts in kept["attributes"].items()}
    return UpstreamIdentity(**{**kept, "situations": situations, "attributes": attributes})
