"""Lends methods what providers have: whose an identity is, the stranger's page, links."""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Final

from hub.contract.accounts import Account, UpstreamIdentity
from hub.contract.identifiers import AccountId, MethodName
from hub.contract.methods import Attempt
from hub.contract.steps import Ask, Refusal, Refused
from hub.contract.tasks import Means, Task
from hub.contract.toolbox import Toolbox
from hub.federation.strangers import Strangers
from hub.people.links import Links, Recogniser
from hub.people.proofs import Proofs

_FIRST: Final = "fr"


class HubRecognising:
    """Implements `hub.contract.recognising.Recognising`."""

    def __init__(self, lend: Callable[[], Toolbox], recogniser: Recogniser) -> None:
        """*lend*: the hub's own toolbox, when first needed."""
        self._lend = lend
        self._recogniser = recogniser

    def met(
        self, identity: UpstreamIdentity, attempt: Attempt, via: MethodName, title: str
    ) -> Account | Ask | Refused:
        toolbox = self._toolbox
        proofs = Proofs(toolbox.one_time, toolbox.clock)
        strangers = Strangers(toolbox, self._recogniser, self._links, proofs)
        return strangers.met(identity, attempt, via, title)

    def means(self, account: AccountId, via: MethodName) -> Sequence[Means]:
        return [
            Means(id=key, label=each.name or via, since=each.since)
            for key, each in self._links.of(account)
            if each.via == via
        ]

    def link(
        self, task: Task, identity: UpstreamIdentity, via: MethodName, title: str
    ) -> Refusal | None:
        spoken = next(iter(task.languages), _FIRST)
        return self._links.add(task.account, identity, via, title, spoken)

    def unlink(self, account: AccountId, means_id: str, title: str) -> None:
        found = self._recogniser.by_id(account)
        if found:
            self._links.end(found, means_id, title, _FIRST)

    @cached_property
    def _toolbox(self) -> Toolbox:
        return self._lend()

    @property
    def _links(self) -> Links:
        return Links(self._toolbox, self._recogniser)
