"""Whose an identity is that a method vouches for itself: a card, as for providers' people."""

from collections.abc import Sequence
from typing import Protocol

from hub.contract.accounts import Account, UpstreamIdentity
from hub.contract.identifiers import AccountId, MethodName
from hub.contract.methods import Attempt
from hub.contract.steps import Ask, Refusal, Refused
from hub.contract.tasks import Means, Task


class Recognising(Protocol):
    def met(
        self, identity: UpstreamIdentity, attempt: Attempt, via: MethodName, title: str
    ) -> Account | Ask | Refused:
        """The account it opens, which remembers it from now on.

        Else the page of somebody without an account, who may ask for one there; or a refusal,
        when two accounts carry its number.
        """

    def means(self, account: AccountId, via: MethodName) -> Sequence[Means]:
        """The identities linked to the account by that method."""

    def link(
        self, task: Task, identity: UpstreamIdentity, via: MethodName, title: str
    ) -> Refusal | None:
        """After both sides were proved. `None`: linked, told and written down."""

    def unlink(self, account: AccountId, means_id: str, title: str) -> None: ...
