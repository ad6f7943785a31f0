"""The ticket a recipient's browser carries to the service: good once, for its service alone."""

import secrets
from datetime import datetime
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from hub import ServiceId, Toolbox, value

from .settings import EmageSettings
from .shares import Share, Shares

NAME: Final = "ticket"
LONGEST: Final = 100


@value
class Redeemed:
    share: Share
    proved_at: datetime
    """When the recipient typed the code."""


class Tickets:
    def __init__(self, settings: EmageSettings, toolbox: Toolbox) -> None:
        self._settings = settings
        self._toolbox = toolbox
        self._shares = Shares(settings, toolbox)

    def issue(self, share: Share) -> str:
        """The address that takes the browser to the service."""
        ticket = secrets.token_urlsafe(32)
        content = {"share": share.id, "at": self._toolbox.clock().isoformat()}
        seconds = int(self._settings.ticket.total_seconds())
        key = _key(share.draft.service, ticket)
        self._toolbox.one_time.put(key, dict(content), seconds=seconds)
        return _with(share.draft.opens_at, ticket)

    def redeem(self, service: ServiceId, ticket: str) -> Redeemed | None:
        """`None`: never issued, used, too old, another service's, or the share is over."""
        # The service is part of the key: another one's try uses nothing up.
        content = self._toolbox.one_time.take(_key(service, ticket))
        share = self._shares.still_open(str(content["share"])) if content else None
        if content is None or share is None or share.draft.service != service:
            return None
        self._shares.opened(share, ticket)
        return Redeemed(share=share, proved_at=datetime.fromisoformat(str(content["at"])))


def _key(service: ServiceId, ticket: str) -> str:
    return f"{service}\0{ticket}"


def _with(address: str, ticket: str) -> str:
    parts = urlsplit(address)
    query = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] != NAME]
    return urlunsplit(parts._replace(query=urlencode([*query, (NAME, ticket)]), fragment=""))
