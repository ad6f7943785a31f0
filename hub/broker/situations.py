"""For which place somebody acts: those there are, and the one that holds in a session. Pure."""

from collections.abc import Sequence

from hub.contract.accounts import Account, Situation
from hub.contract.events import AuthenticationEvent


def places(account: Account, events: Sequence[AuthenticationEvent]) -> tuple[Situation, ...]:
    """What the account's store and the providers of this session know; the store has the word."""
    told = [event.upstream.situations for event in events if event.upstream]
    every = {each.id: each for some in (*told, account.situations) for each in some}
    return tuple(every.values())


def settled(every: Sequence[Situation], chosen: str | None) -> Situation | None:
    """The one chosen in this session, or the only one there is; `None`: to be asked, or none.

    A choice that is no longer known is none: whoever left a place does not act for it.
    """
    found = next((each for each in every if each.id == chosen), None)
    return found or (every[0] if len(every) == 1 else None)
