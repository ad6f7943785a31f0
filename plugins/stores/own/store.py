"""The account store the hub keeps itself."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final, TypeVar

from hub import (
    Account,
    AccountId,
    ActionName,
    Identifier,
    Link,
    UnitOfWork,
    UpstreamIdentity,
    value,
)

from .links import link_rows
from .many import ManyRows
from .names import canonical, names
from .tables import AlreadyKnown, rows

Each = TypeVar("Each")
_AT_ONCE: Final = 5_000
"""Databases take only so many values in one question."""


@value
class OwnSettings:
    """The accounts the hub keeps itself."""

    signs_in_by: tuple[str, ...] = ("login", "rpps", "adeli")
    """The systems of identifiers a person may type; a validated mail always serves too."""


class OwnStore:
    """Written by verbs: `change` leaves alone what `suspend`, `reopen` and `fulfil` say."""

    name = "own"

    def __init__(self, settings: OwnSettings, unit_of_work: UnitOfWork) -> None:
        self._systems = frozenset(settings.signs_in_by)
        self._unit_of_work = unit_of_work

    def by_id(self, account_id: AccountId) -> Account | None:
        with rows(self._unit_of_work) as kept:
            return kept.one(account_id)

    def by_login(self, login: str) -> Account | None:
        word = canonical(login)
        if word is None:
            return None
        with rows(self._unit_of_work) as kept:
            return kept.called(word)

    def by_upstream(self, identity: UpstreamIdentity) -> Account | None:
        with link_rows(self._unit_of_work) as kept:
            return kept.linked(identity.issuer, identity.subject)

    def numbered(self, identifier: Identifier) -> Sequence[Account]:
        number = canonical(identifier.number)
        if number is None:
            return ()
        with link_rows(self._unit_of_work) as kept:
            return kept.numbered(identifier.system, number)

    def structures(self) -> Sequence[str]:
        with rows(self._unit_of_work) as kept:
            return kept.structures()

    def in_structure(self, structure: str) -> Sequence[Account]:
        with rows(self._unit_of_work) as kept:
            return kept.in_structure(structure)

    def not_visible(self) -> Sequence[AccountId]:
        with rows(self._unit_of_work) as kept:
            return kept.hidden()

    def by_ids(self, account_ids: Collection[AccountId]) -> Mapping[AccountId, Account]:
        found: dict[AccountId, Account] = {}
        with rows(self._unit_of_work) as kept:
            for some in _cut(account_ids):
                found |= {each.id: each for each in ManyRows(kept).of(some)}
        return {each: found[each] for each in account_ids if each in found}

    def by_logins(self, logins: Collection[str]) -> Mapping[str, Account]:
        words = {login: word for login in logins if (word := canonical(login))}
        found: dict[str, Account] = {}
        with rows(self._unit_of_work) as kept:
            for some in _cut(set(words.values())):
                found |= ManyRows(kept).called(some)
        return {login: found[word] for login, word in words.items() if word in found}

    def by_numbers(
        self, identifiers: Collection[Identifier]
    ) -> Mapping[Identifier, Sequence[Account]]:
        canonicals = ((each, canonical(each.number)) for each in identifiers)
        places = {each: (each.system, number) for each, number in canonicals if number}
        found: dict[tuple[str, str], list[Account]] = {}
        with rows(self._unit_of_work) as kept:
            for some in _cut(set(places.values())):
                for place, account in ManyRows(kept).carrying(some):
                    found.setdefault(place, []).append(account)
        return {each: found[place] for each, place in places.items() if place in found}

    def in_structures(self, structures: Collection[str]) -> Mapping[str, Sequence[Account]]:
        found: dict[str, list[Account]] = {each: [] for each in structures}
        with rows(self._unit_of_work) as kept:
            for some in _cut(structures):
                for structure, account in ManyRows(kept).working_in(some):
                    found[structure].append(account)
        return found

    def create(self, account: Account) -> None:
        """Raise `AlreadyKnown` when the id or an identifier is somebody's."""
        with rows(self._unit_of_work) as kept:
            kept.add(account, names(account, self._systems))

    def change(self, account: Account) -> None:
        with rows(self._unit_of_work) as kept:
            kept.rewrite(account, names(account, self._systems))

    def suspend(self, account_id: AccountId) -> None:
        with rows(self._unit_of_work) as kept:
            kept.lock(account_id, locked=True)

    def reopen(self, account_id: AccountId) -> None:
        with rows(self._unit_of_work) as kept:
            kept.lock(account_id, locked=False)

    def fulfil(self, account_id: AccountId, action: ActionName) -> None:
        with rows(self._unit_of_work) as kept:
            kept.fulfil(account_id, action)

    def erase(self, account_id: AccountId) -> None:
        with rows(self._unit_of_work) as kept:
            kept.erase(account_id)

    def link(self, account_id: AccountId, link: Link) -> None:
        """Linking twice does no harm; raise `AlreadyKnown` when it is somebody else's."""
        with link_rows(self._unit_of_work) as kept:
            known = kept.linked(link.issuer, link.subject)
            if known is None:
                kept.add(account_id, link)
            elif known.id != account_id:
                raise AlreadyKnown("this identity is linked to another account")

    def links(self, account_id: AccountId) -> Sequence[Link]:
        with link_rows(self._unit_of_work) as kept:
            return kept.of(account_id)

    def unlink(self, account_id: AccountId, link: Link) -> bool:
        with link_rows(self._unit_of_work) as kept:
            return kept.remove(account_id, link)


def _cut(every: Iterable[Each]) -> Iterator[Sequence[Each]]:
    listed = list(every)
    for at in range(0, len(listed), _AT_ONCE):
        yield listed[at : at + _AT_ONCE]
