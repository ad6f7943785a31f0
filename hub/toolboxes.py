"""What one plugin is lent: everything bound to its name."""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import field
from datetime import datetime
from typing import Protocol

import httpx

from hub.contract.accounts import Account, Accounts, AccountStore
from hub.contract.assurance import Level
from hub.contract.audit import AuditEntry
from hub.contract.card_host import CardHost
from hub.contract.errors import NameTaken
from hub.contract.fetching import Fetcher
from hub.contract.identifiers import AccountId, ServiceId
from hub.contract.logout import Leaving, Sessions
from hub.contract.many import by_ids
from hub.contract.messages import Messenger
from hub.contract.pages import SignedIn
from hub.contract.recognising import Recognising
from hub.contract.returning import Returning
from hub.contract.services import Registration, Registry, Service
from hub.contract.sql import UnitOfWork
from hub.contract.toolbox import CredentialDrawer, OneTimeBox, Seal
from hub.contract.values import Clock, value
from hub.contract.visiting import Visiting
from hub.people.delegation import Console
from hub.people.rights import Holders


@value
class BoundToolbox:
    """Implements `hub.contract.toolbox.Toolbox`; see there what each thing promises."""

    plugin: str
    public_address: str
    clock: Clock
    languages: Sequence[str]
    ladder: Sequence[Level]
    accounts: Accounts
    stores: Mapping[str, AccountStore]
    services: Mapping[ServiceId, Service]
    registry: Registry
    messenger: Messenger
    one_time: OneTimeBox
    unit_of_work: UnitOfWork
    sessions: Sessions
    leaving: Leaving
    returning: Returning
    recognising: Recognising
    visiting: Visiting
    card_host: CardHost
    seal: Seal = field(repr=False)
    fetcher: Fetcher
    drawers: Callable[[str], CredentialDrawer]
    clients: Callable[[str], httpx.Client]
    write_down: Callable[[AuditEntry], None]
    visitor: Callable[[], SignedIn | None]
    rights: Holders
    whole: Callable[[], AbstractContextManager[None]]

    def together(self) -> AbstractContextManager[None]:
        return self.whole()

    def outbound(self, name: str) -> httpx.Client:
        return self.clients(name)

    def note(self, action: str, account: AccountId | None, **details: str) -> None:
        at = self.clock()
        self.write_down(AuditEntry(at=at, action=action, account=account, details=details))

    def referents(self, account: Account) -> Sequence[Account]:
        structures = sorted({each.structure for each in account.situations})
        holders = self.rights.holders(Console.REFERENT, structures, self.clock())
        known = by_ids(self.accounts, [each for each in holders if each != account.id])
        return [each for each in known.values() if not each.locked]

    def drawer(self, name: str) -> CredentialDrawer:
        return self.drawers(name)

    def signed_in(self) -> SignedIn | None:
        return self.visitor()


class Book(Protocol):
    """All services, as the registry needs them."""

    @property
    def taken(self) -> Collection[ServiceId]: ...

    def look(self) -> None: ...


@value
class BoundRegistry:
    """A plugin's registry: it neither sees nor touches services of another's protocols."""

    rows: Registry
    book: Book
    frontends: Collection[str]

    def find(self, name: ServiceId) -> Registration | None:
        found = self.rows.find(name)
        return found if found and self._own(found) else None

    def add(self, registration: Registration) -> None:
        if registration.service.id in self.book.taken or not self._own(registration):
            raise NameTaken(registration.service.id)
        self.rows.add(registration)
        self.book.look()

    def change(self, registration: Registration) -> bool:
        changed = self._own(registration) and self.rows.change(registration)
        self.book.look()
        return changed

    def remove(self, name: ServiceId) -> None:
        if self.find(name):
            self.rows.remove(name)
            self.book.look()

    def joined_since(self, moment: datetime) -> int:
        return self.rows.joined_since(moment)

    def _own(self, registration: Registration) -> bool:
        peer = registration.service.peer
        return peer is not None and peer.frontend in self.frontends


@value
class BoundSeal:
    """A plugin's seal: what one closed, another cannot open."""

    seal: Seal = field(repr=False)
    plugin: str

    def close(self, plain: bytes, purpose: str) -> bytes:
        return self.seal.close(plain, f"{self.plugin}/{purpose}")

    def open(self, sealed: bytes, purpose: str) -> bytes:
        return self.seal.open(sealed, f"{self.plugin}/{purpose}")

    def digest(self, text: str, purpose: str) -> str:
        return self.seal.digest(text, f"{self.plugin}/{purpose}")
