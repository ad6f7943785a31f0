"""What the operator decides at the console, as every process of the hub must know it: the port."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from hub.contract.audit import AuditEntry
from hub.contract.identifiers import MethodName
from hub.contract.values import value
from hub.people.announcing import Announcement


@value
class Standing:
    """All of it at one moment."""

    number: int
    """Counts the changes; a change made on another number than today's is not made."""
    announcements: Sequence[Announcement] = ()
    """The first to begin first."""
    off: frozenset[MethodName] = frozenset()


class OperatorBook(Protocol):
    """Every change is in the trail, in the transaction that made it true."""

    def now(self) -> Standing:
        """At most a second old, whoever changed it; asking costs nothing in between."""

    def announce(self, announcement: Announcement, entry: AuditEntry) -> bool:
        """False, and nothing kept, when there are as many as there may be."""

    def withdraw(self, announcement: str, entry: AuditEntry) -> bool:
        """Whether it was there: of two who withdraw it at once, one is told so."""

    def switch(self, method: MethodName, seen: int, entry: AuditEntry, *, on: bool) -> bool:
        """False, and nothing changed, when anything changed since it stood at *seen*."""


def shown(book: OperatorBook, now: datetime) -> Sequence[Announcement]:
    """Those that everybody reads now, warnings first."""
    current = [each for each in book.now().announcements if each.shows(now)]
    return sorted(current, key=lambda each: each.tone, reverse=True)
