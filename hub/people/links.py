"""Which outside identities open an account: linked by proof of both sides, told, and removed."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final, Protocol

from hub.contract.accounts import Account, Link, Linkable, UpstreamIdentity
from hub.contract.errors import HubError, StoreUnavailable
from hub.contract.identifiers import AccountId, ChannelKind
from hub.contract.messages import Message
from hub.contract.steps import Refusal
from hub.contract.toolbox import Toolbox
from hub.people.declaring import Declarations

MAIL: Final = ChannelKind("mail")
TAKEN: Final = Refusal(code="link.taken", counts=False)
"""Somebody else's, or nobody's to link: the words do not say which."""
OTHER_NUMBER: Final = Refusal(code="link.other_number", counts=False)
READ_ONLY: Final = Refusal(code="link.read_only", counts=False)


class Recogniser(Protocol):
    """All account stores together, as `hub.broker.accounts` asks them."""

    def by_id(self, account_id: AccountId) -> Account | None: ...

    def whose(self, identity: UpstreamIdentity) -> object | None:
        """The account; something else when it points at one and opens none; `None`: nobody's."""

    def contradicted(self, account: Account, identity: UpstreamIdentity) -> bool:
        """Whether both carry a national number, and not the same."""


class Links:
    """*toolbox*: the hub's own."""

    def __init__(self, toolbox: Toolbox, recogniser: Recogniser) -> None:
        self._toolbox = toolbox
        self._recogniser = recogniser
        self._declarations = Declarations(toolbox)

    def of(self, account: AccountId) -> Sequence[tuple[str, Link]]:
        """Each with an id that says nothing of it."""
        store = self._store(account)
        return [(self._id(each), each) for each in store.links(account)] if store else ()

    def add(
        self, account: Account, identity: UpstreamIdentity, via: str, title: str, language: str
    ) -> Refusal | None:
        """After both sides were proved. `None`: linked, told and written down."""
        whose = self._recogniser.whose(identity)
        if whose is not None and not (isinstance(whose, Account) and whose.id == account.id):
            return TAKEN
        if self._recogniser.contradicted(account, identity):
            return OTHER_NUMBER
        with self._toolbox.together():
            if refused := self._keep(account, identity, via):
                return refused
            self._declarations.settle(account, identity, via, confirms=True)
            self._toolbox.note("link.added", account.id, method=via)
            self._tell(account, "link_added", title, language, _addresses(account, identity))
        return None

    def remember(self, account: Account, identity: UpstreamIdentity, via: str) -> None:
        """Found by a national number: from now on by its own name too, if the store can."""
        known = self._recogniser.whose(replace(identity, identifiers=()))
        with self._toolbox.together():
            # Each time: somebody may have declared the number since.
            self._declarations.settle(account, identity, via, confirms=False)
            if known is None and self._keep(account, identity, via) is None:
                self._toolbox.note("link.remembered", account.id, method=via)

    def end(self, account: Account, link_id: str, title: str, language: str) -> bool:
        """Whether it was there."""
        store = self._store(account.id)
        link = next((each for key, each in self.of(account.id) if key == link_id), None)
        if store is None or link is None or not store.unlink(account.id, link):
            return False
        self._toolbox.note("link.removed", account.id, method=link.via)
        self._tell(account, "link_removed", title, language, _addresses(account, None))
        return True

    def _keep(self, account: Account, identity: UpstreamIdentity, via: str) -> Refusal | None:
        store = self._store(account.id)
        if store is None:
            return READ_ONLY
        link = Link(
            issuer=identity.issuer,
            subject=identity.subject,
            via=via,
            name=identity.name,
            since=self._toolbox.clock(),
        )
        try:
            store.link(account.id, link)
        except StoreUnavailable:
            raise
        except HubError:
            # Between the question and this line somebody else was linked to it.
            return TAKEN
        return None

    def _store(self, account: AccountId) -> Linkable | None:
        for store in self._toolbox.stores.values():
            if store.by_id(account):
                return store if isinstance(store, Linkable) else None
        return None

    def _id(self, link: Link) -> str:
        return self._toolbox.seal.digest(f"{link.issuer}\0{link.subject}", "link")[:32]

    def _tell(
        self, account: Account, template: str, title: str, language: str, to: Sequence[str]
    ) -> None:
        values = {
            "person": account.display_name,
            "title": title,
            "address": f"{self._toolbox.public_address}/account",
        }
        for address in to:
            self._toolbox.messenger.post(
                Message(
                    kind=MAIL,
                    to=address,
                    template=template,
                    values=dict(values),
                    language=language,
                    account=account.id,
                    notice=True,
                )
            )


def _addresses(account: Account, identity: UpstreamIdentity | None) -> Sequence[str]:
    """Both sides: the account's own address, and the one the provider knows."""
    own = [each.address for each in account.contacts if each.kind == MAIL and each.validated]
    told = identity.attributes.get("email", ()) if identity else ()
    return tuple({each.casefold(): each for each in (*told[:1], *own[:1])}.values())
