"""National numbers that were only declared, once a card or a provider proves one."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from hub.contract.accounts import (
    Account,
    AccountStore,
    FindsByNumber,
    Identifier,
    KeepsAccounts,
    UpstreamIdentity,
)
from hub.contract.toolbox import Toolbox

PROVED: Final = "identifier.proved"
ENDED: Final = "identifier.ended"


class Declarations:
    """*toolbox*: the hub's own."""

    def __init__(self, toolbox: Toolbox) -> None:
        self._toolbox = toolbox

    def settle(
        self, account: Account, identity: UpstreamIdentity, via: str, *, confirms: bool
    ) -> None:
        """*identity* was just proved to be *account*'s: what it says ends what was declared.

        Of the account itself, and of whoever else declared one of these numbers. *confirms*: the
        same person holds the account and the proof, so that a declared number is a proved one.
        """
        for each in (account, *self._others(account, identity)):
            if any(one.declared for one in each.identifiers):
                theirs = each.id == account.id
                self._settled(each, identity, via, theirs=theirs, confirms=theirs and confirms)

    def _settled(
        self,
        account: Account,
        identity: UpstreamIdentity,
        via: str,
        *,
        theirs: bool,
        confirms: bool,
    ) -> None:
        store = next((each for each in self._stores() if each.by_id(account.id)), None)
        kept = store.by_id(account.id) if store else None
        if kept is None or not isinstance(store, KeepsAccounts):
            return
        left = tuple(_kept(kept.identifiers, identity.identifiers, theirs, confirms))
        if len(left) < len(kept.identifiers):
            self._write(store, kept, left, ENDED, via)
        elif [each.declared for each in left] != [each.declared for each in kept.identifiers]:
            self._write(store, kept, left, PROVED, via)

    def _write(
        self,
        store: KeepsAccounts,
        kept: Account,
        left: tuple[Identifier, ...],
        action: str,
        via: str,
    ) -> None:
        with self._toolbox.together():
            store.change(replace(kept, identifiers=left))
            self._toolbox.note(action, kept.id, method=via)

    def _others(self, account: Account, identity: UpstreamIdentity) -> Sequence[Account]:
        said = identity.identifiers
        finding = [each for each in self._stores() if isinstance(each, FindsByNumber)]
        found = [one for store in finding for number in said for one in store.numbered(number)]
        return list({each.id: each for each in found if each.id != account.id}.values())

    def _stores(self) -> Sequence[AccountStore]:
        return list(self._toolbox.stores.values())


def _kept(
    own: Sequence[Identifier], said: Sequence[Identifier], theirs: bool, confirms: bool
) -> Iterator[Identifier]:
    systems = {each.system for each in said}
    for each in own:
        if not each.declared or each.system not in systems:
            yield each
        elif theirs and each in said:
            # Found by what somebody else may have typed: they would sign in with the bearer's
            # number by their own password afterwards.
            yield replace(each, declared=False) if confirms else each
        elif not theirs and each not in said:
            yield each
