"""What a method may say of lists that others publish, and without which it believes nothing."""

from datetime import datetime
from typing import Protocol, runtime_checkable

from hub.contract.values import value


@value
class Ended:
    """A list that nobody renewed in time."""

    since: datetime | None
    """Its own end; `None`: there never was one."""


@runtime_checkable
class KeepsLists(Protocol):
    """A method that looks up whether a means is revoked in lists the worker fetches."""

    def lists_ended(self, now: datetime) -> Ended | None:
        """The list that ended first, of all it needs; `None`: all hold."""
