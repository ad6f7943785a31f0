"""What the operator's pages are lent, over the hub in memory."""

from collections.abc import Sequence

from hub.contract.identifiers import AccountId
from hub.broker.records import BrowserSession
from hub.people.auditing import Checked, Line, Query
from hub.testing.hub import MemoryHub
from hub.testing.operating import MemoryOperator
from hub.web.operator_desk import OperatorDesk


class FakeAudit:
    """Searches as the tables do; the chain is whole until a test says otherwise."""

    def __init__(self, hub: MemoryHub) -> None:
        self._hub = hub
        self.problem = ""
        self.most: list[int] = []

    def search(self, query: Query, most: int) -> Sequence[Line]:
        every = list(enumerate(self._hub.records.trail, start=1))
        lines = [Line(number=n, sequence=n, entry=entry) for n, entry in reversed(every)]
        return [each for each in lines if _fits(query, each)][:most]

    def check(self, most: int) -> Checked:
        self.most.append(most)
        upto = len(self._hub.records.trail)
        return Checked(since=0, upto=upto, unread=0, unlinked=0, problem=self.problem)


def operator_desk(hub: MemoryHub) -> OperatorDesk:
    def live(account: AccountId) -> Sequence[BrowserSession]:
        return [each for each in hub.records.sessions.values() if each.account == account]

    def note(entry: object) -> None:
        hub.records.trail.append(entry)  # type: ignore[arg-type]

    return OperatorDesk(
        operating=MemoryOperator(lambda: hub.now, note), audit=FakeAudit(hub), live=live
    )


def _fits(query: Query, line: Line) -> bool:
    entry = line.entry
    family = not query.action or f"{entry.action}.".startswith(f"{query.action}.")
    same = all(
        not wanted or wanted == found
        for wanted, found in (
            (query.account, entry.account),
            (query.service, entry.service),
            (query.support, entry.support),
        )
    )
    late = query.since is None or entry.at >= query.since
    early = query.until is None or entry.at < query.until
    below = query.before is None or line.number < query.before
    return family and same and late and early and below
