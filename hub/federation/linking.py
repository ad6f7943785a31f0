"""A provider as a means of an account: linked and removed on the account page."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from hub.contract.accounts import Accounts
from hub.contract.errors import StoreUnavailable
from hub.contract.identifiers import AccountId
from hub.contract.login import Asked
from hub.contract.providers import ProviderRequest
from hub.contract.steps import Answer, Done, Redirect, Refused
from hub.contract.tasks import Means, Task
from hub.federation.provider import Provider
from hub.federation.provider_method import Meets, ProviderMethod
from hub.federation.refusing import refusal_of
from hub.people.links import Links

_FIRST: Final = "fr"


class LinkingMethod(ProviderMethod):
    """Implements `Enrollable` too."""

    def __init__(self, provider: Provider, meets: Meets, links: Links, accounts: Accounts) -> None:
        super().__init__(provider, meets)
        self.card = replace(self.card, outside=True)
        self._links = links
        self._accounts = accounts

    def means(self, account: AccountId) -> Sequence[Means]:
        return [
            Means(id=key, label=each.name or self.card.title, since=each.since)
            for key, each in self._links.of(account)
            if each.via == self.card.name
        ]

    def begin_enrolment(self, task: Task) -> Redirect | Refused:
        # Proved now, not this morning: a session left open at the provider is not enough.
        request = ProviderRequest(asked=Asked(force=True), languages=task.languages)
        try:
            return self.provider.begin(task.return_url, request)
        except StoreUnavailable:
            raise
        except Exception as error:  # whatever a stranger's module raises
            return Refused(why=refusal_of(error, self.card.name))

    def advance_enrolment(self, task: Task, answer: Answer) -> Redirect | Done | Refused:
        if answer.refused:
            return Refused(why=answer.refused)
        if answer.upstream is None or answer.evidence is None:
            return self.begin_enrolment(task)
        card, spoken = self.card, next(iter(task.languages), _FIRST)
        why = self._links.add(task.account, answer.upstream, card.name, card.title, spoken)
        return Refused(why=why) if why else Done()

    def remove(self, account: AccountId, means_id: str) -> None:
        found = self._accounts.by_id(account)
        if found:
            self._links.end(found, means_id, self.card.title, _FIRST)
