"""What one plugin is lent: everything bound to its name."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field

import httpx

from hub.contract.accounts import Account, Accounts, AccountStore
from hub.contract.audit import AuditEntry
from hub.contract.fetching import Fetcher
from hub.contract.identifiers import AccountId, ServiceId
from hub.contract.logout import Leaving, Sessions
from hub.contract.messages import Messenger
from hub.contract.pages import SignedIn
from hub.contract.services import Service
from hub.contract.sql import UnitOfWork
from hub.contract.toolbox import CredentialDrawer, OneTimeBox, Seal
from hub.contract.values import Clock, value
from hub.people.delegation import Console
from hub.people.rights import Holders


@value
class BoundToolbox:
    """Implements `hub.contract.toolbox.Toolbox`; see there what each thing promises."""

    plugin: str
    public_address: str
    clock: Clock
    accounts: Accounts
    stores: Mapping[str, AccountStore]
    services: Mapping[ServiceId, Service]
    messenger: Messenger
    one_time: OneTimeBox
    unit_of_work: UnitOfWork
    sessions: Sessions
    leaving: Leaving
    seal: Seal = field(repr=False)
    fetcher: Fetcher
    drawers: Callable[[str], CredentialDrawer]
    clients: Callable[[str], httpx.Client]
    write_down: Callable[[AuditEntry], None]
    visitor: Callable[[], SignedIn | None]
    rights: Holders

    def outbound(self, name: str) -> httpx.Client:
        return self.clients(name)

    def note(self, action: str, account: AccountId | None, **details: str) -> None:
        at = self.clock()
        self.write_down(AuditEntry(at=at, action=action, account=account, details=details))

    def referents(self, account: Account) -> Sequence[Account]:
        structures = sorted({each.structure for each in account.situations})
        holders = self.rights.holders(Console.REFERENT, structures, self.clock())
        known = (self.accounts.by_id(each) for each in holders if each != account.id)
        return [each for each in known if each and not each.locked]

    def drawer(self, name: str) -> CredentialDrawer:
        return self.drawers(name)

    def signed_in(self) -> SignedIn | None:
        return self.visitor()


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
