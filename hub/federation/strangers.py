"""Who comes back from a provider: somebody the hub knows, or a stranger who is told what to do."""

from collections.abc import Iterator
from typing import Final

from hub.contract.accounts import Account, UpstreamIdentity
from hub.contract.identifiers import AccountId, ChannelKind, MethodName
from hub.contract.methods import Attempt
from hub.contract.steps import Ask, Refusal, Refused
from hub.contract.toolbox import Toolbox
from hub.contract.values import Json
from hub.people.links import Links, Recogniser
from hub.people.proofs import Proofs, proved

IN_DOUBT: Final = Refusal(
    code="provider.in_doubt", counts=False, cause="two accounts carry one number, or it changed"
)
UNKNOWN: Final = Refusal(code="provider.unknown", counts=False, cause="no account is linked to it")
_MOST: Final = 5
_MAIL: Final = ChannelKind("mail")


class Strangers:
    """*toolbox*: the hub's own."""

    def __init__(
        self, toolbox: Toolbox, recogniser: Recogniser, links: Links, proofs: Proofs
    ) -> None:
        self._toolbox = toolbox
        self._recogniser = recogniser
        self._links = links
        self._proofs = proofs

    def met(
        self, identity: UpstreamIdentity, attempt: Attempt, via: MethodName, title: str
    ) -> Account | Ask | Refused:
        """The account, which remembers the identity from now on; else what the page says."""
        whose = self._recogniser.whose(identity)
        if isinstance(whose, Account):
            if not whose.locked:
                self._links.remember(whose, identity, via)
            return whose
        return Refused(why=IN_DOUBT) if whose else self._stranger(identity, attempt, via, title)

    def _stranger(
        self, identity: UpstreamIdentity, attempt: Attempt, via: MethodName, title: str
    ) -> Ask:
        """For whoever has no account. What was proved waits under a ticket, in this browser."""
        login = attempt.return_url.removeprefix("/login/").partition("/")[0]
        ticket = self._proofs.keep(proved(identity, via, title, attempt.now), login)
        return Ask(
            template="hub/stranger.html",
            refused=UNKNOWN,
            values={
                "who": identity.name,
                "provider": title,
                "via": via,
                "proof": ticket,
                "helpers": list(self._helpers(identity)),
            },
        )

    def _helpers(self, identity: UpstreamIdentity) -> Iterator[Json]:
        """The référents of the structures where the provider says this person works."""
        names = {each.structure: each.name or each.structure for each in identity.situations}
        for situation in identity.situations[:_MOST]:
            if (name := names.pop(situation.structure, None)) is None:
                continue
            # Asked as if the stranger worked there: the référents are theirs.
            there = Account(id=AccountId(""), display_name=identity.name, situations=(situation,))
            for referent in self._toolbox.referents(there)[:_MOST]:
                yield {
                    "structure": name,
                    "name": referent.display_name,
                    "mail": _mail_of(referent),
                }


def _mail_of(account: Account) -> str:
    mails = (each for each in account.contacts if each.kind == _MAIL and each.validated)
    return next((each.address for each in mails), "")
