"""What is kept of a request while its person signs in, as JSON."""

from collections.abc import Mapping, Sequence
from typing import Any

from hub import Json, ServiceId, value

from .arriving import Arrived
from .book import Sp
from .declared import NameIdKind


@value
class Said:
    service: ServiceId
    address: str
    """Where the answer goes: a registered one."""
    request: str | None
    """The request's ID; `None`: the hub began by itself, from a tile."""
    relay: str | None
    kind: NameIdKind | None
    """How the person is called; `None`: not as the service wishes."""
    classes: bool
    """Whether the service asked for classes."""
    languages: Sequence[str]
    itself: bool = False
    """Whether the hub must vouch by its own proofs alone."""

    def kept(self) -> dict[str, Json]:
        return {
            "service": self.service,
            "address": self.address,
            "request": self.request,
            "relay": self.relay,
            "kind": self.kind,
            "classes": self.classes,
            "languages": [*self.languages],
            "itself": self.itself,
        }


def said_of(arrived: Arrived, kind: NameIdKind | None, languages: Sequence[str]) -> Said:
    return Said(
        service=arrived.sp.service,
        address=arrived.address,
        request=arrived.request.id,
        relay=arrived.relay,
        kind=kind,
        classes=bool(arrived.request.asked.acrs),
        languages=languages,
        itself=arrived.request.itself,
    )


def unasked(sp: Sp, target: str, languages: Sequence[str]) -> Said:
    """Begun by the hub; the service goes on to *target* by its RelayState."""
    return Said(
        service=sp.service,
        address=sp.entity.consumers[0].address,
        request=None,
        relay=target,
        kind=sp.declared.name_ids[0],
        classes=False,
        languages=languages,
    )


def read(kept: Mapping[str, Any]) -> Said:
    return Said(**kept)
