"""Under which words a person may sign in, and how those words are compared."""

import unicodedata
from collections.abc import Collection, Iterator
from typing import Literal

from hub import Account, Identifier, value

LONGEST = 320
"""A mail address at its longest (RFC 5321); nobody is called anything longer."""

Kind = Literal["identifier", "mail"]


@value
class Name:
    """One canonical word. An identifier is one person's; a mail may be shared: then nobody's."""

    word: str
    kind: Kind


def canonical(typed: str) -> str | None:
    """The one form of a word, however it is typed; `None` when it names nobody."""
    if len(typed) > LONGEST:
        return None
    word = unicodedata.normalize("NFKC", typed.strip()).casefold()
    word = unicodedata.normalize("NFKC", word).strip()
    # Control characters and lone surrogates: databases choke on them.
    return word if word and len(word) <= LONGEST and word.isprintable() else None


def names(account: Account, systems: Collection[str]) -> frozenset[Name]:
    return frozenset(_names(account, systems))


def numbers(account: Account) -> frozenset[tuple[str, str]]:
    """What the person carries, by system, as `numbered` looks for it."""
    carried = ((each.system, canonical(each.number)) for each in account.identifiers)
    return frozenset((system, number) for system, number in carried if number)


def _claim(identifier: Identifier) -> str:
    """What is only declared names nobody and keeps nobody who proved it out, but is declared once.

    No canonical word holds a separator that cannot be printed: nobody types this one.
    """
    return f"{identifier.system}\x1f" if identifier.declared else ""


def _names(account: Account, systems: Collection[str]) -> Iterator[Name]:
    for identifier in account.identifiers:
        if identifier.system in systems and (word := canonical(identifier.number)):
            yield Name(word=_claim(identifier) + word, kind="identifier")
    for contact in account.contacts:
        # Only a validated address is theirs: else anybody could type another's and be found by it.
        if contact.kind == "mail" and contact.validated and (word := canonical(contact.address)):
            yield Name(word=word, kind="mail")
