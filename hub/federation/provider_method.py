"""A provider as a way to sign in: it sends the browser out, and reads what it brings back."""

from typing import Protocol

from hub.contract.accounts import Account, UpstreamIdentity
from hub.contract.errors import StoreUnavailable
from hub.contract.events import Evidence
from hub.contract.identifiers import MethodName
from hub.contract.methods import Attempt, MethodCard
from hub.contract.providers import ProviderRequest
from hub.contract.steps import Answer, Ask, Proved, Refused, Step
from hub.federation.provider import Provider
from hub.federation.refusing import refusal_of


class Meets(Protocol):
    """Says whose account an identity opens, or what somebody without one is told."""

    def met(
        self, identity: UpstreamIdentity, attempt: Attempt, via: MethodName, title: str
    ) -> Account | Ask | Refused: ...


class ProviderMethod:
    """Keeps nothing: the state of each sign-in is in the one-time box, the person in the answer."""

    def __init__(self, provider: Provider, meets: Meets) -> None:
        self.card: MethodCard = provider.module.backend.card
        self.provider = provider
        self._meets = meets

    def possible(self, account: Account | None) -> tuple[Evidence, ...]:
        return tuple(self.provider.module.backend.possible)

    def begin(self, attempt: Attempt) -> Step:
        request = ProviderRequest(
            asked=attempt.asked, expected=attempt.expected, languages=attempt.languages
        )
        try:
            return self.provider.begin(attempt.return_url, request)
        except StoreUnavailable:
            raise
        except Exception as error:  # whatever a stranger's module raises, others are offered
            return Refused(why=refusal_of(error, self.card.name))

    def advance(self, attempt: Attempt, answer: Answer) -> Step:
        if answer.refused:
            return Refused(why=answer.refused)
        if answer.upstream is None or answer.evidence is None:
            # A form posted by hand where only a provider may answer: out again.
            return self.begin(attempt)
        met = self._meets.met(answer.upstream, attempt, self.card.name, self.card.title)
        if not isinstance(met, Account):
            return met
        return Proved(account=met.id, evidence=answer.evidence, upstream=answer.upstream)
