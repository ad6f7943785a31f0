"""Somebody with a card in front of the method."""

from typing import Any

from hub.contract.accounts import Account, Identifier
from hub.contract.identifiers import AccountId, ServiceId
from hub.contract.methods import Attempt
from hub.contract.steps import Answer, Ask, Redirect, Refused, Step, TaskStep
from hub.contract.tasks import Task
from hub.testing.memory import MemoryAccounts
from hub.testing.toolbox import MemoryToolbox
from hub_plugins.methods.cps.agent_route import AgentRoute
from hub_plugins.methods.cps.method import CpsMethod
from hub_plugins.methods.cps.settings import CpsSettings
from tests.plugins.cps.pki import certificates, judge
from tests.plugins.cps.said import Says

LUCAS = Account(
    id=AccountId("a-lucas"),
    display_name="Lucas Moreau",
    identifiers=(Identifier(system="rpps", number="99700075122"),),
)
MARIE = Account(
    id=AccountId("a-marie"),
    display_name="Marie Durand",
    identifiers=(Identifier(system="rpps", number="99700075064"),),
)
BACK = "/login/l-1/cps"


class Visit:
    """Remembers as the hub does."""

    def __init__(self, *people: Account, known: Account | None = None, **settings: Any) -> None:
        self.says = Says()
        self.box = MemoryToolbox("cps", MemoryAccounts(people))
        own = CpsSettings(roots=(), authorities=(), **settings)
        agent = AgentRoute(own.agent, self.box)
        self.method = CpsMethod(own, self.box, judge(self.says), agent)
        self.known = known
        self.step: Step | TaskStep = self.method.begin(self.attempt())

    def attempt(self) -> Attempt:
        step = getattr(self, "step", None)
        memory = step.memory if isinstance(step, Ask | Redirect) else {}
        return Attempt(now=self.box.time(), account=self.known, return_url=BACK, memory=memory)

    def show(self, name: str) -> Step:
        """The certificate of that case, as the card host brings it."""
        return self.answer(Answer(certificate=certificates()[name].der))

    def say(self, **fields: str) -> Step:
        return self.answer(Answer(fields=fields))

    def answer(self, answer: Answer) -> Step:
        step = self.method.advance(self.attempt(), answer)
        self.step = step
        return step

    def enrol(self, account: Account, answer: Answer | None = None) -> TaskStep | Refused:
        task = Task(
            now=self.box.time(),
            account=account,
            service=ServiceId("account"),
            return_url="/account/means/cps",
            memory=self.attempt().memory,
        )
        work = self.method
        step = work.advance_enrolment(task, answer) if answer else work.begin_enrolment(task)
        if not isinstance(step, Refused):
            self.step = step
        return step


def code_of(step: Step | TaskStep) -> str:
    """Why the page refuses; empty when it does not."""
    match step:
        case Ask(refused=refused) if refused:
            return refused.code
        case Refused(why=why):
            return why.code
    return ""
