"""Ann, her authenticator, and the method that keeps its half."""

from dataclasses import replace
from pathlib import Path

from hub.contract.accounts import Account, Contact
from hub.contract.identifiers import ChannelKind, ServiceId
from hub.contract.methods import Attempt
from hub.contract.steps import Answer, Ask, Done, Proved, Refusal, Refused, Step, TaskStep
from hub.contract.tasks import Task
from hub.testing.memory import MemoryAccounts
from hub.testing.people import ANN, BOB
from hub.testing.toolbox import MemoryToolbox
from hub_plugins.methods import passkey
from hub_plugins.methods.passkey.method import PasskeyMethod
from hub_plugins.methods.passkey.settings import Party
from tests.plugins.passkey.authenticator import HONEST, Authenticator, Bend

FOLDER = Path(passkey.__file__).parent
PARTY = Party(
    rp_id="hub.test",
    origins=("https://hub.test",),
    name="Portail",
    passkeys=3,
    attested=False,
    aaguids=frozenset(),
    roots=(),
)


class Desk:
    def __init__(self, party: Party = PARTY) -> None:
        number = Contact(kind=ChannelKind("sms"), address="+33612345642", validated=True)
        self.ann = replace(ANN, contacts=(*ANN.contacts, number))
        self.box = MemoryToolbox("passkey", MemoryAccounts((self.ann, BOB)))
        self.method = PasskeyMethod(party, self.box)
        self.device = Authenticator()

    def enrol(
        self, device: Authenticator | None = None, bend: Bend = HONEST, who: Account | None = None
    ) -> TaskStep | Refused:
        asked = self.method.begin_enrolment(self.task(who=who))
        if not isinstance(asked, Ask):
            return asked
        answer = (device or self.device).make(asked, bend)
        fields = {"response": answer, "label": "my phone"}
        return self.method.advance_enrolment(self.task(asked, who), Answer(fields=fields))

    def sign_in(
        self,
        bend: Bend = HONEST,
        device: Authenticator | None = None,
        who: Account | None = None,
    ) -> Step:
        ask = self.asked(who)
        return self.answer((device or self.device).prove(ask, bend), who)

    def asked(self, who: Account | None = None, login: str = "1") -> Ask:
        ask = self.method.begin(self.attempt(who, login))
        assert isinstance(ask, Ask)
        return ask

    def answer(self, response: str, who: Account | None = None, login: str = "1") -> Step:
        answer = Answer(fields={"response": response})
        return self.method.advance(self.attempt(who, login), answer)

    def attempt(self, who: Account | None, login: str = "1") -> Attempt:
        return Attempt(now=self.box.time(), account=who, return_url=f"/login/{login}/passkey")

    def task(self, page: Ask | None = None, who: Account | None = None) -> Task:
        return Task(
            now=self.box.time(),
            account=who or self.ann,
            service=ServiceId("account"),
            return_url="/account",
            memory=page.memory if page else {},
        )


def enrolled() -> Desk:
    """A minute ago."""
    desk = Desk()
    assert desk.enrol() == Done()
    desk.box.time.later(minutes=1)
    return desk


def refusal(step: Step | TaskStep) -> Refusal:
    assert not isinstance(step, Proved), "it let somebody in"
    why = step.refused if isinstance(step, Ask) else None
    why = step.why if isinstance(step, Refused) else why
    assert why, step
    return why
