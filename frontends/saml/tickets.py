"""Tickets of the portal's for a sign-in that no service asked for: each good once, and soon.

Without one, a page of a stranger's could open any service, anywhere in it, under a visitor's eyes.
"""

import secrets
from typing import Final

from hub import OneTimeBox, RequestRefused, ServiceId, value

_SECONDS: Final = 60


@value
class Ticket:
    service: ServiceId
    target: str


class Tickets:
    def __init__(self, box: OneTimeBox) -> None:
        self._box = box

    def make(self, service: ServiceId, target: str) -> str:
        key = secrets.token_urlsafe(24)
        self._box.put(f"open:{key}", {"service": service, "target": target}, seconds=_SECONDS)
        return key

    def take(self, key: str) -> Ticket:
        kept = self._box.take(f"open:{key}")
        if kept is None:
            raise RequestRefused("saml.not_unsolicited", 403)
        return Ticket(service=ServiceId(str(kept["service"])), target=str(kept["target"]))
