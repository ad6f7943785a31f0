"""The names and numbers of a person in words: one that was only declared is called that."""

from collections.abc import Sequence

from hub.contract.accounts import Account, Identifier
from hub.web.drawing import words, words_or
from hub.web.words import HUB


def numbers_of(account: Account) -> Sequence[tuple[str, str]]:
    """What each is, and the number."""
    return [
        (words_or(f"account.identifier.{each.system}", HUB, each.system.upper()), number_told(each))
        for each in account.identifiers
    ]


def number_told(number: Identifier) -> str:
    if number.declared:
        return words("account.identifier.declared", number=number.number)
    return number.number
