"""Which structure a list means: by its identifier, or by a name that only one is called by."""

from collections.abc import Iterable, Mapping
from functools import cached_property

from hub import AccountStore, HubError, KnowsStructures, Searchable


class Ambiguous(HubError):
    """Several are called so; the message quotes nothing of the list."""


class Structures:
    """Those where people of the account stores work."""

    def __init__(self, stores: Iterable[AccountStore]) -> None:
        self._stores = list(stores)

    def meant(self, written: str) -> str:
        """Its identifier; as *written* where nobody is known to work. Raise `Ambiguous`.

        Two surgeries may have one name: a name decides nothing later, only here and if it can.
        """
        wanted = written.casefold()
        if not wanted or wanted in self._known:
            return self._known.get(wanted, written)
        called = self._called.get(wanted, frozenset())
        if len(called) > 1:
            raise Ambiguous(f"{len(called)} structures are called so: write the identifier")
        return next(iter(called), written)

    @cached_property
    def _known(self) -> Mapping[str, str]:
        knowing = [each for each in self._stores if isinstance(each, KnowsStructures)]
        return {each.casefold(): each for store in knowing for each in store.structures()}

    @cached_property
    def _called(self) -> Mapping[str, frozenset[str]]:
        """Read only for a list that holds names."""
        found: dict[str, frozenset[str]] = {}
        for store in (each for each in self._stores if isinstance(each, Searchable)):
            for structure in self._known.values():
                for person in store.in_structure(structure):
                    for place in person.situations:
                        name = place.name.casefold()
                        found[name] = found.get(name, frozenset()) | {place.structure}
        return found
