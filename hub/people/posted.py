"""Notices that services post for a person: what one may say, and where they are kept. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import datetime, timedelta
from typing import Final, Protocol

from hub.contract.identifiers import AccountId, ServiceId
from hub.contract.values import value

LONGEST: Final = 80
"""Characters of its text: a sentence, and no room for what belongs inside the service."""
KEPT: Final = timedelta(days=90)
SHOWN: Final = 100
PER_DAY: Final = 50
"""From one service to one person."""


@value
class PostedNotice:
    id: str
    account: AccountId
    service: ServiceId
    text: str = field(repr=False)
    posted_at: datetime
    link: Mapping[str, str] = field(default_factory=dict, repr=False)
    """The parameters of the service's deep link; nothing: the service itself."""
    read_at: datetime | None = None


class PostedBook(Protocol):
    """Each call is one short transaction. Nobody reads another account's."""

    def post(self, notice: PostedNotice) -> bool:
        """False, and nothing kept, when that service had its share of this person's day."""

    def of(self, account: AccountId, now: datetime) -> Sequence[PostedNotice]:
        """The newest first, the oldest ones left out."""

    def find(self, account: AccountId, notice: str, now: datetime) -> PostedNotice | None: ...

    def unread(self, account: AccountId, now: datetime) -> int: ...

    def read(self, account: AccountId, notice: str, now: datetime) -> None:
        """Reading twice keeps the first time."""

    def unread_again(self, account: AccountId, notice: str) -> None: ...

    def read_all(self, account: AccountId, now: datetime) -> None: ...


class KnownBook(Protocol):
    """Whom each service means."""

    def called(self, sector: str, subject: str) -> AccountId | None:
        """*sector*: the service's, else its id. `None`: nobody it was ever told of."""


def sound(text: str) -> bool:
    """One line of words."""
    return 0 < len(text) <= LONGEST and text.isprintable() and text == text.strip()
