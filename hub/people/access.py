"""A right that somebody asks for, to open one service, and who may give it. Pure."""

from collections.abc import Sequence
from dataclasses import field
from datetime import datetime, timedelta
from typing import Final, Protocol

from hub.contract.accounts import Account, Right, Situation
from hub.contract.identifiers import AccountId, ServiceId
from hub.contract.services import Service
from hub.contract.values import value

WAITS_FOR: Final = timedelta(days=30)
LONGEST: Final = 300
"""Characters of what the person says to the référent."""
_CONSOLES: Final = "console."


@value
class AccessRequest:
    id: str
    account: AccountId
    service: ServiceId
    structure: str
    """Whose référents decide."""
    made_at: datetime
    message: str = field(default="", repr=False)
    language: str = "fr"


class AccessBook(Protocol):
    """Where they wait. Each call is one short transaction."""

    def add(self, request: AccessRequest) -> bool:
        """False, and nothing kept, when this person's for that service waits already."""

    def of(self, account: AccountId, now: datetime) -> Sequence[ServiceId]:
        """The services whose opening this person waits for."""

    def made_by(self, account: AccountId, now: datetime) -> Sequence[AccessRequest]:
        """Theirs that wait, the oldest first."""

    def waiting(self, structures: Sequence[str], now: datetime) -> Sequence[AccessRequest]:
        """The oldest first."""

    def take(self, request: str, now: datetime) -> AccessRequest | None:
        """It is decided: of two who decide at once, one finds it."""

    def withdraw(self, account: AccountId, service: ServiceId) -> None: ...


def lacking(service: Service, account: Account, structure: str) -> Sequence[Right]:
    """What a référent of *structure* may give: for the places there, and nowhere else.

    A right of the hub's own consoles is never among them: that would be a way up.
    """
    names = sorted(each for each in service.access.rights if not each.startswith(_CONSOLES))
    here = [each.id for each in account.situations if each.structure == structure]
    wanted = [Right(name=name, situation=place) for name in names for place in here]
    held = account.rights
    return [each for each in wanted if not {each, Right(name=each.name)} & held]


def asked_at(account: Account, acting: Situation | None) -> Sequence[str]:
    """The structures whose référents may be asked: where one acts first, then the others."""
    here = [acting.structure] if acting else []
    return list(dict.fromkeys([*here, *(each.structure for each in account.situations)]))
