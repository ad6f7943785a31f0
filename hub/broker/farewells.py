"""What became of the services of a session that ended."""

from collections.abc import Sequence
from dataclasses import field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Protocol

from hub.contract.audit import AuditEntry
from hub.contract.identifiers import MethodName, ServiceId, SessionId
from hub.contract.logout import Participation
from hub.contract.values import value

FAREWELL_LIFETIME: Final = timedelta(hours=1)
JUST_LEFT: Final = timedelta(minutes=1)
"""Who clicks once more within it means the same leaving."""


class Word(StrEnum):
    """How far one service has heard that the session is over."""

    WAITING = "waiting"
    TOLD = "told"
    GIVEN_UP = "given_up"
    UNTELLABLE = "untellable"
    """It has no way to be told: the person must leave it by its own page."""
    ANSWERED = "answered"
    """It says yes from a frame of ours, where browsers may keep its cookies from it."""
    REFUSED = "refused"
    """It answered the browser, and says that it could not close, or not everything."""

    @classmethod
    def _missing_(cls, value: object) -> "Word":
        """Written by a process of a newer version: not known to be told."""
        return cls.WAITING


@value
class ServiceLeft:
    service: ServiceId
    word: Word


@value
class ProviderHop:
    """Where a provider ends the session it has of the same person. Made before ours ended."""

    method: MethodName
    url: str = field(repr=False)


@value
class Farewell:
    """One leaving, as the browser that left may read it for an hour."""

    id: str
    browser: str = field(repr=False)
    session: SessionId
    left_at: datetime
    service: ServiceId | None = None
    """The service that asked for it, where the person may go back."""
    return_url: str | None = None
    hops: tuple[ProviderHop, ...] = ()
    """In this order, after the services: what does not come back loses nothing of the rest."""
    sent: int = 0
    """How many of them the browser was sent to."""
    back: int = 0
    """How many of those it came back from."""

    @property
    def next_hop(self) -> ProviderHop | None:
        """The one to go to now; `None`: all were gone to, or one has not come back."""
        waits = self.sent == self.back and self.sent < len(self.hops)
        return self.hops[self.sent] if waits else None


class Departures(Protocol):
    """Ends sessions by their person's wish."""

    def end(self, farewell: Farewell, *trail: AuditEntry) -> Farewell:
        """End the session; its services are owed word of it. All or nothing.

        Answers the leaving that counts: of two clicks at the same moment the first one's, and then
        nothing was written for the second.
        """

    def farewell(self, key: str, browser: str) -> Farewell | None:
        """`None`: no such leaving, too long ago, or another browser's."""

    def last(self, browser: str) -> Farewell | None:
        """This browser's last leaving; `None`: none within `JUST_LEFT`."""

    def services(self, session: SessionId) -> Sequence[ServiceLeft]: ...

    def told(self, session: SessionId, service: ServiceId, word: Word = Word.TOLD) -> None:
        """The browser told it, and it answered. Once `TOLD` stays so, whatever it says after."""

    def sent(self, farewell: Farewell) -> bool:
        """The browser goes to its next hop; False when another tab of it already did."""

    def returned(self, browser: str) -> Farewell | None:
        """This browser is back from a provider: its last leaving that waits for one."""

    def close(self, session: SessionId, service: ServiceId, *trail: AuditEntry) -> None:
        """This service alone was left; the session goes on."""

    def dismiss(self, gone: Participation, *trail: AuditEntry) -> None:
        """The same by our wish, of this opening alone: the service is owed word of it."""
