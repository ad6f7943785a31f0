"""The account store the hub keeps itself."""

from collections.abc import Sequence

from hub import Account, AccountId, ActionName, UnitOfWork, UpstreamIdentity, value

from .names import canonical, names
from .tables import AlreadyKnown, rows


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
        with rows(self._unit_of_work) as kept:
            return kept.linked(identity)

    def in_structure(self, structure: str) -> Sequence[Account]:
        with rows(self._unit_of_work) as kept:
            return kept.in_structure(structure)

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

    def link(self, account_id: AccountId, identity: UpstreamIdentity) -> None:
        """Linking twice does no harm; raise `AlreadyKnown` when it is somebody else's."""
        known = self.by_upstream(identity)
        if known and known.id == account_id:
            return
        if known:
            raise AlreadyKnown("this identity is linked to another account")
        with rows(self._unit_of_work) as kept:
            kept.link(account_id, identity)
