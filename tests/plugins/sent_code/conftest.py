"""Somebody with a number and an address, in front of the method."""

from dataclasses import replace
from pathlib import Path

import pytest

from hub.contract.accounts import Account, Contact
from hub.contract.identifiers import ChannelKind
from hub.contract.methods import Attempt
from hub.contract.steps import Answer, Ask, Step, TaskStep
from hub.contract.steps import Refused
from hub.contract.tasks import Task
from hub.contract.identifiers import ServiceId
from hub.testing.memory import MemoryAccounts
from hub.testing.people import ANN
from hub.testing.toolbox import MemoryToolbox
from hub_plugins.methods import sent_code
from hub_plugins.methods.sent_code.method import SentCode
from hub_plugins.methods.sent_code.settings import SentCodeSettings

FOLDER = Path(sent_code.__file__).parent
NUMBER, ADDRESS = "+33612345642", "ann@hub.test"
PHONE = Contact(kind=ChannelKind("sms"), address=NUMBER, validated=True)
MAIL = Contact(kind=ChannelKind("mail"), address=ADDRESS, validated=True)


class Visit:
    """One sign-in, or one enrolment, of one person; remembers as the hub does."""

    def __init__(self, *contacts: Contact, settings: SentCodeSettings | None = None) -> None:
        self.ann: Account = replace(ANN, contacts=contacts)
        self.box = MemoryToolbox("sent_code", MemoryAccounts((self.ann,)))
        self.method = SentCode(settings or SentCodeSettings(), self.box)
        self.step: Step | TaskStep = self.begin()

    def begin(self) -> Step:
        self.step = self.method.begin(self._attempt())
        return self.step

    def say(self, **fields: str) -> Step:
        self.step = self.method.advance(self._attempt(), Answer(fields=fields))
        return self.step

    def choose(self, kind: str) -> Step:
        return self.say(means=self.id_of(kind))

    def enrol(self, **fields: str) -> TaskStep | Refused:
        task = Task(
            now=self.box.time(),
            account=self.ann,
            service=ServiceId("account"),
            return_url="/account",
            memory=self.ask.memory if isinstance(self.step, Ask) else {},
        )
        answer = Answer(fields=fields)
        step = (
            self.method.advance_enrolment(task, answer)
            if fields
            else (self.method.begin_enrolment(task))
        )
        self.step = step
        return step

    def id_of(self, kind: str) -> str:
        contact = next(c for c in self.ann.contacts if c.kind == kind and c.validated)
        return next(
            each.id for each in self.method.means(self.ann.id) if each.label[-2:] in contact.address
        )

    @property
    def ask(self) -> Ask:
        assert isinstance(self.step, Ask), self.step
        return self.step

    @property
    def refusal(self) -> str | None:
        return self.ask.refused.code if self.ask.refused else None

    @property
    def code(self) -> str:
        """The one in the last message."""
        return str(self.box.outbox.messages[-1].values["code"])

    @property
    def wrong(self) -> str:
        return f"{(int(self.code) + 1) % 1_000_000:06}"

    def _attempt(self) -> Attempt:
        step = getattr(self, "step", None)
        return Attempt(
            now=self.box.time(),
            account=self.ann,
            return_url="/login/1/sent_code",
            memory=step.memory if isinstance(step, Ask) else {},
        )


@pytest.fixture
def visit() -> Visit:
    return Visit(PHONE, MAIL)
