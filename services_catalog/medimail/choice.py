"""Which mailbox somebody wants opened first: kept sealed, and one for each place."""

import json
from collections.abc import Sequence
from typing import Final

from hub import AccountId, Credential, CredentialDrawer, StaleCredential

_ONLY: Final = "first"
_MOST: Final = 20
"""Who works at more places chooses again now and then."""


class Choice:
    def __init__(self, drawer: CredentialDrawer) -> None:
        self._drawer = drawer

    def of(self, account: AccountId) -> Sequence[str]:
        """The addresses chosen, the last first: the first of them one may open here holds."""
        kept = self._kept(account)
        return list(map(str, json.loads(kept.secret))) if kept else []

    def choose(self, account: AccountId, address: str) -> bool:
        """False, and nothing kept, when another tab chose meanwhile."""
        kept = self._kept(account)
        former = [each for each in self.of(account) if each != address]
        secret = json.dumps([address, *former][:_MOST]).encode()
        version = kept.version if kept else 0
        try:
            self._drawer.put(Credential(id=_ONLY, account=account, secret=secret, version=version))
        except StaleCredential:
            return False
        return True

    def _kept(self, account: AccountId) -> Credential | None:
        return next(iter(self._drawer.of(account)), None)
