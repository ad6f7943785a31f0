"""What is kept of a person in one column: all that only ever changes together."""

from collections.abc import Iterable, Mapping
from dataclasses import field
from typing import Self

from pydantic import TypeAdapter

from hub import Account, AccountId, ActionName, Contact, Identifier, Situation, value


@value
class Person:
    display_name: str
    identifiers: tuple[Identifier, ...] = ()
    situations: tuple[Situation, ...] = ()
    contacts: tuple[Contact, ...] = ()
    attributes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def json(self) -> str:
        return _PERSON.dump_json(self).decode()

    @classmethod
    def parsed(cls, text: str) -> Self:
        return _PERSON.validate_json(text)  # type: ignore[return-value]


_PERSON = TypeAdapter(Person)


def person_of(account: Account) -> Person:
    """Rights are not among it: they have a book of their own, and an end."""
    return Person(
        display_name=account.display_name,
        identifiers=account.identifiers,
        situations=account.situations,
        contacts=account.contacts,
        attributes=account.attributes,
    )


def account_of(account: str, person: Person, fulfilled: Iterable[str], *, locked: bool) -> Account:
    return Account(
        id=AccountId(account),
        display_name=person.display_name,
        identifiers=person.identifiers,
        situations=person.situations,
        contacts=person.contacts,
        attributes=person.attributes,
        fulfilled=frozenset(ActionName(action) for action in fulfilled),
        locked=locked,
    )
