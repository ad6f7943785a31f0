"""Asking others for something that is asked once in a while: the port."""

from datetime import datetime
from typing import Protocol

from hub.contract.identifiers import AccountId


class Askings(Protocol):
    def first(self, account: AccountId, now: datetime) -> bool:
        """Whether nobody asked it for this account lately; from now on somebody did.

        Of any number who ask at once, in whatever process, one is told so.
        """

    def waits(self, account: AccountId, now: datetime) -> bool:
        """Whether it was asked lately."""
