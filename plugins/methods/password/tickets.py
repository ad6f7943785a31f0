"""Links that let somebody choose a password without having one: good once, and not for long."""

import secrets
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlencode

from hub import AccountId, Toolbox, value

from .passwords import Passwords

PATH: Final = "/apps/password/set"


@value
class Ticket:
    """Taken out of the box: nobody else can use it until it is laid back."""

    key: str
    account: AccountId
    password: str
    """When the password it may replace was set; another one since, and it is worth nothing."""
    until: datetime


class Tickets:
    def __init__(self, toolbox: Toolbox, passwords: Passwords) -> None:
        self._toolbox = toolbox
        self._passwords = passwords

    def issue(self, account: AccountId, life: timedelta, back: str = "") -> str:
        """A path under the hub's address."""
        ticket = Ticket(
            key=secrets.token_urlsafe(32),
            account=account,
            password=self._standing(account),
            until=self._toolbox.clock() + life,
        )
        self.lay_back(ticket)
        return f"{PATH}?{urlencode({'ticket': ticket.key, **({'back': back} if back else {})})}"

    def take(self, key: str) -> Ticket | None:
        """`None`: never issued, used, too old, or the password has changed since."""
        content = self._toolbox.one_time.take(key) if key else None
        if content is None:
            return None
        ticket = Ticket(
            key=key,
            account=AccountId(str(content["account"])),
            password=str(content["password"]),
            until=datetime.fromisoformat(str(content["until"])),
        )
        return ticket if ticket.password == self._standing(ticket.account) else None

    def lay_back(self, ticket: Ticket) -> None:
        """The new password was not good enough: the same link stays good until its end."""
        content = {
            "account": ticket.account,
            "password": ticket.password,
            "until": ticket.until.isoformat(),
        }
        left = (ticket.until - self._toolbox.clock()).total_seconds()
        self._toolbox.one_time.put(ticket.key, dict(content), seconds=max(1, int(left)))

    def _standing(self, account: AccountId) -> str:
        kept = self._passwords.of(account)
        return kept.set_at.isoformat() if kept else ""
