"""What a plugin knows of people beside their account, as claims a service may learn."""

from collections.abc import Mapping
from typing import Protocol, runtime_checkable

from hub.contract.accounts import Account, Situation
from hub.contract.values import Json, value


@value
class Fact:
    """One claim of one person; empty: there is nothing to tell."""

    texts: tuple[str, ...] = ()
    """For protocols without objects: SAML tells each as one value of the attribute."""
    shape: Json = None
    """For those with: what an OpenID service reads. `None`: the texts."""


class AccountFacts(Protocol):
    """Asked at the end of a sign-in, only for services whose `claims` name one of its own."""

    @property
    def name(self) -> str:
        """Begins with the plugin's: `medimail.mailboxes`."""

    @property
    def claims(self) -> frozenset[str]:
        """Those it tells: no provider speaks for them, and no other plugin."""

    def tell(self, account: Account, situation: Situation | None) -> Mapping[str, Fact]:
        """By claim, what holds for the place they act for now; one left out is not told.

        What the account's own store says under the same name wins.
        """


@runtime_checkable
class Portable(Protocol):
    """A required action, or what tells facts, that keeps what people may take along (GDPR 15)."""

    @property
    def name(self) -> str: ...

    def kept_of(self, account: Account) -> Json:
        """All of it, of this person and of nobody else; `None`: nothing. No secret."""
