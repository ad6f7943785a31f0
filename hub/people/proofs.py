"""Identities somebody proved without having an account: kept for an hour, under a ticket."""

import secrets
from collections.abc import Mapping
from dataclasses import field
from datetime import datetime, timedelta
from typing import Final

from pydantic import TypeAdapter

from hub.contract.accounts import Identifier, Situation, UpstreamIdentity
from hub.contract.toolbox import OneTimeBox
from hub.contract.values import Clock, value

LIFETIME: Final = timedelta(hours=1)
_LONGEST_TICKET: Final = 64


@value
class ProvedIdentity:
    """Who a provider or a card vouched for; what ends its session is not kept."""

    issuer: str
    subject: str
    name: str = ""
    identifiers: tuple[Identifier, ...] = ()
    situations: tuple[Situation, ...] = ()
    attributes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    via: str
    """The method it came by."""
    title: str
    """The method as people call it."""
    at: datetime

    @property
    def identity(self) -> UpstreamIdentity:
        return UpstreamIdentity(
            issuer=self.issuer,
            subject=self.subject,
            name=self.name,
            identifiers=self.identifiers,
            situations=self.situations,
            attributes=self.attributes,
        )


@value
class Kept:
    proved: ProvedIdentity
    login: str
    """In whose browser it was proved: nobody else may use the ticket."""
    until: datetime


def proved(identity: UpstreamIdentity, via: str, title: str, at: datetime) -> ProvedIdentity:
    return ProvedIdentity(
        issuer=identity.issuer,
        subject=identity.subject,
        name=identity.name,
        identifiers=identity.identifiers,
        situations=identity.situations,
        attributes=identity.attributes,
        via=via,
        title=title,
        at=at,
    )


class Proofs:
    def __init__(self, box: OneTimeBox, clock: Clock) -> None:
        self._box = box
        self._clock = clock

    def keep(self, proof: ProvedIdentity, login: str) -> str:
        """The ticket. It opens nothing outside the browser of *login*."""
        ticket = secrets.token_urlsafe(32)
        self._lay(ticket, Kept(proved=proof, login=login, until=self._clock() + LIFETIME))
        return ticket

    def look(self, ticket: str) -> Kept | None:
        """What is kept, left where it is. `None`: never issued, used, or too old."""
        kept = self.take(ticket)
        if kept:
            self._lay(ticket, kept)
        return kept

    def take(self, ticket: str) -> Kept | None:
        """The same, once: of two who use it at the same time, one finds it."""
        short = 0 < len(ticket) <= _LONGEST_TICKET
        content = self._box.take(_place(ticket)) if short else None
        return _KEPT.validate_json(str(content["kept"])) if content else None

    def _lay(self, ticket: str, kept: Kept) -> None:
        left = (kept.until - self._clock()).total_seconds()
        content = {"kept": _KEPT.dump_json(kept).decode()}
        self._box.put(_place(ticket), dict(content), seconds=max(1, int(left)))


_KEPT: Final = TypeAdapter(Kept)


def _place(ticket: str) -> str:
    return f"proof/{ticket}"
