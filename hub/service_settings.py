"""The shape of `[service.<id>]`: one connected service."""

from collections.abc import Mapping
from dataclasses import field
from datetime import timedelta

from hub.contract.values import value


@value
class ServiceSettings:
    """One connected service, `[service.<id>]`."""

    title: str
    """On the tile and on the sign-in page."""
    minimum: str
    """The level, by name or acr. Nothing a service or a browser asks goes below it."""
    summary: str = ""
    """One line under the title."""
    icon: str = ""
    """A name from the hub's icon set; empty: initials."""
    more: str = ""
    """The page behind « En savoir plus »."""
    rights: tuple[str, ...] = ()
    """Every one is needed."""
    requires: tuple[str, ...] = ()
    """Required actions, in this order."""
    max_age: timedelta | None = None
    """A proof older than that is asked again."""
    claims: tuple[str, ...] = ()
    """What it may learn, and nothing else."""
    purpose: str = ""
    """What it learns it for, in the words of the register of processing."""
    legal_basis: str = ""
    """By which right: « mission d’intérêt public », « obligation légale »…"""
    retention: str = ""
    """For how long it keeps what it learns, in words."""
    launch: str = ""
    """Where the tile leads: an address of the service that begins a sign-in."""
    deep_link: str | None = None
    """An address with `{name}` holes, reached through `/open/<id>?name=…`."""
    parameters: Mapping[str, str] = field(default_factory=dict)
    """For each hole, the regular expression its whole value must match."""
    tile: bool = True
    """False: reachable, and not shown on the portal."""
    frontend: str | None = None
    """The protocol it speaks, with its keys in `[service.<id>.<frontend>]`; none: a plain link."""
