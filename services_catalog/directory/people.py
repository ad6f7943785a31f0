"""The region's accounts in the directory, each as visible as the person wishes to be."""

from collections.abc import Iterator, Sequence
from typing import Final

from sqlalchemy import select

from hub import (
    Account,
    AccountId,
    AccountStore,
    KnowsStructures,
    KnowsVisibility,
    Searchable,
    Toolbox,
)

from .entries import Entry, Person, Place, key_of
from .index import REGION, Index
from .tables import hidden

_NATIONAL: Final = ("rpps", "adeli")
VISIBILITY: Final = "visibility"
HIDDEN: Final = "hidden"
STRUCTURES: Final = "structures"
_BATCH: Final = 200


class People:
    def __init__(self, toolbox: Toolbox) -> None:
        self._toolbox = toolbox

    def turn(self) -> None:
        """Everybody the account stores know, as they are now."""
        now = int(self._toolbox.clock().timestamp())
        known = self._hidden()
        for batch in _cut(self._everybody()):
            with self._toolbox.unit_of_work() as connection:
                for account in batch:
                    self._one(Index(connection), account, now, out_of_sight=account.id in known)
        with self._toolbox.unit_of_work() as connection:
            index = Index(connection)
            index.drop_older(REGION, now)
            index.compact()

    def hide_new(self) -> None:
        """Before anybody searches: who has just asked to be found by nobody is not."""
        wanted = {each for store in self._knowing() for each in store.not_visible()}
        unseen = sorted(wanted - self._hidden()) if wanted else ()
        for account in filter(None, map(self._toolbox.accounts.by_id, unseen)):
            with self._toolbox.unit_of_work() as connection:
                Index(connection).hide(account.id, self.keys(account))

    def _hidden(self) -> frozenset[str]:
        with self._toolbox.unit_of_work() as connection:
            return frozenset(connection.execute(select(hidden.c.account).distinct()).scalars())

    def _one(self, index: Index, account: Account, now: int, *, out_of_sight: bool) -> None:
        wish = next(iter(account.attributes.get(VISIBILITY, ())), "")
        if wish == HIDDEN:
            index.hide(account.id, self.keys(account))
            return
        if out_of_sight:
            index.show(account.id)
        if account.locked:
            return
        entry = self._entry(account)
        index.write([entry], REGION, now)
        limits = [each.structure for each in account.situations] if wish == STRUCTURES else []
        index.limit(entry.person.key, limits)

    def _entry(self, account: Account) -> Entry:
        system, number = self._number(account)
        family, given = _names(account)
        profession = next((s.profession for s in account.situations if s.profession), "") or ""
        person = Person(
            key=self.keys(account)[0],
            system=system,
            number=number,
            family=family,
            given=given,
            profession=profession,
        )
        return Entry(person=person, places=tuple(_places(account)))

    def _number(self, account: Account) -> tuple[str, str]:
        carried = {each.system: each.number for each in account.proved_identifiers}
        return next(((s, carried[s]) for s in _NATIONAL if s in carried), ("", ""))

    def keys(self, account: Account) -> Sequence[str]:
        """Every name the directory may know them by; the first is the one used."""
        national = [
            key_of(each.system, each.number)
            for system in _NATIONAL
            for each in account.proved_identifiers
            if each.system == system
        ]
        # The hub's own identifier of a person leaves it in no address.
        return [*national, f"account:{self._toolbox.seal.digest(account.id, 'directory')[:32]}"]

    def _everybody(self) -> Iterator[Account]:
        for store in self._toolbox.stores.values():
            if isinstance(store, KnowsStructures) and isinstance(store, Searchable):
                seen: set[AccountId] = set()
                for structure in store.structures():
                    for account in store.in_structure(structure):
                        if account.id not in seen:
                            seen.add(account.id)
                            yield account

    def _knowing(self) -> Iterator[KnowsVisibility]:
        stores: Sequence[AccountStore] = list(self._toolbox.stores.values())
        return (each for each in stores if isinstance(each, KnowsVisibility))


def _names(account: Account) -> tuple[str, str]:
    said = account.attributes
    family, given = said.get("family_name", ("",))[0], said.get("given_name", ("",))[0]
    if family:
        return family, given
    first, _, last = account.display_name.partition(" ")
    return (last, first) if last else (first, "")


def _places(account: Account) -> Iterator[Place]:
    mail = next((c.address for c in account.contacts if c.kind == "mail" and c.validated), "")
    for each in account.situations:
        yield Place(
            structure=each.name or each.structure,
            profession=each.profession or "",
            role=each.role,
            town=each.town,
            mail=mail.lower(),
        )


def _cut(everybody: Iterator[Account]) -> Iterator[Sequence[Account]]:
    batch: list[Account] = []
    for account in everybody:
        batch.append(account)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    yield batch
