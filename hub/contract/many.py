"""Looking many people up at once: a page or an import asks one question, where a store can."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Protocol, runtime_checkable

from hub.contract.accounts import Account, AccountStore, FindsByNumber, Identifier, Searchable
from hub.contract.identifiers import AccountId


@runtime_checkable
class ReadsMany(Protocol):
    """A store that reads many people in one question. Of any other each is asked for alone."""

    def by_ids(self, account_ids: Collection[AccountId]) -> Mapping[AccountId, Account]:
        """Those it knows, in the order asked."""


@runtime_checkable
class FindsMany(Protocol):
    """A store that finds many people in one question, each as `by_login` and `numbered` do."""

    def by_logins(self, logins: Collection[str]) -> Mapping[str, Account]:
        """By each word as it was given; a word that is nobody's is left out."""

    def by_numbers(
        self, identifiers: Collection[Identifier]
    ) -> Mapping[Identifier, Sequence[Account]]:
        """Likewise: one that nobody carries is left out."""


@runtime_checkable
class SearchesMany(Protocol):
    """A store that says in one question who works at several places."""

    def in_structures(self, structures: Collection[str]) -> Mapping[str, Sequence[Account]]:
        """As `Searchable.in_structure` for each of them."""


class KnowsPeople(Protocol):
    """A store, or all of them together."""

    def by_id(self, account_id: AccountId) -> Account | None: ...


def by_ids(people: KnowsPeople, account_ids: Iterable[AccountId]) -> Mapping[AccountId, Account]:
    """Those known, in the order asked."""
    wanted = list(dict.fromkeys(account_ids))
    if not wanted:
        return {}
    if isinstance(people, ReadsMany):
        return people.by_ids(wanted)
    return {each: found for each in wanted if (found := people.by_id(each))}


def by_logins(store: AccountStore, logins: Iterable[str]) -> Mapping[str, Account]:
    wanted = list(dict.fromkeys(logins))
    if not wanted:
        return {}
    if isinstance(store, FindsMany):
        return store.by_logins(wanted)
    return {each: found for each in wanted if (found := store.by_login(each))}


def by_numbers(
    store: AccountStore, identifiers: Iterable[Identifier]
) -> Mapping[Identifier, Sequence[Account]]:
    """Nobody, of a store that finds nobody by number."""
    wanted = list(dict.fromkeys(identifiers))
    if not wanted or not isinstance(store, FindsByNumber):
        return {}
    if isinstance(store, FindsMany):
        return store.by_numbers(wanted)
    return {each: found for each in wanted if (found := store.numbered(each))}


def in_structures(
    store: Searchable, structures: Collection[str]
) -> Mapping[str, Sequence[Account]]:
    if structures and isinstance(store, SearchesMany):
        return store.in_structures(structures)
    return {each: store.in_structure(each) for each in structures}
