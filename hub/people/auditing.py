"""What the operator may ask of the audit trail, and what is answered: the port. Pure."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from hub.contract.audit import AuditEntry
from hub.contract.identifiers import AccountId, ServiceId
from hub.contract.values import value


@value
class Query:
    """Every condition holds of each entry found; empty ones are none."""

    action: str = ""
    """A tag, or the beginning of some up to a dot: `method` finds `method.proved`."""
    account: AccountId | None = None
    service: ServiceId | None = None
    support: str = ""
    since: datetime | None = None
    until: datetime | None = None
    """The first moment that is not asked any more."""
    before: int | None = None
    """Only entries of a smaller number: where the page before ended."""


@value
class Line:
    number: int
    """Counts as entries were written; the order of the trail."""
    sequence: int | None
    """Its place in the chain; `None`: written a moment ago, not yet linked."""
    entry: AuditEntry


@value
class Checked:
    """What was read again of the chain, and whether it is as it was linked."""

    since: int
    """Entries before the first one read: vouched for by the signature at that place."""
    upto: int
    """The last one read."""
    unread: int
    """Linked ones after it: there were too many to read at once."""
    unlinked: int
    problem: str = ""
    """In the words of the command line, for whoever must repair it; empty: all is well."""

    @property
    def whole(self) -> bool:
        return not self.problem


class AuditBook(Protocol):
    def search(self, query: Query, most: int) -> Sequence[Line]:
        """Newest first."""

    def check(self, most: int) -> Checked:
        """Read the newest part of the chain again, from a signed place on: *most* entries."""
