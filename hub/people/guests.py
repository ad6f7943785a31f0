"""What the pages are lent for those who have no account, or not yet this way into it."""

from collections.abc import Collection, Mapping, Sequence

from hub.contract.accounts import Account, KnowsStructures
from hub.contract.many import by_ids
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
        return self.referents_of([structure])[structure] if structure else ()

    def referents_of(self, structures: Collection[str]) -> Mapping[str, Sequence[Account]]:
        """The same for each of them, in as many questions as for one."""
        now = self.toolbox.clock()
        held = self.holders.holding(Console.REFERENT, structures, now) if structures else {}
        known = by_ids(self.accounts, (one for each in held.values() for one in each))
        able = {one: account for one, account in known.items() if not account.locked}
        return {
            each: [able[one] for one in held.get(each, ()) if one in able] for each in structures
        }


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
