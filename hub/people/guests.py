"""What the pages are lent for those who have no account, or not yet this way into it."""

from collections.abc import Iterator, Sequence

from hub.contract.accounts import Account, KnowsStructures
from hub.contract.identifiers import AccountId
from hub.contract.toolbox import Toolbox
from hub.contract.values import value
from hub.people.delegation import Console
from hub.people.links import Links, Recogniser
from hub.people.opening import Opening
from hub.people.proofs import Proofs
from hub.people.request_letters import RequestLetters
from hub.people.requests import RequestsBook
from hub.people.rights import Holders


@value
class Guests:
    links: Links
    proofs: Proofs
    requests: RequestsBook
    letters: RequestLetters
    opening: Opening
    toolbox: Toolbox
    """The hub's own."""
    holders: Holders
    accounts: Recogniser

    def structures(self) -> Sequence[str]:
        """Those the region knows: where somebody with an account works."""
        stores = self.toolbox.stores.values()
        knowing = [store for store in stores if isinstance(store, KnowsStructures)]
        return sorted({structure for store in knowing for structure in store.structures()})

    def referents(self, structure: str | None) -> Sequence[Account]:
        """Who decides for it: its référents who may sign in."""
        return list(self._referents(structure)) if structure else ()

    def _referents(self, structure: str) -> Iterator[Account]:
        for account in self._holders(structure):
            known = self.accounts.by_id(account)
            if known and not known.locked:
                yield known

    def _holders(self, structure: str) -> Sequence[AccountId]:
        return self.holders.holders(Console.REFERENT, [structure], self.toolbox.clock())


def guests(
    toolbox: Toolbox,
    accounts: Recogniser,
    requests: RequestsBook,
    holders: Holders,
    support: str,
) -> Guests:
    """*toolbox*: the hub's own. *support*: the mail address of the assistance; may be empty."""
    links = Links(toolbox, accounts)
    return Guests(
        links=links,
        proofs=Proofs(toolbox.one_time, toolbox.clock),
        requests=requests,
        letters=RequestLetters(toolbox, support),
        opening=Opening(toolbox, accounts, links),
        toolbox=toolbox,
        holders=holders,
        accounts=accounts,
    )
