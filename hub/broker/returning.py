"""What comes from outside comes back with a ticket: laid by whoever received it, taken once."""

import secrets
from base64 import b64decode, b64encode
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

from hub.contract.accounts import Identifier, Situation, UpstreamIdentity
from hub.contract.events import Evidence, Factor
from hub.contract.steps import Answer, Refusal
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
        "evidence": _saw(answer.evidence) if answer.evidence else None,
        "certificate": None if certificate is None else b64encode(certificate).decode(),
        "refused": asdict(answer.refused) if answer.refused else None,
    }


def _read(content: Any) -> Answer:
    certificate = content["certificate"]
    return Answer(
        fields=content["fields"],
        upstream=_identity(content["upstream"]) if content["upstream"] else None,
        evidence=_evidence(content["evidence"]) if content["evidence"] else None,
        certificate=None if certificate is None else b64decode(certificate),
        refused=Refusal(**content["refused"]) if content["refused"] else None,
    )


def _identity(kept: dict[str, Any]) -> UpstreamIdentity:
    parts = {
        "identifiers": tuple(Identifier(**each) for each in kept["identifiers"]),
        "situations": tuple(Situation(**each) for each in kept["situations"]),
        "attributes": {name: tuple(texts) for name, texts in kept["attributes"].items()},
    }
    return UpstreamIdentity(**{**kept, **parts})


def _saw(evidence: Evidence) -> dict[str, Json]:
    at = evidence.proved_at
    parts: dict[str, Json] = {
        "factors": [*sorted(evidence.factors)],
        "amr": [*evidence.amr],
        "proved_at": at.isoformat() if at else None,
    }
    return {**asdict(evidence), **parts}


def _evidence(kept: dict[str, Any]) -> Evidence:
    at = kept["proved_at"]
    parts = {
        "factors": frozenset(Factor(each) for each in kept["factors"]),
        "amr": tuple(kept["amr"]),
        "proved_at": datetime.fromisoformat(at) if at else None,
    }
    return Evidence(**{**kept, **parts})
