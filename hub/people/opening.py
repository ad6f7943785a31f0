"""Opens the account somebody asked for, once whoever is entitled has said yes."""

import secrets
from typing import Final

from hub.contract.accounts import Account, Contact, KeepsAccounts, UpstreamIdentity
from hub.contract.errors import HubError, StoreUnavailable
from hub.contract.identifiers import AccountId, ChannelKind
from hub.contract.steps import Refusal
from hub.contract.toolbox import Toolbox
from hub.people.links import Links, Recogniser
from hub.people.requests import AccountRequest

KNOWN: Final = Refusal(code="request.known", counts=False)
"""The number, the mail or the proved identity is somebody's already: a human must look."""
READ_ONLY: Final = Refusal(code="request.read_only", counts=False)
_MAIL: Final = ChannelKind("mail")


class Opening:
    """*toolbox*: the hub's own."""

    def __init__(self, toolbox: Toolbox, recogniser: Recogniser, links: Links) -> None:
        self._toolbox = toolbox
        self._recogniser = recogniser
        self._links = links

    def open(self, request: AccountRequest, by: AccountId) -> Account | Refusal:
        """The account, written down; or why there can be none."""
        store = next(
            (s for s in self._toolbox.stores.values() if isinstance(s, KeepsAccounts)), None
        )
        if store is None:
            return READ_ONLY
        identity = _identity(request)
        if self._recogniser.whose(identity) is not None or self._reads(request.typed.mail):
            return KNOWN
        account = account_of(request, AccountId(secrets.token_hex(12)))
        try:
            store.create(account)
        except StoreUnavailable:
            raise
        except HubError:
            # Between the question and this line somebody else was given the number.
            return KNOWN
        self._toolbox.note("account.opened", account.id, by=by, request=request.id)
        if request.proved:
            self._links.remember(account, identity, request.proved.via)
        return account

    def _reads(self, mail: str) -> bool:
        """Whether somebody is known by that mail: a second account would take it from them."""
        return any(store.by_login(mail) for store in self._toolbox.stores.values())


def account_of(request: AccountRequest, account: AccountId) -> Account:
    """What the person typed, with the address they confirmed."""
    typed = request.typed
    return Account(
        id=account,
        display_name=f"{typed.given_name} {typed.family_name}",
        identifiers=request.identifiers,
        situations=(request.situation,),
        contacts=(Contact(kind=_MAIL, address=typed.mail, validated=True),),
        attributes={
            "given_name": (typed.given_name,),
            "family_name": (typed.family_name,),
            "email": (typed.mail,),
        },
    )


def _identity(request: AccountRequest) -> UpstreamIdentity:
    """As a provider would say it, to be looked for the same way."""
    if request.proved:
        return request.proved.identity
    return UpstreamIdentity(issuer="request", subject=request.id, identifiers=request.identifiers)
