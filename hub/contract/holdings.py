"""What is kept of people: how much of it, for how long, and how it is erased."""

from datetime import datetime, timedelta
from typing import Protocol, runtime_checkable

from hub.contract.accounts import Account
from hub.contract.values import Json, value


@value
class Standing:
    """How much of one kind is kept now."""

    rows: int
    oldest: datetime | None = None
    """`None`: there is none, or nobody wrote down since when."""


class Holding(Protocol):
    """One kind of thing kept of people; it goes with the account, or once its time is over."""

    @property
    def kind(self) -> str:
        """`directory.favourites`: begins with the plugin's name, and never changes."""

    @property
    def kept_for(self) -> timedelta | None:
        """`None`: as long as the account."""

    def standing(self) -> Standing: ...

    def forget(self, account: Account) -> int:
        """Erase everything of this person, who is given as they were; how much that was.

        Doing it twice does no harm.
        """

    def purge(self, now: datetime) -> int:
        """Erase whatever is older than `kept_for`; how much that was."""


@runtime_checkable
class TellsKept(Protocol):
    """A holding of what its person may take along (GDPR 15).

    One without it says why, in words of its plugin: `holding.<kind>.left_out`.
    """

    @property
    def kind(self) -> str: ...

    def kept_of(self, account: Account) -> Json:
        """All of it, of this person and of nobody else; `None`: nothing. No secret."""


@runtime_checkable
class TellsNewest(TellsKept, Protocol):
    """One that tells a list, and the newest of it only: whoever reads it is told that it is cut."""

    @property
    def most_told(self) -> int: ...
