"""One provider by itself: what it is asked, and what of its answers is not enough."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from satosa.context import Context
from satosa.state import State

from hub.contract.accounts import Account, UpstreamIdentity
from hub.contract.events import Evidence, Factor
from hub.contract.federation import IdentityBackend, SatosaModule
from hub.contract.identifiers import MethodName
from hub.contract.login import Asked
from hub.contract.methods import Attempt, MethodCard
from hub.contract.providers import ProviderRequest
from hub.contract.steps import Answer, Proved, Redirect
from hub.federation.provider import Provider, ProviderModule
from hub.federation.provider_method import ProviderMethod
from hub.testing.faring import MemoryProvidersFaring
from hub.testing.people import ANN
from hub.testing.toolbox import MemoryOneTime, MemoryToolbox
from tests.federation.word_provider import WordBackend

BACK = "/login/1/word"
KNOWLEDGE = Evidence(factors=frozenset({Factor.KNOWLEDGE}), authenticator="provider")


class Everybody:
    """Whoever comes is Ann."""

    def met(
        self, identity: UpstreamIdentity, attempt: Attempt, via: MethodName, title: str
    ) -> Account:
        return ANN


class Site:
    def __init__(self) -> None:
        module = f"{WordBackend.__module__}.{WordBackend.__name__}"
        self.toolbox = MemoryToolbox("words")
        self.faring = MemoryProvidersFaring(self.toolbox.clock)
        backend = IdentityBackend(
            module=SatosaModule(name="word", module=module, config={"kind": "word"}),
            card=MethodCard(name=MethodName("word"), title="Word", identifies=True),
            possible=(KNOWLEDGE,),
        )
        self.provider = Provider(
            ProviderModule(backend=backend, owner="words"),
            "https://hub.test",
            self.toolbox,
            MemoryOneTime(self.toolbox.clock),
            self.faring,
        )

    def sent(self, asked: Asked) -> dict[str, str]:
        step = self.provider.begin(BACK, ProviderRequest(asked=asked))
        return {name: texts[0] for name, texts in parse_qs(urlsplit(step.url).query).items()}

    def back(self, **told: str) -> Answer:
        context = Context()
        context.path, context.request, context.state = "word/callback", told, State()
        where = dict(self.provider.answer(context).headers)["Location"]
        answer = self.toolbox.returning.taken(BACK, where.partition("?ticket=")[2])
        assert answer
        return answer


@pytest.fixture
def site() -> Site:
    return Site()


def test_a_backend_gets_the_toolbox_of_its_plugin(site: Site) -> None:
    assert site.provider.backend.toolbox is site.toolbox


def test_a_backend_is_told_what_the_service_asked(site: Site) -> None:
    assert site.sent(Asked(force=True))["forced"] == "True"
    assert site.sent(Asked())["forced"] == "False"


@pytest.mark.parametrize("asked", [Asked(force=True), Asked(max_age=timedelta(hours=1))])
def test_a_proof_without_a_date_is_not_recent(site: Site, asked: Asked) -> None:
    answer = site.back(state=site.sent(asked)["state"], who="1")
    assert answer.refused and answer.refused.code == "provider.undated"
    assert answer.upstream is None


def test_where_nobody_asked_how_old_it_is_a_proof_without_a_date_is_of_now(site: Site) -> None:
    answer = site.back(state=site.sent(Asked())["state"], who="1")
    assert answer.evidence and answer.evidence.proved_at is None


def test_a_form_posted_by_hand_goes_out_again(site: Site) -> None:
    method = ProviderMethod(site.provider, Everybody())
    attempt = Attempt(now=site.toolbox.clock(), account=None, return_url=BACK)
    assert isinstance(method.advance(attempt, Answer(fields={"who": "ann"})), Redirect)


def test_what_nobody_saw_is_no_proof(site: Site) -> None:
    method = ProviderMethod(site.provider, Everybody())
    attempt = Attempt(now=site.toolbox.clock(), account=None, return_url=BACK)
    upstream = UpstreamIdentity(issuer="https://provider.test", subject="1")
    assert isinstance(method.advance(attempt, Answer(upstream=upstream)), Redirect)
    step = method.advance(attempt, Answer(upstream=upstream, evidence=KNOWLEDGE))
    assert step == Proved(account=ANN.id, evidence=KNOWLEDGE, upstream=upstream)
