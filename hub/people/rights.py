"""Who holds which right, where, since when and by whom."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from hub.contract.accounts import Right
from hub.contract.identifiers import AccountId
from hub.contract.values import value


@value
class Grant:
    """One right given to one account. On a service: `<service>.<role>`; on the consoles below."""

    id: str
    account: AccountId
    name: str
    situation: str | None = None
    """Seen only while acting for it; `None`: always."""
    structure: str | None = None
    """Where a console right may be used."""
    since: datetime
    until: datetime | None = None
    given_by: AccountId | None = None
    """`None`: the command line."""

    def holds(self, now: datetime) -> bool:
        return self.since <= now and (self.until is None or now < self.until)


class RightsBook(Protocol):
    """Where rights given by the hub are kept."""

    def held(self, account: AccountId, now: datetime) -> frozenset[Right]:
        """As services see them, for `Account.rights`."""

    def held_by(
        self, accounts: Collection[AccountId], now: datetime
    ) -> Mapping[AccountId, frozenset[Right]]:
        """The same of many, in one question; whoever holds none may be left out."""

    def granted(self, account: AccountId, now: datetime) -> Sequence[Grant]:
        """Those that hold now, as the consoles see them."""

    def give(self, grant: Grant) -> None: ...

    def end(self, grant_id: str, now: datetime) -> None:
        """It holds no longer. Ending twice does no harm."""


class GivesOnce(Protocol):
    """The same book, for what two people may do at the same moment."""

    def give_once(self, grant: Grant) -> Grant | None:
        """Given under an id of the book's own; `None`: it is held already, or somebody else gives
        it at this very moment, and nothing was written."""


class Holders(Protocol):
    """The same book, asked the other way round."""

    def holders(self, name: str, structures: Sequence[str], now: datetime) -> Sequence[AccountId]:
        """Who holds that right now in any of those structures."""

    def holding(
        self, name: str, structures: Collection[str], now: datetime
    ) -> Mapping[str, Sequence[AccountId]]:
        """The same, structure by structure; one where nobody holds it may be left out."""

    def beyond(self, structures: Sequence[str], now: datetime) -> Sequence[AccountId]:
        """Who holds a right on a console now, other than as référent of these structures."""
