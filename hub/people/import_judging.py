"""Judges lines of a file many at a time: whoever they may speak of is asked for in one question."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from hub.contract.accounts import Account, AccountStore, KeepsAccounts
from hub.contract.identifiers import AccountId
from hub.contract.many import by_ids, by_logins, by_numbers
from hub.contract.toolbox import Toolbox
from hub.contract.values import value
from hub.people.delegation import structures_of
from hub.people.importing import Fate, ImportLine, ImportRun, ImportsBook, judged, refused
from hub.people.rights import Grant, Holders, RightsBook


@value
class Reach:
    """What the référent holds now, and who holds a console that they have not."""

    actor: Account
    grants: Sequence[Grant]
    beyond: frozenset[AccountId]


class Judging:
    """*toolbox*: the hub's own."""

    def __init__(
        self, book: ImportsBook, toolbox: Toolbox, rights: RightsBook, holders: Holders
    ) -> None:
        self._book = book
        self._toolbox = toolbox
        self._rights = rights
        self._holders = holders

    def reach(self, actor: Account) -> Reach:
        now = self._toolbox.clock()
        grants = self._rights.granted(actor.id, now)
        beyond = self._holders.beyond(structures_of(grants), now)
        return Reach(actor=actor, grants=grants, beyond=frozenset(beyond))

    def fates(
        self, run: ImportRun, lines: Sequence[ImportLine], reach: Reach
    ) -> Sequence[ImportLine]:
        """In as many questions for all as for one."""
        known, twice = self._known(lines), self._book.repeated(run.id, lines)
        found = [
            judged(
                each,
                reach.actor,
                reach.grants,
                known[each.number],
                beyond=reach.beyond,
                twice=each.number in twice,
            )
            for each in lines
        ]
        return list(self._written_down(found))

    def store_of(self, account: AccountId) -> AccountStore | None:
        return next((each for each in self.stores() if each.by_id(account)), None)

    def stores(self) -> Sequence[AccountStore]:
        return list(self._toolbox.stores.values())

    def _known(self, lines: Sequence[ImportLine]) -> Mapping[int, Sequence[Account]]:
        """By line: who carries its number, or reads its mail. A mail two share is nobody's."""
        numbers = {each.number: each.typed.identifier for each in lines}
        mails = {each.number: each.typed.mail for each in lines}
        found: dict[int, list[AccountId]] = {each.number: [] for each in lines}
        for store in self.stores():
            carrying = by_numbers(store, (each for each in numbers.values() if each))
            reading = by_logins(store, (each for each in mails.values() if each))
            for line, ids in found.items():
                number, reader = numbers[line], reading.get(mails[line])
                ids += [each.id for each in carrying.get(number, ())] if number else []
                ids += [reader.id] if reader else []
        people = by_ids(self._toolbox.accounts, (one for ids in found.values() for one in ids))
        return {
            line: [people[one] for one in dict.fromkeys(ids) if one in people]
            for line, ids in found.items()
        }

    def _written_down(self, lines: Sequence[ImportLine]) -> Iterator[ImportLine]:
        """What no store can keep is refused."""
        opens = any(isinstance(each, KeepsAccounts) for each in self.stores())
        changes = self._kept(each.account for each in lines if each.fate is Fate.UPDATED)
        for each in lines:
            lost = each.fate is Fate.CREATED and not opens
            read_only = each.fate is Fate.UPDATED and each.account not in changes
            yield refused(each, "read_only") if lost or read_only else each

    def _kept(self, accounts: Iterable[AccountId | None]) -> frozenset[AccountId]:
        """Those whose store may be written to: the first that knows them is the one that counts."""
        left = {each for each in accounts if each}
        kept: set[AccountId] = set()
        for store in self.stores():
            here = by_ids(store, left).keys()
            kept |= here if isinstance(store, KeepsAccounts) else set()
            left -= here
        return frozenset(kept)
