"""What was asked lately, in memory."""

from datetime import datetime, timedelta

from hub.contract.identifiers import AccountId


class MemoryAskings:
    def __init__(self, again: timedelta) -> None:
        self._again = again
        self._asked: dict[AccountId, datetime] = {}

    def first(self, account: AccountId, now: datetime) -> bool:
        if self.waits(account, now):
            return False
        self._asked[account] = now
        return True

    def waits(self, account: AccountId, now: datetime) -> bool:
        asked = self._asked.get(account)
        return asked is not None and now < asked + self._again
