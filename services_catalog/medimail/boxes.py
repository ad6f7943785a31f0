"""Mailboxes: their kinds, which of them a person may open, and which opens first. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Final

from hub import Account, Identifier, Situation, value


class Kind(StrEnum):
    """National list R257."""

    PER = "PER"
    """Of one professional."""
    CAB = "CAB"
    """Of a practice."""
    ORG = "ORG"
    """Of a structure or one of its wards, opened by those it names."""
    APP = "APP"
    """Of software; a person who may read it is named too."""


_ORDER: Final = {kind: place for place, kind in enumerate(Kind)}


@value
class Mailbox:
    address: str
    kind: Kind
    structure: str = ""
    """Its identifier: told only to whoever acts for that one; empty: wherever they act."""
    first: bool = False
    """Which opens first: of those one may open, exactly one."""


def person_of(identifier: Identifier) -> tuple[str, str]:
    """As the table names people: logins are the same in capitals."""
    return identifier.system, identifier.number.strip().casefold()


def people_of(account: Account) -> Sequence[tuple[str, str]]:
    """By a number somebody only declared, they would open the mailboxes of its bearer."""
    return sorted({person_of(each) for each in account.proved_identifiers})


def opened_here(
    boxes: Iterable[Mailbox], situation: Situation | None, chosen: Sequence[str] = ()
) -> Sequence[Mailbox]:
    """Those that count for the place acted for, by kind; *chosen*: addresses, the last choice
    first. Without a choice that still holds: the one its owner proposes, else the first."""
    # Never by its name: a homonym elsewhere would be told of it, and of the people who write there.
    here = situation.structure.casefold() if situation else None
    # A box of one structure is nobody's business in another, even for the same person.
    told = [each for each in boxes if not each.structure or each.structure.casefold() == here]
    mine = list({each.address: each for each in told}.values())
    mine.sort(key=lambda each: (_ORDER[each.kind], each.address))
    there = {each.address for each in mine}
    proposed = (each.address for each in mine if each.first)
    wishes = [*(each for each in chosen if each in there), *proposed, *(e.address for e in mine)]
    return [replace(each, first=each.address == wishes[0]) for each in mine]
