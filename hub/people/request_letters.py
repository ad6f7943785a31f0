"""What is told by mail of a request for an account, to whom, at each step."""

from collections.abc import Sequence
from typing import Final

from hub.contract.accounts import Account
from hub.contract.identifiers import ChannelKind
from hub.contract.messages import Message
from hub.contract.toolbox import Toolbox
from hub.contract.values import Json
from hub.people.requests import UNCONFIRMED_FOR, AccountRequest

_MAIL: Final = ChannelKind("mail")


class RequestLetters:
    """*toolbox*: the hub's own. *support*: where to tell those who decide when nobody else may."""

    def __init__(self, toolbox: Toolbox, support: str) -> None:
        self._toolbox = toolbox
        self._support = support

    def confirm(self, request: AccountRequest, ticket: str) -> None:
        path = f"/request/confirm?ticket={ticket}"
        said = {"link": f"{self._toolbox.public_address}{path}"}
        # Anybody may type anybody's address: this one alone counts on its daily share.
        self._post(
            Message(
                kind=_MAIL,
                to=request.typed.mail,
                template="request_confirm",
                values={**self._of(request), **said},
                language=request.typed.language,
                expires_in=UNCONFIRMED_FOR,
            )
        )

    def confirmed(self, request: AccountRequest, referents: Sequence[Account]) -> None:
        """To the person, and to whoever decides."""
        self._tell(request, "request_waiting")
        said = {**self._of(request), "link": f"{self._toolbox.public_address}/console/requests"}
        addresses = [address for each in referents if (address := _mail_of(each))]
        for address in addresses or filter(None, [self._support]):
            self._post(Message(kind=_MAIL, to=address, template="request_new", values=said))

    def accepted(self, request: AccountRequest, invitation: str) -> None:
        """*invitation*: a path that is good once; empty where no method invites."""
        link = f"{self._toolbox.public_address}{invitation or '/services'}"
        self._tell(request, "request_accepted", link=link, invited=bool(invitation))

    def refused(self, request: AccountRequest, reason: str) -> None:
        self._tell(request, "request_refused", reason=reason)

    def _tell(self, request: AccountRequest, template: str, **more: Json) -> None:
        self._post(
            Message(
                kind=_MAIL,
                to=request.typed.mail,
                template=template,
                values={**self._of(request), **more},
                language=request.typed.language,
                notice=True,
            )
        )

    def _of(self, request: AccountRequest) -> dict[str, Json]:
        typed = request.typed
        return {
            "person": f"{typed.given_name} {typed.family_name}",
            "profession": typed.profession,
            "structure": typed.structure,
        }

    def _post(self, message: Message) -> None:
        # Held back, it is not said: whoever asks again tomorrow is told then.
        self._toolbox.messenger.post(message)


def _mail_of(account: Account) -> str:
    mails = (each for each in account.contacts if each.kind == _MAIL and each.validated)
    return next((each.address for each in mails), "")
