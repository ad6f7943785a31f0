"""For whom a new password is being typed: the page carries it sealed, to have names judged too."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from hub import Account, AccountId, Credential, HubError, StaleCredential, Toolbox

HOUR: Final = timedelta(hours=1)
MOST: Final = 120
"""Questions in an hour for one account: many for who types, few for who guesses."""

_PURPOSE: Final = "judge"
_LONGEST: Final = 512
_ID: Final = "judged"


class Marks:
    """Whoever holds one asks whether a text is made of that person's names. It is worth an hour,
    in the browser it was made for: copied, it tells nothing, and it is no place to guess for long.
    """

    def __init__(self, toolbox: Toolbox) -> None:
        self._toolbox = toolbox
        self._drawer = toolbox.drawer("judging")

    def of(self, account: AccountId) -> str:
        ends = self._toolbox.clock() + HOUR
        plain = json.dumps([account, ends.isoformat(), self._toolbox.visiting.browser()])
        return urlsafe_b64encode(self._toolbox.seal.close(plain.encode(), _PURPOSE)).decode()

    def whose(self, mark: str) -> Account | None:
        """`None`: not made here, of another browser or hour, or asked too often. Counts one."""
        if not mark or len(mark) > _LONGEST:
            return None
        try:
            plain = self._toolbox.seal.open(urlsafe_b64decode(mark.encode()), _PURPOSE)
        except (HubError, ValueError):
            return None
        account, ends, browser = json.loads(plain)
        over = self._toolbox.clock() >= datetime.fromisoformat(ends)
        if over or browser != self._toolbox.visiting.browser():
            return None
        found = self._toolbox.accounts.by_id(AccountId(account))
        return found if found and self._room(found.id) else None

    def _room(self, account: AccountId) -> bool:
        """By account: a page drawn again gives no more of them."""
        now = self._toolbox.clock()
        fresh = Credential(id=_ID, account=account)
        line = next((each for each in self._drawer.of(account) if each.id == _ID), fresh)
        since, asked = str(line.public.get("since", "")), line.public.get("asked")
        if not since or now - datetime.fromisoformat(since) >= HOUR:
            since, asked = now.isoformat(), 0
        if not isinstance(asked, int) or asked >= MOST:
            return False
        try:
            self._drawer.put(replace(line, public={"since": since, "asked": asked + 1}))
        except StaleCredential:
            # Two at once: the other one counted.
            return False
        return True
