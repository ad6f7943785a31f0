"""Services that registered themselves and wait for the operator's word."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from hub.contract.identifiers import ServiceId
from hub.contract.services import Registration, ServiceState


class JoinedBook(Protocol):
    """Every service that joined while the hub runs, whatever its protocol."""

    def all(self) -> Sequence[Registration]:
        """Oldest first, whatever their state."""

    def find(self, name: ServiceId) -> Registration | None: ...

    def change(self, registration: Registration) -> bool:
        """Keep it as it is now; False, and nothing kept, when another change came first."""

    def remove(self, name: ServiceId) -> None: ...


def waiting(book: JoinedBook) -> Sequence[Registration]:
    return [each for each in book.all() if each.state is ServiceState.PENDING]


def settled(book: JoinedBook, name: ServiceId, revision: int, *, approved: bool) -> bool:
    """Let it in, or forget it; False: it waits no more, or is not what was looked at."""
    there = book.find(name)
    # Approved is what was read: whoever changes it while the page is open is looked at again.
    if there is None or there.revision != revision or there.state is not ServiceState.PENDING:
        return False
    state = ServiceState.ACTIVE if approved else ServiceState.DISABLED
    if not book.change(replace(there, state=state)):
        return False
    if not approved:
        book.remove(name)
    return True
