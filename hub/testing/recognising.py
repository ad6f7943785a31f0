"""Recognises people in memory, by their identifiers, and keeps what was linked."""

from collections.abc import Sequence

from hub.contract.accounts import Account, UpstreamIdentity
from hub.contract.identifiers import AccountId, MethodName
from hub.contract.methods import Attempt
from hub.contract.steps import Ask, Refusal, Refused
from hub.contract.tasks import Means, Task
from hub.contract.values import Json
from hub.testing.memory import MemoryAccounts

UNKNOWN = Refusal(code="provider.unknown", counts=False)


class MemoryRecognising:
    def __init__(self, people: MemoryAccounts) -> None:
        self._people = people
        self.linked: list[tuple[AccountId, UpstreamIdentity]] = []
        self.refusal: Refusal | None = None
        """Why `link` links nothing, when a test says so."""

    def met(
        self, identity: UpstreamIdentity, attempt: Attempt, via: MethodName, title: str
    ) -> Account | Ask | Refused:
        carriers = (each for n in identity.identifiers for each in self._people.numbered(n))
        found = self._people.by_upstream(identity) or next(carriers, None)
        values: dict[str, Json] = {
            "who": identity.name,
            "provider": title,
            "proof": "ticket",
            "helpers": [],
        }
        return found or Ask(template="hub/stranger.html", refused=UNKNOWN, values=values)

    def means(self, account: AccountId, via: MethodName) -> Sequence[Means]:
        return [
            Means(id=each.subject, label=each.name) for who, each in self.linked if who == account
        ]

    def link(
        self, task: Task, identity: UpstreamIdentity, via: MethodName, title: str
    ) -> Refusal | None:
        if self.refusal is None:
            self.linked.append((task.account.id, identity))
        return self.refusal

    def unlink(self, account: AccountId, means_id: str, title: str) -> None:
        self.linked = [
            (who, each) for who, each in self.linked if (who, each.subject) != (account, means_id)
        ]
