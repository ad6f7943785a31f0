"""Which browsers an account signs in from: so that a new one is told of. Pure."""

from dataclasses import replace
from typing import Final, Protocol

from hub.contract.accounts import Account
from hub.contract.identifiers import AccountId

ATTRIBUTE: Final = "unwanted_mails"
NEW_DEVICE: Final = "new_device"


class DevicesBook(Protocol):
    def arrives(self, account: AccountId, browser: str) -> bool:
        """Remember that *account* signed in there. Whether that is news: not its first, and new."""


class EveryDeviceKnown:
    """Where nobody watches: nothing is ever news."""

    def arrives(self, account: AccountId, browser: str) -> bool:
        return False


def wants_news(account: Account) -> bool:
    """Whether a mail tells them of a new device; unless they said otherwise, one does."""
    return NEW_DEVICE not in account.attributes.get(ATTRIBUTE, ())


def wanting_news(account: Account, *, wanted: bool) -> Account:
    others = {name: told for name, told in account.attributes.items() if name != ATTRIBUTE}
    unwanted = set(account.attributes.get(ATTRIBUTE, ())) - {NEW_DEVICE}
    unwanted |= set() if wanted else {NEW_DEVICE}
    said = {ATTRIBUTE: tuple(sorted(unwanted))} if unwanted else {}
    return replace(account, attributes={**others, **said})
