"""What a method may say of browsers that hardly serve for it. It advises, and refuses nobody."""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from hub.contract.values import value


@value
class Doubt:
    """One sentence beside the method's button: what will not work, and what to do instead."""

    key: str
    """In the plugin's own catalogue."""
    if_touched: bool = False
    """Shown only once a script finds a screen for several fingers: some tablets call themselves
    desktops. Where no script runs, it is not said."""


@runtime_checkable
class DoubtsBrowser(Protocol):
    """A method that needs more of a browser than a page."""

    def doubts(self, agent: str, *, mobile: bool, old: bool) -> Sequence[Doubt]:
        """*agent*: what the browser calls itself, cut to 512 signs; anybody may write anything
        there, so that nothing but words follows from it. *mobile*: it says it is a telephone or
        a tablet (`Sec-CH-UA-Mobile`). *old*: older than our pages are drawn for.
        """
