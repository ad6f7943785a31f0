"""« Demander un compte » : what somebody asks for, what of it is checked, and who may decide."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Protocol

from hub.contract.accounts import Identifier, Situation
from hub.contract.values import value
from hub.people.proofs import ProvedIdentity

NUMBERED: Final = ("rpps", "adeli")
"""The registers whose numbers people know and may type."""
UNCONFIRMED_FOR: Final = timedelta(days=1)
"""How long the link in the mail is good."""
WAITS_FOR: Final = timedelta(days=30)
LONGEST: Final = 120
"""Characters of each thing typed; a mail address has its own limit."""
_LONGEST_MAIL: Final = 254
MAIL_ADDRESS: Final = re.compile(r"[^\s@<>,;:\"'()\[\]\\]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_RPPS: Final = re.compile(r"8?([0-9]{11})")
_ADELI: Final = re.compile(r"0?([0-9][0-9AB][0-9]{7})", re.IGNORECASE)
_FOR_TESTS: Final = "997"


class RequestState(StrEnum):
    UNCONFIRMED = "unconfirmed"
    """Nobody clicked the link in the mail yet: nobody is told of it."""
    WAITING = "waiting"
    DECIDED = "decided"


@value
class Typed:
    """As the person wrote it, or as a provider said it: then `AccountRequest.proved` says so."""

    given_name: str
    family_name: str
    mail: str
    profession: str
    structure: str
    """The words; which structure of the region it is stands in `AccountRequest.structure`."""
    number: str = ""
    """National identifier; nothing for professions without one."""
    language: str = "fr"


@value
class AccountRequest:
    id: str
    made_at: datetime
    structure: str | None
    """One that accounts carry; `None`: the support decides."""
    typed: Typed = field(repr=False)
    proved: ProvedIdentity | None = field(default=None, repr=False)

    @property
    def identifiers(self) -> tuple[Identifier, ...]:
        proved = self.proved.identifiers if self.proved else ()
        number = identifier_of(self.typed.number)
        # Of a register the provider vouches for, only its own word counts.
        declared = number and number.system not in {each.system for each in proved}
        return (*proved, replace(number, declared=True)) if number and declared else proved

    @property
    def situation(self) -> Situation:
        typed = self.typed
        there = self.structure or typed.structure
        return Situation(
            id=f"{there} / {typed.profession}",
            structure=there,
            role=typed.profession,
            source="request",
            profession=typed.profession,
        )


class RequestsBook(Protocol):
    """Where requests wait. Each call is one short transaction."""

    def add(self, request: AccountRequest, ticket: str) -> None:
        """Unconfirmed, until whoever reads that mail address brings the ticket."""

    def confirm(self, ticket: str, now: datetime) -> AccountRequest | None:
        """Once; it waits for a decision from now on."""

    def waiting(self, structures: Sequence[str], now: datetime) -> Sequence[AccountRequest]:
        """Those for one of these structures, the oldest first."""

    def unplaced(self, now: datetime) -> Sequence[AccountRequest]:
        """Those for no structure the region knows."""

    def elsewhere(self, now: datetime) -> Sequence[AccountRequest]:
        """Those that wait for some structure."""

    def take(self, request: str, now: datetime) -> AccountRequest | None:
        """It is being decided: of two who decide at once, one finds it."""

    def lay_back(self, request: str) -> None:
        """It could not be decided; it waits again."""

    def forget(self, request: str) -> None:
        """Decided: what it held about a person goes."""


def problems(typed: Typed) -> Iterator[str]:
    """The fields that cannot be right. Nothing is looked up: nobody learns who has an account."""
    for name in ("given_name", "family_name", "profession", "structure"):
        text: str = getattr(typed, name)
        if not text or len(text) > LONGEST or not text.isprintable():
            yield name
    if len(typed.mail) > _LONGEST_MAIL or not MAIL_ADDRESS.fullmatch(typed.mail):
        yield "mail"
    if typed.number and identifier_of(typed.number) is None:
        yield "number"


def identifier_of(number: str) -> Identifier | None:
    """RPPS with its key, or ADELI, with or without the digit that says which; `None`: neither."""
    bare = re.sub(r"[\s.-]", "", number)
    if found := _RPPS.fullmatch(bare):
        rpps = found[1]
        # The simulators' numbers have no key.
        sound = rpps.startswith(_FOR_TESTS) or _luhn(rpps)
        return Identifier(system="rpps", number=rpps) if sound else None
    if found := _ADELI.fullmatch(bare):
        return Identifier(system="adeli", number=found[1].upper())
    return None


def _luhn(number: str) -> bool:
    digits = [int(sign) for sign in reversed(number)]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0
