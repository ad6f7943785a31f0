"""For whom a new password is being typed: the page carries it sealed, to have names judged too."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Final

from hub import Account, AccountId, HubError, Toolbox

_PURPOSE: Final = "judge"
_LONGEST: Final = 512


class Marks:
    """Opens nothing and shows nothing: whoever holds one may ask whether a text is made of that
    person's names, which the page it stands on would tell them as well."""

    def __init__(self, toolbox: Toolbox) -> None:
        self._toolbox = toolbox

    def of(self, account: AccountId) -> str:
        return urlsafe_b64encode(self._toolbox.seal.close(account.encode(), _PURPOSE)).decode()

    def whose(self, mark: str) -> Account | None:
        """`None`: nobody's, or not made here."""
        if not mark or len(mark) > _LONGEST:
            return None
        try:
            account = self._toolbox.seal.open(urlsafe_b64decode(mark.encode()), _PURPOSE)
        except (HubError, ValueError):
            return None
        return self._toolbox.accounts.by_id(AccountId(account.decode()))
