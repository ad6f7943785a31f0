"""Closing somebody else's account for good: who may, and the port that does it. Pure."""

from collections.abc import Mapping, Sequence
from typing import Final, Protocol
from unicodedata import normalize

from hub.contract.accounts import Account
from hub.contract.identifiers import AccountId
from hub.contract.steps import Refusal
from hub.people.delegation import Console
from hub.people.rights import Grant

OWN = Refusal(code="closing.own", counts=False)
COLLEAGUE = Refusal(code="closing.operator", counts=False)
_TYPED: Final = str.maketrans(
    "\N{RIGHT SINGLE QUOTATION MARK}\N{HYPHEN}\N{NON-BREAKING HYPHEN}", "'--"
)


class ClosesAccounts(Protocol):
    def closable(self, account: Account) -> bool:
        """Whether the store that knows this person can forget them."""

    def close(self, account: Account, by: str) -> Mapping[str, int]:
        """Erase everything that leads to them; how much of each kind. Twice does no harm.

        *by*: who closes it. Raise `HubError`, with nothing done, where nobody may.
        """


def out_of_reach(actor: AccountId, person: Account, grants: Sequence[Grant]) -> Refusal | None:
    """Why the console does not close this account; *grants*: the person's that hold now.

    One operator's stolen session must not be able to leave a region without any other.
    """
    if actor == person.id:
        return OWN
    held = {*(each.name for each in grants), *(each.name for each in person.rights)}
    return COLLEAGUE if Console.OPERATOR in held else None


def same_name(typed: str, account: Account) -> bool:
    """What was typed to confirm, whatever its capitals and spaces, and the signs of a keyboard."""
    wanted = _bare(account.display_name)
    return bool(wanted) and _bare(typed) == wanted


def _bare(name: str) -> Sequence[str]:
    # A directory may hold an accent as two signs, and an apostrophe that no keyboard types.
    return normalize("NFKC", normalize("NFKC", name).translate(_TYPED).casefold()).split()
