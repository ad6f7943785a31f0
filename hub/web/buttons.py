"""The choices of a sign-in page: one button for each method, those that answer first."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from hub.broker.assurance import MoreNeeded
from hub.contract.identifiers import MethodName
from hub.contract.methods import MethodCard
from hub.contract.values import value
from hub.web.drawing import words, words_or
from hub.web.parts import hub, language

_SAME_DAY: Final = timedelta(hours=12)
"""An hour alone is not mistaken for another day's within it."""


@value
class Button:
    """One method, as a choice."""

    name: str
    title: str
    invites: str
    """What stands on the button: mostly the title, else the words its provider asks for."""
    hint: str
    icon: str
    silence: str = ""
    """That its provider gives no answer, or that what it sends does not leave, and since when;
    empty: nothing is known against it."""


def buttons(cards: Iterable[MethodCard]) -> Sequence[Button]:
    """In the operator's order, but what gives no answer last. It may be tried all the same."""
    every = [button(each) for each in cards]
    return sorted(every, key=lambda each: bool(each.silence))


def enough_told(needed: MoreNeeded) -> frozenset[MethodName]:
    """The methods that say that they are enough: none where all are."""
    every = {each.name for each in needed.choices}
    return frozenset() if every <= needed.alone else needed.alone


def button(card: MethodCard) -> Button:
    owner = hub().owner_of_method(card.name)
    title = words_or(f"{card.name}.name", owner, card.title)
    since = hub().silences().get(card.name)
    return Button(
        name=card.name,
        title=title,
        invites=words_or(f"{card.name}.button", owner, title),
        hint=words_or(f"{card.name}.hint", owner, ""),
        icon=card.icon or "key-round",
        silence=_silence(since, carried=bool(card.carried)) if since else "",
    )


def lent() -> dict[str, Any]:
    """What templates may call."""
    return {"unsent_since": unsent_since}


def unsent_since(method: str, kind: str) -> str:
    """Since when messages of *kind* do not leave, to be said where *method* offers to send one.

    Empty: they do; or nothing of this method leaves, which stands above all that it offers.
    """
    silent = hub().silences()
    since = None if method in silent else silent.get(f"{method}/{kind}")
    if since is None:
        return ""
    spoken, book = language(), hub().words
    hour = book.hour(spoken, since)
    if hub().clock() - since < _SAME_DAY:
        return hour
    return words("signin.silent.day", day=book.day(spoken, since), hour=hour)


def _silence(since: datetime, *, carried: bool) -> str:
    spoken, book = language(), hub().words
    hour = book.hour(spoken, since)
    if hub().clock() - since < _SAME_DAY:
        return words("signin.silent.carried" if carried else "signin.silent", since=hour)
    key = "signin.silent.carried.long" if carried else "signin.silent.long"
    return words(key, day=book.day(spoken, since), hour=hour)
